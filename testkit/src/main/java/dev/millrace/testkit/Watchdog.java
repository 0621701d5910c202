package dev.millrace.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A small shell process that kills a server when this JVM is gone, however it went.
 *
 * <p>It reads a pipe from this JVM. The operating system closes the pipe when the JVM ends, kill -9 included; the shell
 * then kills the server and removes its folder. It is started before the server, so that between the server's birth and
 * the moment the shell knows its process id there is one write and no more. A line on the pipe releases it: the shell
 * ends and does nothing, so an id that the system gives to another process later is never killed.
 *
 * <p>Thread-safe: {@link #release} may be called from any thread, any number of times.
 */
final class Watchdog {

    // An interrupt typed at the terminal reaches the shell as well; it has to outlive the JVM.
    private static final String SCRIPT = """
            trap '' INT HUP TERM
            read -r pid || exit 0
            read -r released && exit 0
            kill -9 "$pid" 2>/dev/null
            rm -rf -- "$1"
            """;

    private final Process shell;
    private final OutputStream pipe;

    private Watchdog(Process shell) {
        this.shell = shell;
        this.pipe = shell.getOutputStream();
    }

    /** Starts the shell; it removes the folder if it ever has to act. */
    static Watchdog start(Path folder) throws IOException {
        return new Watchdog(new ProcessBuilder("sh", "-c", SCRIPT, "millrace-watchdog", folder.toString())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start());
    }

    /** Names the process to kill. */
    void guard(long pid) throws IOException {
        tell(Long.toString(pid));
    }

    /** Ends the shell without any effect. */
    synchronized void release() {
        try {
            tell("released");
            pipe.close();
        } catch (IOException alreadyGone) {
            // The shell has been released before, or somebody killed it: either way it will not act.
        }
    }

    long pid() {
        return shell.pid();
    }

    boolean isAlive() {
        return shell.isAlive();
    }

    private synchronized void tell(String line) throws IOException {
        pipe.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        pipe.flush();
    }
}
