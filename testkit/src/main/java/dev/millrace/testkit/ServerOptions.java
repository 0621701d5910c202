package dev.millrace.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a {@link RedisServerBuilder} was told; immutable. */
record ServerOptions(
        Path binary,
        List<String> directives,
        int port,
        boolean unixSocket,
        @Nullable TlsMaterial tls,
        int tlsPort,
        boolean tlsClientAuthentication,
        boolean appendOnly,
        boolean sentinel,
        @Nullable Path dataDirectory,
        @Nullable String askUser,
        @Nullable String askPassword,
        Set<String> secrets,
        Duration startDeadline) {

    ServerOptions {
        directives = List.copyOf(directives);
        secrets = Set.copyOf(secrets);
    }

    boolean hasFixedPort() {
        return port != 0;
    }
}
