package dev.millrace.bench.run;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A process of ours that cannot outlive this JVM: what it prints is read by two threads, and closing ends it by its
 * handle, as does the end of this JVM. It has a folder of its own to leave things in, deleted after it.
 *
 * <p>Thread-safe.
 */
final class OwnProcess implements AutoCloseable {
    private static final int LAST_WORDS = 10;
    private static final long DRAIN_MILLIS = 2_000;

    private final ScratchFolder scratch;
    private final Process process;
    private final Thread hook;
    private final Thread outputReader;
    private final Thread errorReader;

    /** Lines of standard output, then for ever an empty one: nothing more will come. */
    private final BlockingQueue<Optional<String>> output = new LinkedBlockingQueue<>();

    @GuardedBy("lastWords")
    private final Deque<String> lastWords = new ArrayDeque<>();

    /**
     * Starts a process.
     *
     * @param command its command line, for the folder it may leave things in
     * @throws IOException if it cannot be started
     */
    OwnProcess(Function<Path, List<String>> command) throws IOException {
        scratch = ScratchFolder.create();
        try {
            process = new ProcessBuilder(command.apply(scratch.path())).start();
        } catch (IOException e) {
            scratch.close();
            throw e;
        }
        hook = new Thread(this::end, "end " + process.pid());
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            process.destroyForcibly();
            scratch.close();
            throw new IOException("this JVM is ending", e);
        }
        outputReader =
                Thread.ofPlatform().daemon().name("output of " + process.pid()).start(this::readOutput);
        errorReader =
                Thread.ofPlatform().daemon().name("errors of " + process.pid()).start(this::readErrors);
    }

    /**
     * Sends one line to its standard input.
     *
     * @throws IOException if it does not read any more
     */
    void send(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /**
     * The next line of its standard output, or empty when that has ended.
     *
     * @throws DeadlinePassed if neither comes in time
     */
    Optional<String> nextLine(long nanos) throws InterruptedException, DeadlinePassed {
        Optional<String> line = output.poll(nanos, TimeUnit.NANOSECONDS);
        if (line == null) {
            throw new DeadlinePassed();
        }
        if (line.isEmpty()) {
            output.add(line);
        }
        return line;
    }

    /** Its exit status once it has ended, waiting a moment for that; or how else it stands. */
    String ending() throws InterruptedException {
        return process.waitFor(DRAIN_MILLIS, TimeUnit.MILLISECONDS)
                ? "exit status " + process.exitValue()
                : "no exit status";
    }

    /** Keeps a line that it printed, for {@link #lastWords()}. */
    void remember(String line) {
        synchronized (lastWords) {
            lastWords.addLast(line);
            if (lastWords.size() > LAST_WORDS) {
                lastWords.removeFirst();
            }
        }
    }

    /** The last lines of its standard error and what else was remembered, oldest first. */
    List<String> lastWords() {
        synchronized (lastWords) {
            return List.copyOf(lastWords);
        }
    }

    /** Ends the process and waits, briefly, until all it printed is read. */
    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ignored) {
            // The JVM is ending, the hook is running: it does the same.
        }
    }

    private void end() {
        process.toHandle().destroyForcibly();
        try {
            outputReader.join(DRAIN_MILLIS);
            errorReader.join(DRAIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        // Closes the streams too, which would have lost what was not read yet.
        process.destroyForcibly();
        scratch.close();
    }

    private void readOutput() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.add(Optional.of(line));
            }
        } catch (IOException ignored) {
            // The process was ended while it printed; the end is said below.
        } finally {
            output.add(Optional.empty());
        }
    }

    private void readErrors() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                remember(line);
            }
        } catch (IOException ignored) {
            // As above: nothing more to remember.
        }
    }

    /** The process neither answered nor ended in time. */
    static final class DeadlinePassed extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
