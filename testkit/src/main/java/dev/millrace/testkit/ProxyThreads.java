package dev.millrace.testkit;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The threads of one proxy: platform threads, because a delay has to end on time whatever the carriers of virtual
 * threads are busy with, and daemons, because a forgotten proxy should not keep a JVM alive.
 *
 * <p>Thread-safe.
 */
final class ProxyThreads {

    /** What a thread does; interrupted only by {@link #close}. */
    @FunctionalInterface
    interface Work {
        void run() throws InterruptedException;
    }

    private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String prefix;
    private final Set<Thread> alive = ConcurrentHashMap.newKeySet();

    ProxyThreads(String prefix) {
        this.prefix = prefix;
    }

    void start(String role, Work work) {
        Thread thread = new Thread(() -> run(work), prefix + "-" + role);
        thread.setDaemon(true);
        alive.add(thread);
        thread.start();
    }

    private void run(Work work) {
        try {
            work.run();
        } catch (InterruptedException closing) {
            // Only close interrupts, and ending is what it wants.
        } finally {
            alive.remove(Thread.currentThread());
        }
    }

    /**
     * Interrupts all and returns when they have ended, or after five seconds. A thread may start another one while it
     * is waited for, so the set is looked at until it is empty.
     */
    void close() {
        boolean interrupted = false;
        long end = System.nanoTime() + CLOSE_NANOS;
        while (!alive.isEmpty() && System.nanoTime() < end) {
            for (Thread thread : alive) {
                thread.interrupt();
                try {
                    thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
                } catch (InterruptedException wanted) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
