package dev.millrace.tools.server.game;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;

/** Lines over WebSocket, a text message each. Thread-safe. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // sessions are
final class SocketWire implements Wire {
    private static final int NORMAL = 1000;
    private static final long LONGEST_SECONDS = 60;

    private final Session session;

    SocketWire(Session session) {
        this.session = session;
    }

    @Override
    public void write(List<String> texts) throws IOException {
        for (String text : texts) {
            send(text);
        }
    }

    private void send(String text) throws IOException {
        CompletableFuture<@Nullable Void> sent = new CompletableFuture<>();
        session.sendText(text, Callback.from(() -> sent.complete(null), sent::completeExceptionally));
        try {
            sent.get(LONGEST_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException gone) {
            throw new IOException(gone);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void end() {
        session.close(NORMAL, "good bye", Callback.NOOP);
    }

    @Override
    public void cut() {
        session.disconnect();
    }
}
