package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // set by JUnit
class ServerBinaryTest {

    @TempDir
    private Path folder;

    private Path redis;
    private Path other;

    @BeforeEach
    void makeBinaries() throws IOException {
        redis = executable(Files.createDirectory(folder.resolve("first")).resolve("redis-server"));
        other = executable(folder.resolve("other"));
    }

    @Test
    void find_propertyBeforeVariableBeforePath() {
        Map<String, String> environment =
                Map.of(ServerBinary.VARIABLE, other.toString(), "PATH", String.valueOf(redis.getParent()));

        assertThat(ServerBinary.find(name -> redis.toString(), environment::get))
                .isEqualTo(redis);
        assertThat(ServerBinary.find(name -> null, environment::get)).isEqualTo(other);
    }

    @Test
    void find_onPath_takesRedisBeforeValkeyAndSkipsWhatCannotRun() throws IOException {
        Path second = Files.createDirectory(folder.resolve("second"));
        executable(second.resolve("valkey-server"));
        Path notExecutable = Files.createDirectory(folder.resolve("third"));
        Files.createFile(notExecutable.resolve("redis-server"));
        String path = "%s:%s:/no/such/folder:%s".formatted(notExecutable, second, redis.getParent());

        assertThat(ServerBinary.find(name -> null, Map.of("PATH", path)::get)).isEqualTo(redis);
        assertThat(ServerBinary.find(name -> null, Map.of("PATH", second.toString())::get))
                .isEqualTo(second.resolve("valkey-server"));
    }

    @Test
    void find_nothingInstalled_takesTheEmbeddedOne() {
        Path found = ServerBinary.find(name -> null, Map.of("PATH", folder.toString())::get);

        assertThat(found).isEqualTo(EmbeddedBinary.path()).isExecutable();
    }

    @Test
    void find_namedButMissing_failsAndSaysWhoNamedIt() {
        assertThatThrownBy(() -> ServerBinary.find(name -> null, Map.of(ServerBinary.VARIABLE, "/no/such/server")::get))
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("/no/such/server")
                .hasMessageContaining(ServerBinary.VARIABLE);
    }

    private static Path executable(Path file) throws IOException {
        Files.createFile(file);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
