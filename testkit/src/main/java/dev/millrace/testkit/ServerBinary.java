package dev.millrace.testkit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the server's executable: the system property {@value #PROPERTY}, the environment variable {@value #VARIABLE},
 * {@code redis-server} or {@code valkey-server} on the PATH, and at last the real Redis 6.2 inside the embedded-redis
 * jar.
 */
final class ServerBinary {

    static final String PROPERTY = "millrace.redis-server";
    static final String VARIABLE = "MILLRACE_REDIS_SERVER";
    private static final List<String> NAMES = List.of("redis-server", "valkey-server");

    private ServerBinary() {}

    static Path find() {
        return find(System::getProperty, System::getenv);
    }

    static Path find(Function<String, @Nullable String> properties, Function<String, @Nullable String> environment) {
        String property = properties.apply(PROPERTY);
        if (property != null && !property.isBlank()) {
            return existing(Path.of(property), "system property " + PROPERTY);
        }
        String variable = environment.apply(VARIABLE);
        if (variable != null && !variable.isBlank()) {
            return existing(Path.of(variable), "environment variable " + VARIABLE);
        }
        Path onPath = onPath(environment.apply("PATH"), NAMES);
        return onPath != null ? onPath : EmbeddedBinary.path();
    }

    /** The given file if it can be executed; the source says where the name came from. */
    static Path existing(Path binary, String source) {
        if (!Files.isRegularFile(binary) || !Files.isExecutable(binary)) {
            throw new ServerStartException(
                    "no executable file at %s (named by %s); name a redis-server or valkey-server binary"
                            .formatted(binary, source));
        }
        return binary.toAbsolutePath();
    }

    /** The first of these programs that is in a folder of the path. */
    static @Nullable Path onPath(@Nullable String path, List<String> names) {
        if (path == null) {
            return null;
        }
        for (String name : names) {
            for (String folder : path.split(File.pathSeparator, -1)) {
                Path candidate = Path.of(folder.isEmpty() ? "." : folder, name);
                if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                    return candidate.toAbsolutePath();
                }
            }
        }
        return null;
    }
}
