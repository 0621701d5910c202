package dev.millrace.cache;

import dev.millrace.Millrace;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Strings;
import dev.millrace.promises.CheckedValue;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A thread that writes ever higher versions of some keys, past any cache, and notes when each was acknowledged. */
final class VersionWriter implements AutoCloseable {
    private static final long PAUSE_NANOS = 500_000;

    private final Millrace redis;
    private final String prefix;
    private final List<String> keys;
    private final CoherenceLedger ledger;
    private final AtomicLong written = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean held;
    private volatile boolean resting;

    VersionWriter(Millrace redis, String prefix, List<String> keys, CoherenceLedger ledger) {
        this.redis = redis;
        this.prefix = prefix;
        this.keys = keys;
        this.ledger = ledger;
        this.thread = Thread.ofPlatform().name("version-writer").start(this::run);
    }

    private void run() {
        for (long version = 1; !closed; version++) {
            for (String key : keys) {
                resting = held;
                if (!held) {
                    write(key, version);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void write(String key, long version) {
        try {
            redis.run(Strings.set(prefix + key, new CheckedValue(key, version).text(40)));
            ledger.acknowledged(key, version, System.nanoTime());
            written.incrementAndGet();
        } catch (MillraceException e) {
            // Nobody may count on it.
        }
    }

    /** How many writes have been acknowledged. */
    long written() {
        return written.get();
    }

    /** Writes nothing until {@link #goOn()}; the last write is acknowledged, or not, when {@link #isResting()} says so. */
    void hold() {
        held = true;
    }

    boolean isResting() {
        return resting;
    }

    void goOn() {
        held = false;
        resting = false;
    }

    @Override
    public void close() {
        closed = true;
        try {
            if (!thread.join(java.time.Duration.ofSeconds(20))) {
                throw new AssertionError("the writer has not ended");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
