package dev.millrace.tools.server.http;

import com.google.errorprone.annotations.ThreadSafe;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers that are ready before they are asked for: looked up before any servlet is involved, which costs more than the answer.
 * What is not ready goes the usual way, by the route of the same path.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // an immutable map
final class ReadyAnswers extends Handler.Wrapper {
    private final Map<String, Function<Boolean, byte @Nullable []>> byPath;
    private final HttpServer server;

    ReadyAnswers(Map<String, Function<Boolean, byte @Nullable []>> byPath, HttpServer server) {
        this.byPath = Map.copyOf(byPath);
        this.server = server;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Function<Boolean, byte @Nullable []> ready =
                byPath.get(request.getHttpURI().getPath());
        if (ready == null || !HttpMethod.GET.is(request.getMethod()) || !server.takes(request)) {
            return super.handle(request, response, callback);
        }
        byte[] answer = ready.apply(server.isAdministrator(request.getHeaders().get(HttpHeader.AUTHORIZATION)));
        if (answer == null) {
            return super.handle(request, response, callback);
        }
        response.setStatus(200);
        HttpServer.SAFE_HEADERS.forEach(response.getHeaders()::put);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.length);
        response.write(true, ByteBuffer.wrap(answer), Callback.from(callback, () -> server.served(request)));
        return true;
    }
}
