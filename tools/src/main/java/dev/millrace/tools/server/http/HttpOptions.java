package dev.millrace.tools.server.http;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the server is reached, and how much it takes. Immutable.
 *
 * @param host address to listen on; one that is not of the loopback needs a token
 * @param port to listen on; 0 for a free one
 * @param token what changing requests must carry; null for none
 * @param administratorToken what administrators' requests must carry; null if there are no administrators
 * @param bodyBytes bytes that a body may have, packed or unpacked
 * @param connections connections at once; more wait in the backlog
 * @param idle after which a silent connection is closed
 * @param ratePerSecond changing requests of one address in a second; 0 for any number
 * @param accessLog a file, {@code -} for standard output, or {@code off}
 */
public record HttpOptions(
        String host,
        int port,
        @Nullable String token,
        @Nullable String administratorToken,
        long bodyBytes,
        int connections,
        Duration idle,
        int ratePerSecond,
        String accessLog) {

    /** @throws IllegalArgumentException if a value is out of its range */
    public HttpOptions {
        Objects.requireNonNull(host, "host");
        if (!Guard.isLoopback(host) && token == null) {
            throw new IllegalArgumentException("the server is reached from other machines at " + host
                    + " and has no token; set MILLRACE_TOKEN, or MILLRACE_HOST to 127.0.0.1");
        }
    }

    /** Whoever prints this sees no token. */
    @Override
    public String toString() {
        return "HttpOptions[" + host + ":" + port + "]";
    }
}
