package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import dev.millrace.connection.Interleavings;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Jobs that are added, sent, taken back and left over in every order: none is forgotten in a batcher, that is, none waits
 * while no flusher is there that will ask for it, and each is taken out once.
 */
@Timeout(120)
class GatheringInterleavingsTest {
    private static final Parcel<String> A = GatheringTest.job("job", "a", 0, 1, 0, true).parcel;
    private static final Parcel<String> B = GatheringTest.job("job", "b", 0, 1, 0, true).parcel;
    private static final BatcherOptions PAIRS =
            BatcherOptions.builder().largestBatch(2).build();

    @Test
    void job_inEveryOrderOfSteps_isTakenOutOnceAndNeverForgotten() {
        check(Interleavings.some().iterations(3 * Integer.getInteger("millrace.interleavings", 1)), HandOff.class);
    }

    /** Negative control: a flusher that does not come back after its batch must be caught. */
    @Test
    @Tag("stress") // takes as long again
    void flusherThatDoesNotComeBack_isCaught() {
        assertThatThrownBy(() -> check(Interleavings.untilCaught(), LeavesAfterOne.class))
                .isInstanceOf(LincheckAssertionError.class);
    }

    /** Two threads are enough: one that sends, and one that adds meanwhile. */
    private static void check(ModelCheckingOptions options, Class<?> tested) {
        options.threads(2)
                .actorsPerThread(2)
                .actorsAfter(0)
                .invocationsPerIteration(60)
                .addGuarantee(forClasses(GatheringInterleavingsTest::isNoConcern)
                        .allMethods()
                        .treatAsAtomic())
                .sequentialSpecification(NothingForgotten.class)
                .check(tested);
    }

    /** What is under the lock, or known to be right: no switch inside of it is of interest. */
    private static boolean isNoConcern(String name) {
        return name.equals(Line.class.getName())
                || name.equals(BatcherOptions.class.getName())
                || name.startsWith("java.util.concurrent.CompletableFuture")
                || (name.startsWith("java.util.") && !name.startsWith("java.util.concurrent."));
    }

    /** What is tested. A flusher is a permit here, which whoever wants may use for one step. */
    public static class HandOff {
        final AtomicInteger permits = new AtomicInteger();
        private final AtomicInteger added = new AtomicInteger();
        private final AtomicInteger out = new AtomicInteger();
        private final AtomicInteger twice = new AtomicInteger();
        final Gathering<String> gathering = new Gathering<>(
                PAIRS,
                new Gathering.Movers() {
                    @Override
                    public void flush() {
                        permits.incrementAndGet();
                    }

                    @Override
                    public void lookSooner() {}
                },
                1);

        private static WaitingJob<String> newJob(Parcel<String> parcel) {
            return new WaitingJob<>(parcel, 0, 1, true);
        }

        private void takenOut(WaitingJob<String> job) {
            if (!job.promise.complete(EnqueueOutcome.NEW)) {
                twice.incrementAndGet();
            }
            out.incrementAndGet();
        }

        @Operation
        public void add() {
            if (gathering.offer(newJob(A), 0) == Gathering.Offer.TAKEN) {
                added.incrementAndGet();
            }
        }

        @Operation
        public void addAndTakeBack() {
            WaitingJob<String> job = newJob(B);
            if (gathering.offer(job, 0) == Gathering.Offer.TAKEN) {
                added.incrementAndGet();
                if (gathering.withdraw(job)) {
                    takenOut(job);
                }
            }
        }

        /** As a flusher does: one who is asked for comes, and goes on until there is nothing. */
        @Operation
        public void flush() {
            if (taken()) {
                while (sentOne()) {
                    // and comes back
                }
            }
        }

        boolean taken() {
            int now = permits.get();
            while (now > 0 && !permits.compareAndSet(now, now - 1)) {
                now = permits.get();
            }
            return now > 0;
        }

        final boolean sentOne() {
            GatheredBatch<String> batch = gathering.next(0);
            if (batch == null) {
                return false;
            }
            batch.jobs().forEach(this::takenOut);
            gathering.ended(batch, 0, 0);
            return true;
        }

        /** Looked at when all threads have ended. */
        @Validate
        public void nothingForgotten() {
            flush();
            while (permits.get() > 0) {
                flush();
            }
            if (added.get() != out.get() || twice.get() > 0) {
                throw new IllegalStateException(added + " added, " + out + " out, " + twice + " twice");
            }
        }
    }

    /** What must be. */
    public static class NothingForgotten {
        public void add() {}

        public void addAndTakeBack() {}

        public void flush() {}
    }

    /** Sends one batch and is gone: what gathered meanwhile has no one. */
    public static class LeavesAfterOne extends HandOff {
        @Override
        @Operation
        public void flush() {
            if (taken()) {
                boolean unused = sentOne();
            }
        }
    }
}
