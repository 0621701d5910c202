package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers end with the JVM that started them, in whatever way it ends. */
class JvmEndIT {

    private static final Duration DEADLINE = Duration.ofSeconds(20);

    private record Held(Process jvm, long server, long watchdog, Path folder) {}

    @Test
    void jvmKilled_server_isGoneWithItsWatchdogAndFolder() throws IOException {
        Held held = hold();

        held.jvm().destroyForcibly();

        assertGone(held);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "f"})
    void jvmEnds_orderlyOrByAnException_serverIsGone(String input) throws IOException {
        Held held = hold();

        held.jvm().getOutputStream().write(input.getBytes(StandardCharsets.US_ASCII));
        held.jvm().getOutputStream().close();

        assertGone(held);
    }

    @Test
    void jvmTerminated_server_isGone() throws IOException {
        Held held = hold();

        held.jvm().destroy();

        assertGone(held);
    }

    @Test
    void jvmKilled_pausedServer_isGone() throws IOException {
        Held held = hold();
        new ProcessBuilder("kill", "-STOP", Long.toString(held.server())).start();

        held.jvm().destroyForcibly();

        assertGone(held);
    }

    private static Held hold() throws IOException {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerHolder.class.getName())
                .redirectError(Redirect.DISCARD)
                .start();
        BufferedReader output = jvm.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        assertThat(line).as("what the holder printed").isNotNull();
        List<String> words = List.of(line.split(" ", 3));
        Held held = new Held(jvm, Long.parseLong(words.get(0)), Long.parseLong(words.get(1)), Path.of(words.get(2)));
        assertThat(RedisServerIT.isAlive(held.server())).isTrue();
        assertThat(RedisServerIT.isAlive(held.watchdog())).isTrue();
        return held;
    }

    private static void assertGone(Held held) {
        Await.until(DEADLINE, () -> !held.jvm().isAlive(), "the JVM is still there");
        Await.until(DEADLINE, () -> !RedisServerIT.isAlive(held.server()), "the server is still there");
        Await.until(DEADLINE, () -> !RedisServerIT.isAlive(held.watchdog()), "the watchdog is still there");
        Await.until(DEADLINE, () -> !Files.exists(held.folder()), () -> "left behind: " + held.folder());
    }
}
