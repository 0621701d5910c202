package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to open a connection, from before the socket connects until the handshake is done. It ends by its
 * deadline, or when its owner closes, by closing the socket under the thread that opens it: that works in every phase,
 * also where the platform's own timeouts count each read anew.
 *
 * <p>The socket is closed by whoever moves the state away from OPENING, or by {@link #attach} if that came first.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the socket is volatile
final class Opening implements DeadlineWatch.Watched {
    private static final int OPENING = 0;
    private static final int OPENED = 1;
    private static final int EXPIRED = 2;
    private static final int ABORTED = 3;

    private final long startedAt = System.nanoTime();
    private final long deadline;
    private final AtomicInteger state = new AtomicInteger(OPENING);
    private volatile @Nullable Closeable socket;

    Opening(long deadline) {
        this.deadline = deadline;
    }

    /** Puts a socket that is not connected yet under the deadline. */
    void attach(Closeable opened) throws IOException {
        socket = opened;
        if (state.get() != OPENING) {
            opened.close();
            throw new IOException("the attempt to connect is over");
        }
    }

    /** Ends the attempt with a connection; false when it was ended before, and its socket is closed. */
    boolean opened() {
        return state.compareAndSet(OPENING, OPENED);
    }

    @Override
    public boolean expire(long now) {
        if (now - deadline >= 0) {
            end(EXPIRED);
        }
        return state.get() == OPENING;
    }

    /** Ends the attempt, because its owner closes. */
    void abort() {
        end(ABORTED);
    }

    private void end(int how) {
        Closeable open = state.compareAndSet(OPENING, how) ? socket : null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // The descriptor is released whatever close says, and there is nobody left to tell.
            }
        }
    }

    /** What the attempt failed with: that it was ended, if it was, since a closed socket does not say why. */
    ConnectFailure explain(ConnectFailure.Step step, Endpoint endpoint, Throwable failure) {
        return switch (state.get()) {
            case ABORTED -> ConnectFailure.closed(failure);
            case EXPIRED -> ConnectFailure.late(step, (System.nanoTime() - startedAt) / 1_000_000, failure);
            default -> ConnectFailure.at(step, endpoint, failure);
        };
    }
}
