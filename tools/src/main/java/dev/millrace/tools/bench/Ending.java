package dev.millrace.tools.bench;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.Millrace;
import dev.millrace.command.MillraceException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Leaves the server as it was found: closes what was opened, then removes the keys over a connection of its own. Happens
 * once, on {@link #close} or when the JVM is ended from outside (Ctrl-C, SIGTERM). Thread-safe.
 */
final class Ending implements AutoCloseable {
    private final KeySpace keys;
    private final ServerUnderTest server;
    private final Consumer<String> notices;
    private final Thread hook = new Thread(this::endFromOutside, "millrace-bench-ending");
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean ended;

    private volatile boolean fromOutside;

    Ending(KeySpace keys, ServerUnderTest server, Consumer<String> notices) {
        this.keys = keys;
        this.server = server;
        this.notices = notices;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** The JVM is being ended; whatever a step threw came from its clients being closed. */
    static final class EndedFromOutside extends Exception {
        private static final long serialVersionUID = 1L;

        EndedFromOutside(Throwable cause) {
            super("ended from outside", cause);
        }
    }

    /** Whether the JVM is being ended. */
    boolean isFromOutside() {
        return fromOutside;
    }

    /** Closes that too, before what was added earlier; returns it. */
    <T extends AutoCloseable> T add(T resource) {
        lock.lock();
        try {
            opened.push(resource);
            return resource;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException endingAlready) {
            // The JVM is ending and the hook has run or finds nothing left to do.
        }
    }

    private void endFromOutside() {
        fromOutside = true;
        end();
    }

    private void end() {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            ended = true;
            keys.close();
            while (!opened.isEmpty()) {
                closeQuietly(opened.pop());
            }
            removeKeys();
        } finally {
            lock.unlock();
        }
    }

    private void removeKeys() {
        try (Millrace redis = Millrace.connect(server.options())) {
            keys.remove(redis);
        } catch (MillraceException failed) {
            if (!server.isOwn()) {
                notices.accept(
                        "keys beginning with " + keys.prefix() + " could not be removed: " + failed.getMessage());
            }
        }
    }

    private void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception failed) {
            notices.accept("closing failed: " + failed.getMessage());
        }
    }
}
