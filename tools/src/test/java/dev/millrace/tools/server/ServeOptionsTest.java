package dev.millrace.tools.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.tools.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServeOptionsTest {
    @TempDir
    Path folder;

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("server.properties"), content);
    }

    @Test
    void environment_overAFile_goesFirst() throws IOException {
        Path file = file("MILLRACE_PORT=1\nMILLRACE_GRACE=3\nREDIS_URL=redis://one\n");
        ServeOptions options =
                ServeOptions.of(Map.of("MILLRACE_PORT", "2", "PATH", "/bin", "MILLRACE_GRACE", " "), file);
        assertThat(options.http().port()).isEqualTo(2);
        assertThat(options.grace()).isEqualTo(Duration.ofSeconds(3));
        assertThat(options.redis()).containsExactly(Map.entry("REDIS_URL", "redis://one"));
        assertThat(options.http().host()).isEqualTo("127.0.0.1");
    }

    @Test
    void printed_isReadAgain_andHasNoSecret() throws IOException {
        ServeOptions options = ServeOptions.of(
                Map.of(
                        "MILLRACE_TOKEN", "s3cret",
                        "MILLRACE_ADMIN_TOKEN", "s3cret",
                        "MILLRACE_JDBC_PASSWORD", "s3cret",
                        "MILLRACE_CACHE_TTL", "7",
                        "REDIS_URL", "redis://:s3cret@host"),
                null);
        assertThat(options.printed()).doesNotContain("s3cret").contains("by REDIS_URL", "(set, not shown)");
        assertThat(options.toString() + options.http()).doesNotContain("s3cret");
        assertThat(ServeOptions.of(Map.of(), file(options.printed())).cacheTtl())
                .isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void file_withAnUnknownName_orThatIsNotThere_isRefused() throws IOException {
        Path wrong = file("MILLRACE_PROT=1\n");
        assertThatExceptionOfType(BadInput.class)
                .isThrownBy(() -> ServeOptions.of(Map.of(), wrong))
                .withMessageContaining("MILLRACE_PROT, which is no variable");
        assertThatExceptionOfType(BadInput.class)
                .isThrownBy(() -> ServeOptions.of(Map.of(), folder.resolve("none")))
                .withMessageContaining("there is no configuration file");
        Path binary = folder.resolve("binary");
        Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatExceptionOfType(BadInput.class)
                .isThrownBy(() -> ServeOptions.of(Map.of(), binary))
                .withMessageContaining("can't be read as Java properties");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MILLRACE_PORT|x|from 0 to 65535",
                "MILLRACE_PORT|70000|from 0 to 65535",
                "MILLRACE_BODY_LIMIT|1|from 1024 to 268435456",
                "MILLRACE_GAME_PORT|no|from 0 to 65535",
                "MILLRACE_PIPELINING|perhaps|auto, always or never",
                "MILLRACE_STATE_MODE|read-through|hybrid, redis-only or read-through:MILLISECONDS",
                "MILLRACE_BATCH_SIZE|0|from 1 to 500",
                "MILLRACE_CACHE_TTL|-1|from 0 to 86400",
                "MILLRACE_HOST|0.0.0.0|set MILLRACE_TOKEN",
                "MILLRACE_JOURNAL_DAYS|0|from 1 to 3650"
            })
    void value_outOfItsRange_isRefusedWithWhatIsPossible(String name, String value, String message) {
        assertThatExceptionOfType(BadInput.class)
                .isThrownBy(() -> ServeOptions.of(Map.of(name, value), null))
                .withMessageContaining(message)
                .withMessageStartingWith(name.equals("MILLRACE_HOST") ? "the server" : name);
    }
}
