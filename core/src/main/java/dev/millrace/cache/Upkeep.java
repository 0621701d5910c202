package dev.millrace.cache;

import com.google.errorprone.annotations.ThreadSafe;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a cache does by itself, now and then: one virtual thread, made when the first thing is to be done. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the executor is
final class Upkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final long PATIENCE_SECONDS = 5;

    private final String name;
    private final ScheduledExecutorService executor;

    Upkeep(String name) {
        this.name = name;
        this.executor = Executors.newSingleThreadScheduledExecutor(
                Thread.ofVirtual().name("millrace-cache-" + name).factory());
    }

    /** Does something each time so long has passed. */
    void each(Duration every, Runnable what) {
        long nanos = every.toNanos();
        var unused = executor.scheduleWithFixedDelay(guarded(what), nanos, nanos, TimeUnit.NANOSECONDS);
    }

    /** Does something as soon as the thread is free; nothing once this is closed. */
    void soon(Runnable what) {
        if (!executor.isShutdown()) {
            var unused = executor.schedule(guarded(what), 0, TimeUnit.NANOSECONDS);
        }
    }

    /** One failure must not be the last time. */
    private Runnable guarded(Runnable what) {
        return () -> {
            try {
                what.run();
            } catch (RuntimeException e) {
                if (!executor.isShutdown()) {
                    LOG.warn("upkeep of the cache {} failed, and is tried again: {}", name, e.toString());
                }
            }
        };
    }

    /** Ends what is being done, by an interrupt, and does nothing more. */
    @Override
    public void close() {
        var unused = executor.shutdownNow();
        try {
            boolean ended = executor.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                LOG.warn("the upkeep of the cache {} has not ended within {} s", name, PATIENCE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
