package dev.millrace.cache.sql;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.cache.Written;
import dev.millrace.command.MillraceException;
import dev.millrace.command.OutcomeUnknown;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Invalidates tables, and remembers which could not be: a change is committed whether Redis is there or not. While a
 * table is owed, its cached results are not to be believed by this process; a virtual thread tries again until none is.
 *
 * <p>Holds the name of each table at most once.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class OwedInvalidations implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwedInvalidations.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long AGAIN_AFTER_MILLIS = 200;

    private final String name;
    private final Consumer<String> invalidation;
    /** Each with a number, so that what comes to be owed anew is not taken for paid. */
    private final ConcurrentMap<String, Long> owed = new ConcurrentHashMap<>();

    private final AtomicLong numbers = new AtomicLong();
    private final AtomicReference<@Nullable Thread> payer = new AtomicReference<>();
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * None is owed.
     *
     * @param name of the cache, for the thread and the log
     * @param invalidation invalidates a table or throws {@link MillraceException}
     */
    OwedInvalidations(String name, Consumer<String> invalidation) {
        this.name = name;
        this.invalidation = invalidation;
    }

    /** Whether one of these tables is owed. */
    boolean concern(Set<String> tables) {
        return !owed.isEmpty() && tables.stream().anyMatch(owed::containsKey);
    }

    int size() {
        return owed.size();
    }

    /** Invalidates tables; those that could not be are owed. Answers the first failure. */
    Written invalidate(Set<String> tables) {
        MillraceException first = null;
        for (String table : tables) {
            MillraceException failure = invalidate(table);
            if (failure != null) {
                owe(table);
                first = first == null ? failure : first;
            }
        }
        if (first == null) {
            return new Written(Written.Status.OK, null);
        }
        return new Written(first instanceof OutcomeUnknown ? Written.Status.UNKNOWN : Written.Status.FAILED, first);
    }

    private @Nullable MillraceException invalidate(String table) {
        Long before = owed.get(table);
        try {
            invalidation.accept(table);
        } catch (MillraceException e) {
            return e;
        }
        if (before != null) {
            owed.remove(table, before);
        }
        return null;
    }

    private void owe(String table) {
        owed.put(table, numbers.incrementAndGet());
        Thread thread = Thread.ofVirtual().name("millrace-query-cache-" + name).unstarted(this::pay);
        if (closed.getCount() > 0 && payer.compareAndSet(null, thread)) {
            LOG.warn("the query cache {} could not invalidate a table, and tries again until it can", name);
            thread.start();
        }
    }

    private void pay() {
        try {
            while (!owed.isEmpty() && !closed.await(AGAIN_AFTER_MILLIS, TimeUnit.MILLISECONDS)) {
                for (String table : owed.keySet()) {
                    if (invalidate(table) != null) {
                        break; // the others would hardly fare better
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // by close
        } finally {
            payer.set(null);
        }
        if (!owed.isEmpty() && closed.getCount() > 0) {
            owed.keySet().stream().findAny().ifPresent(this::owe); // came between the last look and the end
        }
    }

    /** Tries no more. What is owed stays so: others believe the old results until their time is over. */
    @Override
    public void close() {
        closed.countDown();
        Thread thread = payer.get();
        if (thread != null) {
            thread.interrupt();
            try {
                boolean unused = thread.join(PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (!owed.isEmpty()) {
            LOG.warn("the query cache {} is closed and owes the invalidation of {} tables", name, owed.size());
        }
    }
}
