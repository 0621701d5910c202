package dev.millrace.tools.server;

import dev.millrace.testkit.Await;
import dev.millrace.tools.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code millrace serve} as a process of its own, which can be killed and started again. Confined to one thread. */
final class ServeProcess implements AutoCloseable {
    private static final Pattern SERVES = Pattern.compile("serves at (http://\\S+), on Redis at (.+)");

    private final Path output;
    private final Map<String, String> environment;
    private Process process;

    /** Not started yet. */
    ServeProcess(Path folder, String name, Map<String, String> environment) {
        this.output = folder.resolve(name);
        this.environment = environment;
    }

    /** Starts it and waits until it serves. */
    ServeProcess start() throws IOException {
        Files.deleteIfExists(output);
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve");
        builder.environment().putAll(Map.of("MILLRACE_PORT", "0", "MILLRACE_GAME_PORT", "0"));
        builder.environment().putAll(environment);
        process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        Await.until(
                Duration.ofSeconds(60),
                () -> SERVES.matcher(output()).find() || !process.isAlive(),
                () -> "it serves: " + output());
        if (!process.isAlive()) {
            throw new AssertionError("it has ended: " + output());
        }
        return this;
    }

    private Matcher said() {
        Matcher said = SERVES.matcher(output());
        if (!said.find()) {
            throw new AssertionError("it does not serve: " + output());
        }
        return said;
    }

    String url() {
        return said().group(1);
    }

    String redis() {
        return said().group(2);
    }

    String output() {
        try {
            return Files.exists(output) ? Files.readString(output) : "";
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** SIGTERM; how long it took to end. */
    Duration terminate() throws InterruptedException {
        long began = System.nanoTime();
        process.toHandle().destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("it does not end: " + output());
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
