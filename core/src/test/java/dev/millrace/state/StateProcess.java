package dev.millrace.state;

import dev.millrace.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A {@link StateProcessMain} in a JVM of its own, and what it says. It ends when it is killed, and when this JVM ends. */
final class StateProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The last critical change of each connection that was acknowledged. */
    final Map<String, Long> acknowledged = new ConcurrentHashMap<>();

    /** How old the oldest unwritten change was at the most. */
    final AtomicLong oldestNanos = new AtomicLong();

    final AtomicLong changes = new AtomicLong();
    volatile boolean isOpen;
    private final Process process;
    private final Thread hearing;

    StateProcess(String url, String name, int connections) {
        try {
            process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-cp",
                            System.getProperty("java.class.path"),
                            StateProcessMain.class.getName(),
                            url,
                            name,
                            Integer.toString(connections)))
                    .redirectError(ProcessBuilder.Redirect.DISCARD) // warnings of what is done to it
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        hearing = Thread.ofPlatform().daemon().name("state-" + name).start(this::hear);
    }

    private void hear() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.endsWith(StateProcessMain.END)) { // otherwise it was killed in the middle of it
                    take(line.substring(0, line.length() - StateProcessMain.END.length())
                            .split(" "));
                }
            }
        } catch (IOException e) {
            // It was killed.
        }
    }

    private void take(String[] words) {
        switch (words[0]) {
            case "c" -> {
                acknowledged.merge(words[1], Long.parseLong(words[2]), Math::max);
                changes.incrementAndGet();
            }
            case "h" -> oldestNanos.accumulateAndGet(Long.parseLong(words[1]), Math::max);
            default -> isOpen = true;
        }
    }

    /** Ends it with kill -9; all that it said is known then. */
    @Override
    public void close() {
        process.destroyForcibly();
        Await.until(PATIENCE, () -> !process.isAlive() && !hearing.isAlive(), () -> "the process ends");
    }
}
