package dev.millrace.tools.server.http;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Problems of requests that never come as far as a route: malformed ones, too many headers, addresses that leave the root. Immutable. */
final class EarlyProblems extends ErrorHandler {
    private final Json json;

    EarlyProblems(Json json) {
        this.json = json;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus() < 400 ? 500 : response.getStatus();
        String detail = switch (status) {
            case 400 -> "the request is malformed";
            case 408 -> "the request came too slowly";
            case 414 -> "the address is too long";
            case 431 -> "the headers have more than 16 KiB";
            default -> "the request can't be served";
        };
        String body = json.text(Problem.of(status, "Failed", detail).members(""));
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/problem+json");
        Content.Sink.write(response, true, body, callback);
        return true;
    }
}
