package dev.millrace.connection;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Work that a virtual I/O thread leaves to a platform thread for a while, and takes up again where that one left off.
 * The virtual thread waits meanwhile, so at each moment one of the two owns what they work on, and whoever waits for
 * the end of the virtual thread waits for both.
 */
final class PlatformTurn {
    /** A loop over a connection, until the turn is over or the connection is. */
    interface Work {
        /** Runs it; what it throws is thrown to whoever gave the turn. */
        void run() throws IOException;
    }

    private final Work work;
    private final Thread thread;
    private @Nullable Thread giver;
    private @Nullable Throwable failure;
    private volatile boolean done;

    /** A turn that has not begun. */
    PlatformTurn(String name, Work work) {
        this.work = work;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::work);
    }

    /** The thread that it will have. */
    Thread thread() {
        return thread;
    }

    /**
     * Runs the work and waits for its end.
     *
     * @return false when there is no thread to be had, and nothing was done
     * @throws IOException if the work did
     */
    boolean run() throws IOException {
        giver = Thread.currentThread();
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            return false; // the process may have no more threads; a virtual one does the work as well, if slower
        }
        awaitDone();
        switch (failure) {
            case null -> {
                return true;
            }
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
    }

    /** Parks first: before Java 24 a virtual thread that joins a platform thread keeps its carrier. */
    private void awaitDone() {
        boolean interrupted = false;
        while (!done) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        Threads.await(thread);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try {
            work.run();
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        } finally {
            done = true;
            LockSupport.unpark(giver);
        }
    }
}
