package dev.millrace.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/**
 * The real Redis 6.2 inside the embedded-redis jar, unpacked into a temporary file once per JVM, when first asked for.
 *
 * <p>Thread-safe.
 */
final class EmbeddedBinary {

    private static final ReentrantLock LOCK = new ReentrantLock();
    private static @Nullable Path unpacked;

    private EmbeddedBinary() {}

    static Path path() {
        LOCK.lock();
        try {
            Path binary = unpacked;
            if (binary == null || !Files.isExecutable(binary)) {
                binary = unpack();
                unpacked = binary;
            }
            return binary;
        } finally {
            LOCK.unlock();
        }
    }

    private static Path unpack() {
        OsArchitecture platform = OsArchitecture.detectOSandArchitecture();
        String resource = ExecutableProvider.newProvidedVersionsMap().get(platform);
        if (resource == null) {
            throw new ServerStartException(
                    "no embedded redis-server for %s %s; install redis-server or set %s to its path"
                            .formatted(platform.os, platform.arch, ServerBinary.VARIABLE));
        }
        try (InputStream bytes = ExecutableProvider.class.getResourceAsStream(resource)) {
            if (bytes == null) {
                throw new ServerStartException("the embedded-redis jar holds no %s; install redis-server or set %s"
                        .formatted(resource, ServerBinary.VARIABLE));
            }
            Path binary = Files.createTempFile("millrace-redis-server-", "");
            binary.toFile().deleteOnExit();
            Files.copy(bytes, binary, StandardCopyOption.REPLACE_EXISTING);
            if (!binary.toFile().setExecutable(true)) {
                throw new ServerStartException("cannot make %s executable".formatted(binary));
            }
            return binary;
        } catch (IOException failed) {
            throw new ServerStartException("cannot unpack the embedded redis-server: " + failed.getMessage(), failed);
        }
    }
}
