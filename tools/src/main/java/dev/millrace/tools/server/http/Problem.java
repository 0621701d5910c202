package dev.millrace.tools.server.http;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that is answered with a problem, as {@code application/problem+json} (RFC 9457). The detail is one line that says
 * what is wrong and how to mend it, and holds no secret.
 */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String title;
    private final transient Map<String, Object> more = new LinkedHashMap<>();
    private @Nullable Duration retryAfter;

    private Problem(int status, String title, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.title = title;
    }

    /** A problem with a status from 400 to 599. */
    public static Problem of(int status, String title, String detail) {
        return new Problem(status, title, detail);
    }

    /** 400: the request is malformed. */
    public static Problem badRequest(String detail) {
        return new Problem(400, "Bad request", detail);
    }

    /** 401: a token is missing. */
    public static Problem unauthorized(String detail) {
        return new Problem(401, "Token missing", detail);
    }

    /** 403: this is not allowed. */
    public static Problem forbidden(String detail) {
        return new Problem(403, "Forbidden", detail);
    }

    /** 404: there is no such thing. */
    public static Problem notFound(String detail) {
        return new Problem(404, "Not found", detail);
    }

    /** 409: what is asked for contradicts what there is. */
    public static Problem conflict(String detail) {
        return new Problem(409, "Conflict", detail);
    }

    /** 413: more than is taken. */
    public static Problem tooLarge(long limit) {
        return new Problem(413, "Content too large", "the body may have up to " + limit + " bytes; send less at once");
    }

    /** 415: a content type that is not understood. */
    public static Problem unsupported(String detail) {
        return new Problem(415, "Unsupported media type", detail);
    }

    /** 422: well-formed, and not usable. */
    public static Problem unprocessable(String detail) {
        return new Problem(422, "Unprocessable content", detail);
    }

    /** 503: not now. */
    public static Problem unavailable(String detail, Duration retryAfter) {
        return new Problem(503, "Service unavailable", detail).retryAfter(retryAfter);
    }

    /** Adds a member to the answer. */
    public Problem with(String name, Object value) {
        more.put(name, value);
        return this;
    }

    /** Says when to try again. */
    public Problem retryAfter(Duration after) {
        retryAfter = after;
        return this;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** When to try again, in whole seconds from 1; 0 where nothing is said. */
    public long retryAfterSeconds() {
        return retryAfter == null ? 0 : Math.max(1, retryAfter.toSeconds());
    }

    /** The members of the answer. */
    Map<String, Object> members(String path) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", "about:blank");
        members.put("title", title);
        members.put("status", status);
        members.put("detail", getMessage());
        members.put("instance", path);
        members.putAll(more);
        return members;
    }
}
