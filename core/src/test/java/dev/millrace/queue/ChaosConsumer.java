package dev.millrace.queue;

import dev.millrace.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link ChaosConsumerMain} in a JVM of its own, and the thread that takes down what it says. It ends when it is killed,
 * when it is closed, and when this JVM ends.
 */
final class ChaosConsumer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final Thread hearing;

    /** @param number which of the consumers it is; no two in a ledger have the same */
    ChaosConsumer(int number, List<String> seeds, ChaosLedger ledger) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ChaosConsumerMain.class.getName()));
        command.addAll(seeds);
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD) // warnings of what is done to it
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        hearing = Thread.ofPlatform().daemon().name("chaos-" + number).start(() -> hear(number, ledger));
    }

    private void hear(int number, ChaosLedger ledger) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.endsWith(ChaosConsumerMain.END)) { // otherwise it was killed in the middle of it
                    ledger.take(number, line.substring(0, line.length() - ChaosConsumerMain.END.length()));
                }
            }
        } catch (IOException e) {
            // It was killed.
        }
    }

    void pause() {
        signal("-STOP");
    }

    void resume() {
        signal("-CONT");
    }

    private void signal(String which) {
        try {
            int status = new ProcessBuilder("kill", which, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill " + which + " answers " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it with kill -9; all that it said is in the ledger then. */
    @Override
    public void close() {
        process.destroyForcibly();
        Await.until(PATIENCE, () -> !process.isAlive() && !hearing.isAlive(), () -> "a consumer ends");
    }
}
