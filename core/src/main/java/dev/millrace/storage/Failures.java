package dev.millrace.storage;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.MillraceException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Counts what fails, and says so once a burst: when Redis is gone everything fails, and the log is to say that it did, not how
 * often somebody asked.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Failures {
    /** A burst has ended when nothing has failed for so long. */
    private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();

    private final Logger log;
    private final LongSupplier nanoClock;
    private final LongAdder count = new LongAdder();
    private final AtomicLong unsaid = new AtomicLong();
    private final AtomicLong last;

    Failures(Logger log, LongSupplier nanoClock) {
        this.log = log;
        this.nanoClock = nanoClock;
        this.last = new AtomicLong(nanoClock.getAsLong() - QUIET_NANOS);
    }

    /** @param what a few words, without keys or values */
    void failed(String what, MillraceException error) {
        count.increment();
        long now = nanoClock.getAsLong();
        if (now - last.getAndAccumulate(now, Math::max) < QUIET_NANOS) {
            unsaid.incrementAndGet();
            return;
        }
        long before = unsaid.getAndSet(0);
        log.warn(
                "{} failed, and null is answered; so will be what fails from now on, which is counted and not logged until"
                        + " nothing has failed for {} s{}: {}",
                what,
                QUIET_NANOS / 1_000_000_000L,
                before == 0 ? "" : " (" + before + " more failed in the last burst)",
                error.getMessage());
    }

    long count() {
        return count.sum();
    }
}
