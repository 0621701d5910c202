package dev.millrace.tools.server.game;

import com.google.errorprone.annotations.ThreadSafe;
import io.javalin.websocket.WsConfig;
import io.javalin.websocket.WsContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The game over WebSocket: each text message is a line. Whoever may open the socket needs to show no other token.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class GameSocket {
    private static final String CONNECTION = "millrace.game.connection";
    private static final int TRY_LATER = 1013;

    /** Longer than what the game allows itself, which says why. */
    private static final Duration IDLE = Duration.ofMinutes(30);

    private final Audience audience;

    GameSocket(Audience audience) {
        this.audience = audience;
    }

    void configure(WsConfig socket) {
        socket.onConnect(context -> {
            context.session.setIdleTimeout(IDLE);
            GameConnection connection = audience.join(new SocketWire(context.session), true);
            if (connection == null) {
                context.closeSession(TRY_LATER, audience.full());
            } else {
                context.attribute(CONNECTION, connection);
                if (!context.session.isOpen()) { // it was closed while Redis was told of it
                    audience.leave(connection);
                }
            }
        });
        socket.onMessage(context -> {
            GameConnection connection = its(context);
            if (connection != null && !connection.isEnding()) {
                audience.heard(connection, context.message());
            }
        });
        socket.onBinaryMessage(context -> {
            GameConnection connection = its(context);
            if (connection != null) {
                boolean unused = connection.offer("! lines are text messages; that was a binary one");
            }
        });
        socket.onClose(this::leave);
        socket.onError(this::leave);
    }

    private static @Nullable GameConnection its(WsContext context) {
        return context.attribute(CONNECTION);
    }

    private void leave(WsContext context) {
        GameConnection connection = its(context);
        if (connection != null) {
            audience.leave(connection);
        }
    }
}
