package dev.millrace.topology;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.incr;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.command.MillraceException;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers that each count up a key of their own while servers change places, and keep a ledger: a server that answers
 * with a number at or below an earlier one has lost what lay between. One more caller only reads, and notes for how long
 * it could not.
 */
final class CountingCallers {
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    /** What a call may be late by on a busy machine. */
    private static final Duration TOLERANCE = Duration.ofSeconds(1);

    private final Millrace redis;
    private final List<Caller> callers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
    private final AtomicLong longestWithoutRead = new AtomicLong();
    private volatile boolean stopped;

    CountingCallers(Millrace redis) {
        this.redis = redis;
    }

    /** One caller's ledger; confined to its thread until that has ended. */
    private static final class Caller {
        private final String key;
        private volatile long acknowledged;
        private long unknown;
        private long lost;
        private long last;
        private int setbacks;

        Caller(String key) {
            this.key = key;
        }

        void acknowledged(long value) {
            acknowledged++;
            if (value <= last) {
                lost += last - value + 1;
                setbacks++;
            }
            last = value;
        }
    }

    CountingCallers start(int count) {
        for (int i = 0; i < count; i++) {
            Caller caller = new Caller("counted:" + i);
            callers.add(caller);
            threads.add(Thread.ofVirtual().start(() -> count(caller)));
        }
        threads.add(Thread.ofVirtual().start(this::read));
        return this;
    }

    private void count(Caller caller) {
        while (!stopped) {
            long began = System.nanoTime();
            try {
                caller.acknowledged(Objects.requireNonNull(redis.run(incr(caller.key), DEADLINE)));
            } catch (OutcomeUnknown e) {
                caller.unknown++;
            } catch (MillraceException e) {
                LockSupport.parkNanos(5_000_000); // refused at once: an application would not ask again at once
            }
            long took = System.nanoTime() - began;
            if (took > DEADLINE.plus(TOLERANCE).toNanos()) {
                complaints.add("a call with a deadline of " + DEADLINE + " took " + Duration.ofNanos(took));
            }
        }
    }

    private void read() {
        long served = System.nanoTime();
        while (!stopped) {
            try {
                redis.run(get("counted:0"), DEADLINE);
                long now = System.nanoTime();
                longestWithoutRead.accumulateAndGet(now - served, Math::max);
                served = now;
                LockSupport.parkNanos(1_000_000);
            } catch (MillraceException e) {
                LockSupport.parkNanos(5_000_000);
            }
        }
    }

    /** How many writes were acknowledged so far. */
    long acknowledged() {
        return callers.stream().mapToLong(caller -> caller.acknowledged).sum();
    }

    /** For how long no read succeeded, at the longest. */
    Duration longestWithoutRead() {
        return Duration.ofNanos(longestWithoutRead.get());
    }

    /** Lets the callers end their present calls, and waits for that. */
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            assertThat(thread.join(Duration.ofSeconds(20))).as("a caller ends").isTrue();
        }
    }

    /**
     * Holds the ledger against what the master has, after {@link #stop}: nothing that was acknowledged is missing but
     * what the failovers lost, and nothing was counted twice.
     *
     * @param failovers how often a counter may have been set back
     * @return a summary to print
     */
    String check(RedisServer master, int failovers) {
        long lost = 0;
        long unknown = 0;
        for (Caller caller : callers) {
            Object held = master.ask("GET", caller.key);
            long value = held == null ? 0 : Long.parseLong(held.toString());
            assertThat(value)
                    .as(
                            "%s: %d acknowledged, %d lost, %d unknown",
                            caller.key, caller.acknowledged, caller.lost, caller.unknown)
                    .isBetween(caller.acknowledged - caller.lost, caller.acknowledged - caller.lost + caller.unknown)
                    .isGreaterThanOrEqualTo(caller.last);
            assertThat(caller.setbacks)
                    .as("how often %s was set back", caller.key)
                    .isLessThanOrEqualTo(failovers);
            lost += caller.lost;
            unknown += caller.unknown;
        }
        assertThat(complaints).isEmpty();
        return acknowledged() + " writes acknowledged, " + lost + " of them lost by the failover itself, " + unknown
                + " of unknown outcome; longest time without a read "
                + longestWithoutRead().toMillis() + " ms";
    }
}
