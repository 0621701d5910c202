package dev.millrace.testkit;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One life of a server process, from its start to its end; a restart makes another.
 *
 * <p>Thread-safe: the process itself is the only state.
 */
final class ServerProcess {

    private static final Duration SIGNAL_DEADLINE = Duration.ofSeconds(5);

    private final Process process;
    private final Watchdog watchdog;
    private final ServerFolder folder;
    private final long outputStart;

    private ServerProcess(Process process, Watchdog watchdog, ServerFolder folder, long outputStart) {
        this.process = process;
        this.watchdog = watchdog;
        this.folder = folder;
        this.outputStart = outputStart;
    }

    static ServerProcess launch(List<String> command, ServerFolder folder) throws IOException {
        long outputStart = folder.outputSize();
        Watchdog watchdog = Watchdog.start(folder.home());
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.home().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(folder.output().toFile()))
                    .start();
            watchdog.guard(process.pid());
            process.getOutputStream().close();
            ServerProcess launched = new ServerProcess(process, watchdog, folder, outputStart);
            LiveServers.add(launched);
            // Nothing waits for it: it is how a crash releases the watchdog.
            var unused = process.onExit().thenRun(launched::ended);
            return launched;
        } catch (IOException | RuntimeException failed) {
            watchdog.release();
            throw failed;
        }
    }

    private void ended() {
        watchdog.release();
        LiveServers.remove(this);
    }

    long pid() {
        return process.pid();
    }

    Watchdog watchdog() {
        return watchdog;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exitValue() {
        return process.exitValue();
    }

    /** Where this life's output begins. */
    long outputStart() {
        return outputStart;
    }

    void pause() {
        signal("STOP");
        // The signal is sent when kill returns, but taken only when the process is next scheduled.
        Path state = Path.of("/proc/" + process.pid() + "/stat");
        if (Files.isReadable(state)) {
            Await.until(SIGNAL_DEADLINE, () -> !process.isAlive() || isStopped(state), "the server did not stop");
        }
    }

    void resume() {
        signal("CONT");
    }

    /** Ends at once, as a crash would; a paused process too. Returns when it is gone. */
    void kill() {
        process.destroyForcibly();
        awaitEnd(SIGNAL_DEADLINE);
        ended();
    }

    /** Asks the server to shut down, which saves what it is configured to save; kills it after the deadline. */
    void stop(Duration deadline) {
        if (process.isAlive()) {
            process.destroy();
            resume();
            if (!awaitEnd(deadline)) {
                kill();
            }
        }
        ended();
    }

    /** For the shutdown hook: ends the process and removes its folder. */
    void endWithJvm() {
        process.destroyForcibly();
        awaitEnd(SIGNAL_DEADLINE);
        watchdog.release();
        folder.delete();
    }

    private boolean awaitEnd(Duration deadline) {
        boolean interrupted = false;
        long end = System.nanoTime() + deadline.toNanos();
        try {
            while (true) {
                try {
                    return process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException again) {
                    // The end of a process we own is awaited all the same; the caller finds the flag set.
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void signal(String name) {
        if (!process.isAlive()) {
            throw new IllegalStateException("the server is not running, so it can't be sent SIG" + name);
        }
        try {
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
            while (kill.isAlive()) {
                LockSupport.parkNanos(100_000);
            }
        } catch (IOException failed) {
            throw new IllegalStateException("cannot run sh to send SIG" + name + ": " + failed.getMessage(), failed);
        }
    }

    private static boolean isStopped(Path stat) {
        try {
            String line = Files.readString(stat);
            // The name in parentheses may hold anything, so the state is looked for after the last one.
            return line.charAt(line.lastIndexOf(')') + 2) == 'T';
        } catch (IOException | IndexOutOfBoundsException gone) {
            return true;
        }
    }
}
