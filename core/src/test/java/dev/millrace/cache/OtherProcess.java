package dev.millrace.cache;

import dev.millrace.testkit.Await;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A JVM of its own with caches in it, which does what {@link OtherProcessMain} is told, and can be stopped and killed as
 * a process. It ends when it is closed, and when this JVM ends, however that happens: it reads its orders from it.
 */
final class OtherProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final BufferedWriter orders;
    private final Thread hearing;
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private volatile Consumer<String> told = line -> {};

    private OtherProcess() throws IOException {
        this.process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcessMain.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        this.orders = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        this.hearing = Thread.ofPlatform().daemon().name("other-process-output").start(this::hear);
    }

    static OtherProcess start() {
        try {
            return new OtherProcess();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void hear() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (Served.isOne(line) || line.contains(" ")) {
                    told.accept(line);
                } else {
                    heard.add(line);
                }
            }
        } catch (IOException e) {
            // It was killed.
        }
    }

    private void order(String line) {
        try {
            orders.write(line);
            orders.newLine();
            orders.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the other process takes no orders", e);
        }
    }

    /** Waits for a line of one word. */
    void await(String word) {
        Await.until(PATIENCE, () -> heard.remove(word), () -> "the other process says " + word);
    }

    /** Begins to read, in every way. */
    void read(String name, CacheSetup setup, Consumer<String> hearer) {
        told = hearer;
        order("read " + name + " " + setup.line());
        await("reading");
    }

    /** Ends reading; all that was served has been told then. */
    void stopReading() {
        order("stop");
        await("stopped");
    }

    /** Begins to ask for a key that is to be loaded, with so many callers; {@code await("loaded")} ends it. */
    void load(int callers, Duration lease, CacheSetup setup, Consumer<String> hearer) {
        told = hearer;
        order("load " + callers + " " + lease.toMillis() + " " + setup.line());
        await("loading");
    }

    /** Stops it as a debugger, a suspended machine or a starved container does. */
    void pause() {
        signal("-STOP");
    }

    void resume() {
        signal("-CONT");
    }

    private void signal(String which) {
        try {
            Process kill = new ProcessBuilder("kill", which, Long.toString(process.pid()))
                    .inheritIO()
                    .start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("kill " + which + " answers " + kill.exitValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it with kill -9. */
    void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || !hearing.join(PATIENCE)) {
                throw new IllegalStateException("the other process does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
