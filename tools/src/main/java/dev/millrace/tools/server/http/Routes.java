package dev.millrace.tools.server.http;

import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.websocket.WsConfig;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The routes of all services, in the order in which they were added. What changes something is guarded without being told.
 * Confined to the thread that starts the server, and unchanged after.
 */
public final class Routes {
    /** What a route does. */
    sealed interface Action {
        /** Answers a request. */
        record Answer(Handler handler) implements Action {}

        /** Speaks WebSocket. */
        record Socket(Consumer<WsConfig> handler) implements Action {}
    }

    /**
     * One route.
     *
     * @param method of HTTP; GET for sockets
     * @param path with its parameters in braces
     * @param access who may use it
     */
    public record Route(HandlerType method, String path, Access access, Object action) {
        Action its() {
            return (Action) action;
        }

        /** Whether it speaks WebSocket. */
        public boolean isSocket() {
            return action instanceof Action.Socket;
        }
    }

    private final List<Route> all = new ArrayList<>();
    private final Map<String, Function<Boolean, byte @Nullable []>> ready = new HashMap<>();

    /** None yet. */
    public Routes() {}

    /** Reads something; open. */
    public Routes get(String path, Handler handler) {
        return add(HandlerType.GET, path, Access.OPEN, new Action.Answer(handler));
    }

    /**
     * Reads something that is mostly ready; open.
     *
     * @param answer the JSON that is ready, for administrators (true) or others (false), or null if it has to be made: then the
     *     handler makes it. It must not wait, and what it answers is not changed after
     */
    public Routes get(String path, Function<Boolean, byte @Nullable []> answer, Handler handler) {
        ready.put(path, answer);
        return get(path, handler);
    }

    Map<String, Function<Boolean, byte @Nullable []>> ready() {
        return ready;
    }

    /** Changes something. */
    public Routes post(String path, Handler handler) {
        return add(HandlerType.POST, path, Access.CHANGE, new Action.Answer(handler));
    }

    /** Changes something. */
    public Routes put(String path, Handler handler) {
        return add(HandlerType.PUT, path, Access.CHANGE, new Action.Answer(handler));
    }

    /** Changes something. */
    public Routes delete(String path, Handler handler) {
        return add(HandlerType.DELETE, path, Access.CHANGE, new Action.Answer(handler));
    }

    /** For administrators. */
    public Routes administrator(HandlerType method, String path, Handler handler) {
        return add(method, path, Access.ADMINISTRATOR, new Action.Answer(handler));
    }

    /** A WebSocket; of no page of another site, and with the token where the server has one. */
    public Routes socket(String path, Consumer<WsConfig> handler) {
        return add(HandlerType.GET, path, Access.CHANGE, new Action.Socket(handler));
    }

    private Routes add(HandlerType method, String path, Access access, Action action) {
        all.add(new Route(method, path, access, action));
        return this;
    }

    /** All of them. */
    public List<Route> all() {
        return Collections.unmodifiableList(all);
    }
}
