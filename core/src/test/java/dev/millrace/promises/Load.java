package dev.millrace.promises;

import dev.millrace.Millrace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Callers that count and read until they are told to stop, enter every outcome in a ledger, and notice each call that
 * ends after its deadline.
 */
class Load {
    private static final Duration JOINING = Duration.ofSeconds(20);

    /** What a call may be late by, the machine's own delays not counted. */
    private static final long TOLERANCE_MILLIS = 250;

    private final Millrace redis;
    private final Duration deadline;
    private final Ledger ledger;
    private final MixUps mixUps = new MixUps();
    private final Tally tally = new Tally();
    private final AtomicLong longestNanos = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    /** A load whose calls have {@code deadline}. */
    Load(Millrace redis, Duration deadline, Ledger ledger) {
        this.redis = redis;
        this.deadline = deadline;
        this.ledger = ledger;
    }

    /** Adds so many callers, which begin at once. */
    Load start(int callers, Thread.Builder builder) {
        for (int i = 0; i < callers; i++) {
            Ledger.Pushes list = ledger.newList();
            int number = i;
            threads.add(builder.name("load-" + i)
                    .uncaughtExceptionHandler((thread, e) -> tally.surprise(thread.getName() + " died of " + e))
                    .start(() -> call(number, list)));
        }
        return this;
    }

    private void call(int number, Ledger.Pushes list) {
        Random random = new Random(number);
        while (!stopped) {
            long failedBefore = tally.of(Tally.End.NOT_SENT) + tally.of(Tally.End.REJECTED);
            step(number, random, list);
            if (tally.of(Tally.End.NOT_SENT) + tally.of(Tally.End.REJECTED) > failedBefore) {
                LockSupport.parkNanos(1_000_000); // refused at once: an application would not ask again at once
            }
        }
    }

    /** Makes one call. */
    void step(int number, Random random, Ledger.Pushes list) {
        int counter = random.nextInt(1_000);
        Probe<?> probe = switch (random.nextInt(4)) {
            case 0 -> list.push();
            case 1, 2 -> ledger.increment(counter);
            default -> ledger.read(counter, mixUps);
        };
        timed(probe, number % 8 == 7 && random.nextInt(8) == 0);
    }

    /** Makes one call, waiting for it or for its stage, and takes how it ended. */
    final <T> void timed(Probe<T> probe, boolean asynchronous) {
        long before = System.nanoTime();
        T value = null;
        Throwable failure = null;
        try {
            value = asynchronous
                    ? redis.start(probe.command(), deadline)
                            .toCompletableFuture()
                            .join()
                    : redis.run(probe.command(), deadline);
        } catch (CompletionException e) {
            failure = e.getCause();
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        took(System.nanoTime() - before);
        probe.end(value, failure, tally, mixUps);
    }

    /** A call has ended after this long. */
    final void took(long nanos) {
        longestNanos.accumulateAndGet(nanos, Math::max);
    }

    final Duration deadline() {
        return deadline;
    }

    final Millrace redis() {
        return redis;
    }

    final Ledger ledger() {
        return ledger;
    }

    final MixUps mixUps() {
        return mixUps;
    }

    Tally tally() {
        return tally;
    }

    /** Lets the callers end their present calls, and waits for that. */
    void stop() {
        stopped = true;
        for (Thread thread : threads) {
            Joined.within(JOINING, thread);
        }
    }

    /** What went wrong, empty when all is well; after {@link #stop}. */
    List<String> complaints(Hiccups hiccups) {
        List<String> complaints = new ArrayList<>(mixUps.found());
        complaints.addAll(tally.surprises());
        long longest = longestNanos.get() / 1_000_000;
        if (longest > deadline.toMillis() + TOLERANCE_MILLIS + hiccups.longestMillis()) {
            complaints.add("a call with a deadline of " + deadline.toMillis() + " ms took " + longest
                    + " ms, while the machine was late by " + hiccups.longestMillis() + " ms at most");
        }
        return complaints;
    }

    @Override
    public String toString() {
        return tally + ", longest " + longestNanos.get() / 1_000_000 + " ms";
    }
}
