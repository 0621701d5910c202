package dev.millrace.tools.server.game;

import dev.millrace.tools.server.http.HttpOptions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Who may play over TCP: all, or where the server has a token those who show it, or the administrator's. Immutable. */
final class Admission {
    private final HttpOptions options;

    Admission(HttpOptions options) {
        this.options = options;
    }

    /** Whether a token has to be shown. */
    boolean isAsked() {
        return options.token() != null;
    }

    /** Whether a token is one that is asked for. */
    boolean admits(String token) {
        return isSame(options.token(), token) || isSame(options.administratorToken(), token);
    }

    private static boolean isSame(@Nullable String expected, String given) {
        return expected != null
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
