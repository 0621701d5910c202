package dev.millrace.tools.server;

import dev.millrace.tools.server.http.Routes;
import java.util.Map;

/**
 * One of the systems that the server serves. Its package holds its part of the OpenAPI document beside it, as {@code
 * openapi.json}.
 *
 * <p>Thread-safe, all of them.
 */
public interface Service extends AutoCloseable {
    /** The name under which its figures stand. */
    String name();

    /** Adds its routes; called once, before requests come. */
    void routes(Routes routes);

    /**
     * What the dashboard shows of it now: numbers, texts, and lists and maps of these. Called once a second at most, and must
     * not wait for Redis longer than a moment; what it can't know now it leaves out.
     */
    Map<String, Object> figures();

    /**
     * Ends what goes on for as long as clients like, such as feeds; called before requests under way are waited for.
     */
    default void quiesce() {}

    /**
     * Ends it: what is under way is finished or handed back, within a few seconds. No more requests come by then, and Redis is
     * still connected.
     */
    @Override
    void close();
}
