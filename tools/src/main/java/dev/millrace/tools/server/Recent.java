package dev.millrace.tools.server;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.MillraceException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A number, or several, that Redis has, for figures that must not wait: answers what was read last, and has it read anew behind
 * the caller when that is too old. One read is under way at a time.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // volatile fields, written by the one read under way
public final class Recent<T> {
    private static final Logger LOG = LoggerFactory.getLogger(Recent.class);

    /** Asked for at each age, what is read behind the caller is up to twice that old; beyond three times, reading fails or hangs. */
    private static final long OLD = 3;

    private final Supplier<T> source;
    private final long ageNanos;
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile @Nullable T newest;
    private volatile long readNanos;
    private volatile long newestNanos;

    /**
     * Nothing is read yet.
     *
     * @param age from which on it is read again
     */
    public Recent(Supplier<T> source, Duration age) {
        this.source = source;
        this.ageNanos = age.toNanos();
        this.readNanos = System.nanoTime() - ageNanos;
    }

    /** What was read last; null before the first. */
    public @Nullable T get() {
        if (System.nanoTime() - readNanos >= ageNanos && reading.compareAndSet(false, true)) {
            Thread.ofVirtual().name("millrace-recent").start(this::read);
        }
        return newest;
    }

    /** Whether what was read last is older than it should be: Redis is slow or gone, or nobody has asked for it lately. */
    public boolean isStale() {
        return newest == null || System.nanoTime() - newestNanos > OLD * ageNanos;
    }

    private void read() {
        try {
            newest = source.get();
            newestNanos = System.nanoTime();
        } catch (MillraceException e) {
            LOG.debug("figures could not be read: {}", e.toString());
        } finally {
            readNanos = System.nanoTime(); // a failure is not tried again at once either
            reading.set(false);
        }
    }
}
