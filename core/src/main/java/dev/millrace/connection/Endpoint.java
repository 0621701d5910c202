package dev.millrace.connection;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a server listens. Immutable; {@link #name()} is what messages and metrics call it. */
public sealed interface Endpoint {
    /** Short and without credentials: {@code localhost:6379} or the socket's path. */
    String name();

    /**
     * A TCP port.
     *
     * @param tls how to secure it, or null for plain text
     */
    record Tcp(String host, int port, @Nullable Tls tls) implements Endpoint {
        /** @throws IllegalArgumentException if the host is blank or the port is not in 1–65535 */
        public Tcp {
            if (host.isBlank()) {
                throw new IllegalArgumentException("a host is needed, such as localhost");
            }
            if (port < 1 || port > 65535) {
                throw new IllegalArgumentException("port " + port + " is not in 1-65535");
            }
        }

        @Override
        public String name() {
            return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
        }
    }

    /** A Unix domain socket on this machine. */
    record Unix(Path path) implements Endpoint {
        @Override
        public String name() {
            return path.toString();
        }
    }
}
