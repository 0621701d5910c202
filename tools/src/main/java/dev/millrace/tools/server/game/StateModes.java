package dev.millrace.tools.server.game;

import dev.millrace.state.StateMode;
import java.util.Locale;

/** Modes as the server's configuration writes them: {@code hybrid}, {@code redis-only}, {@code read-through:MILLISECONDS}. Stateless. */
final class StateModes {
    private StateModes() {}

    /** @throws IllegalArgumentException if a text names none */
    static StateMode of(String text) {
        String wanted = text.strip().toLowerCase(Locale.ROOT);
        if (!wanted.matches("hybrid|redis-only|read-through:\\d{1,5}")) {
            throw new IllegalArgumentException("it is hybrid, redis-only or read-through:MILLISECONDS");
        }
        return StateMode.parse(wanted.startsWith("read-through") ? wanted + "ms" : wanted);
    }

    static String text(StateMode mode) {
        return switch (mode.kind()) {
            case HYBRID -> "hybrid";
            case REDIS_ONLY -> "redis-only";
            case READ_THROUGH -> "read-through:" + mode.window().toMillis();
        };
    }
}
