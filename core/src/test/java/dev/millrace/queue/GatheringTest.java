package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.SettableClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The rules of a batcher, by a clock that the test sets and with flushers that are the test itself. */
class GatheringTest {
    private final SettableClock clock = SettableClock.at(Instant.EPOCH);
    private int asked;
    private int sooner;

    private final Gathering.Movers movers = new Gathering.Movers() {
        @Override
        public void flush() {
            asked++;
        }

        @Override
        public void lookSooner() {
            sooner++;
        }
    };

    static WaitingJob<String> job(String id, String type, int priority, int bytes, long now, boolean blocking) {
        JobSpec<String> spec =
                JobSpec.builder("x").id(id).type(type).priority(priority).build();
        QueueCalls.Outgoing outgoing = new QueueCalls.Outgoing(
                "",
                "x".repeat(bytes).getBytes(StandardCharsets.US_ASCII),
                new Place(0, 0, 0, ""),
                Deduplication.ofDefaults());
        return new WaitingJob<>(new Parcel<>(spec, outgoing), now, now + 5_000_000_000L, blocking);
    }

    private Gathering.Offer offer(Gathering<String> gathering, String id, String type, int priority) {
        return gathering.offer(job(id, type, priority, 10, clock.nanoTime(), true), clock.nanoTime());
    }

    private Gathering.Offer offer(Gathering<String> gathering, String id) {
        return offer(gathering, id, "", 0);
    }

    private static List<String> ids(GatheredBatch<String> batch) {
        return batch.jobs().stream().map(job -> job.parcel.spec().id()).toList();
    }

    private GatheredBatch<String> next(Gathering<String> gathering) {
        return Objects.requireNonNull(gathering.next(clock.nanoTime()));
    }

    private static BatcherOptions.Builder options() {
        return BatcherOptions.builder();
    }

    @Test
    void job_whileNothingIsUnderWay_leavesAtOnce() {
        Gathering<String> gathering = new Gathering<>(BatcherOptions.ofDefaults(), movers);
        assertThat(offer(gathering, "a")).isEqualTo(Gathering.Offer.TAKEN);
        assertThat(asked).isEqualTo(1);
        assertThat(ids(next(gathering))).containsExactly("a");
    }

    @Test
    void jobs_whileABatchIsUnderWay_leaveTogetherAfterItUpToTheLargest() {
        Gathering<String> gathering = new Gathering<>(options().largestBatch(40).build(), movers);
        offer(gathering, "first");
        GatheredBatch<String> first = next(gathering);
        IntStream.range(0, 60).forEach(i -> offer(gathering, "j" + i));
        assertThat(asked).isEqualTo(1);
        gathering.ended(first, 0, clock.nanoTime());
        assertThat(asked).as("the flusher that ended comes back").isEqualTo(1);
        GatheredBatch<String> second = next(gathering);
        assertThat(second.jobs()).hasSize(40);
        gathering.ended(second, 0, clock.nanoTime());
        GatheredBatch<String> third = next(gathering);
        assertThat(third.jobs()).hasSize(20);
        gathering.ended(third, 1, clock.nanoTime());
        assertThat(gathering.next(clock.nanoTime())).isNull();
        BatcherStatistics statistics = gathering.statistics();
        assertThat(statistics.batches()).isEqualTo(3);
        assertThat(statistics.jobs()).isEqualTo(61);
        assertThat(statistics.largestBatch()).isEqualTo(40);
        assertThat(statistics.failed()).isEqualTo(1);
        assertThat(statistics.activeBatches()).isZero();
        assertThat(statistics.queuedBytes()).isZero();
    }

    @Test
    void batch_hasTheHigherPriorityFirstAndWithinItWhoCameFirst() {
        Gathering<String> gathering = new Gathering<>(options().build(), movers);
        offer(gathering, "first");
        GatheredBatch<String> first = next(gathering);
        offer(gathering, "low 1", "", 1);
        offer(gathering, "high 1", "", 9);
        offer(gathering, "low 2", "", 1);
        offer(gathering, "high 2", "", 9);
        gathering.ended(first, 0, clock.nanoTime());
        assertThat(ids(next(gathering))).containsExactly("high 1", "high 2", "low 1", "low 2");
    }

    @Test
    void types_areBatchedApartAndDoNotWaitForEachOther() {
        Gathering<String> gathering = new Gathering<>(options().build(), movers);
        offer(gathering, "a1", "a", 0);
        GatheredBatch<String> a = next(gathering);
        offer(gathering, "b1", "b", 0);
        offer(gathering, "a2", "a", 0);
        assertThat(asked).isEqualTo(2);
        GatheredBatch<String> b = next(gathering);
        assertThat(ids(a)).containsExactly("a1");
        assertThat(ids(b)).containsExactly("b1");
        assertThat(gathering.statistics().batchesByType())
                .containsEntry("a", 2L)
                .containsEntry("b", 1L);
        assertThat(gathering.statistics().totalQueuedJobs()).isEqualTo(1);
    }

    @Test
    void bytes_endABatchAndBoundIt() {
        Gathering<String> gathering =
                new Gathering<>(options().batchBytes(1_000).build(), movers);
        long now = clock.nanoTime();
        gathering.offer(job("large", "", 0, 5_000, now, true), now);
        GatheredBatch<String> large = next(gathering);
        assertThat(ids(large)).containsExactly("large");
        for (int i = 0; i < 4; i++) {
            gathering.offer(job("j" + i, "", 0, 400, now, true), now);
        }
        gathering.ended(large, 0, now);
        assertThat(ids(next(gathering))).containsExactly("j0", "j1");
    }

    @Test
    void delay_holdsUntilTimeSizeOrBytes() {
        Gathering<String> gathering = new Gathering<>(
                options()
                        .batchDelay(Duration.ofMillis(50))
                        .batchSize(3)
                        .batchBytes(100)
                        .build(),
                movers);
        offer(gathering, "a");
        assertThat(asked).isZero();
        assertThat(gathering.nextLook()).isEqualTo(Duration.ofMillis(50).toNanos());
        clock.advance(Duration.ofMillis(49));
        gathering.look(clock.nanoTime());
        assertThat(asked).isZero();
        clock.advance(Duration.ofMillis(1));
        gathering.look(clock.nanoTime());
        assertThat(asked).isEqualTo(1);
        GatheredBatch<String> byTime = next(gathering);
        gathering.ended(byTime, 0, clock.nanoTime());
        assertThat(gathering.next(clock.nanoTime())).isNull();

        offer(gathering, "b");
        offer(gathering, "c");
        assertThat(asked).isEqualTo(1);
        offer(gathering, "d");
        assertThat(asked).isEqualTo(2);
        GatheredBatch<String> bySize = next(gathering);
        assertThat(bySize.jobs()).hasSize(3);
        gathering.ended(bySize, 0, clock.nanoTime());
        assertThat(gathering.next(clock.nanoTime())).isNull();

        gathering.offer(job("e", "", 0, 100, clock.nanoTime(), true), clock.nanoTime());
        assertThat(asked).isEqualTo(3);
    }

    @Test
    void secondBatchUnderWay_leavesBySizeOrTime() {
        Gathering<String> gathering = new Gathering<>(options().underWay(2).build(), movers);
        offer(gathering, "first");
        next(gathering);
        IntStream.range(0, 9).forEach(i -> offer(gathering, "j" + i));
        assertThat(asked).isEqualTo(1);
        offer(gathering, "tenth");
        assertThat(asked).isEqualTo(2);
        assertThat(next(gathering).jobs()).hasSize(10);

        Gathering<String> slow = new Gathering<>(options().underWay(2).build(), movers);
        offer(slow, "first");
        next(slow);
        offer(slow, "waits");
        assertThat(asked).isEqualTo(3);
        clock.advance(Duration.ofMillis(100));
        slow.look(clock.nanoTime());
        assertThat(asked).isEqualTo(4);
        assertThat(ids(next(slow))).containsExactly("waits");
    }

    @Test
    void sizeAndDelay_changeAtRunTime() {
        Gathering<String> gathering =
                new Gathering<>(options().batchDelay(Duration.ofMinutes(1)).build(), movers);
        offer(gathering, "a");
        offer(gathering, "b");
        assertThat(asked).isZero();
        gathering.batchSize(1, clock.nanoTime());
        gathering.delayNanos(0, clock.nanoTime());
        assertThat(sooner).isPositive();
        gathering.look(clock.nanoTime());
        assertThat(asked).isEqualTo(1);
        GatheredBatch<String> one = next(gathering);
        assertThat(ids(one)).containsExactly("a");
        gathering.ended(one, 0, clock.nanoTime());
        assertThat(ids(next(gathering))).containsExactly("b");
    }

    @Test
    void full_isSaidByJobsAndByBytesAndNotOfALoneLargeOne() {
        Gathering<String> few = new Gathering<>(
                options().waitingJobs(2).batchDelay(Duration.ofSeconds(1)).build(), movers);
        assertThat(offer(few, "a")).isEqualTo(Gathering.Offer.TAKEN);
        assertThat(offer(few, "b")).isEqualTo(Gathering.Offer.TAKEN);
        assertThat(offer(few, "c")).isEqualTo(Gathering.Offer.FULL);
        assertThat(few.statistics().rejected()).isEqualTo(1);

        Gathering<String> small = new Gathering<>(
                options().waitingBytes(100).batchDelay(Duration.ofSeconds(1)).build(), movers);
        assertThat(small.offer(job("large", "", 0, 1_000, 0, true), 0)).isEqualTo(Gathering.Offer.TAKEN);
        assertThat(small.offer(job("next", "", 0, 1, 0, true), 0)).isEqualTo(Gathering.Offer.FULL);
    }

    @Test
    void unattendedJob_isTakenOutAtItsDeadlineAndAnAttendedOneByItsCaller() {
        Gathering<String> gathering =
                new Gathering<>(options().batchDelay(Duration.ofHours(1)).build(), movers);
        WaitingJob<String> attended = job("attended", "", 0, 10, 0, true);
        WaitingJob<String> unattended = job("unattended", "", 0, 10, 0, false);
        gathering.offer(attended, 0);
        gathering.offer(unattended, 0);
        assertThat(gathering.nextLook()).isEqualTo(unattended.deadline);
        clock.advance(Duration.ofSeconds(5));
        assertThat(gathering.look(clock.nanoTime())).containsExactly(unattended);
        assertThat(gathering.withdraw(attended)).isTrue();
        assertThat(gathering.withdraw(attended)).isFalse();
        assertThat(gathering.statistics().totalQueuedJobs()).isZero();
        assertThat(gathering.statistics().expired()).isEqualTo(2);
        assertThat(gathering.statistics().batchesByType()).isEmpty();
    }

    @Test
    void readyLine_whoseLastJobIsTakenBack_isReadyNoMore() {
        Gathering<String> gathering = new Gathering<>(options().build(), movers);
        WaitingJob<String> job = job("a", "", 0, 10, 0, true);
        gathering.offer(job, 0);
        assertThat(gathering.withdraw(job)).isTrue();
        assertThat(gathering.next(0)).isNull();
        assertThat(offer(gathering, "b")).isEqualTo(Gathering.Offer.TAKEN);
        assertThat(asked).isEqualTo(2);
        assertThat(ids(next(gathering))).containsExactly("b");
    }

    @Test
    void closing_letsAllLeaveAtOnceTakesNoneInAndKeepsTheRest() {
        Gathering<String> gathering =
                new Gathering<>(options().batchDelay(Duration.ofHours(1)).build(), movers);
        offer(gathering, "a", "a", 0);
        offer(gathering, "b", "b", 0);
        assertThat(gathering.beginClosing(0)).hasSize(2);
        assertThat(asked).isEqualTo(2);
        assertThat(offer(gathering, "c")).isEqualTo(Gathering.Offer.CLOSED);
        GatheredBatch<String> first = next(gathering);
        List<String> all = new ArrayList<>(ids(first));
        gathering.takeRest().forEach(job -> all.add(job.parcel.spec().id()));
        assertThat(all).containsExactlyInAnyOrder("a", "b");
        assertThat(gathering.awaitIdle(0)).isFalse();
        gathering.ended(first, 0, 0);
        assertThat(gathering.next(0)).isNull();
        assertThat(gathering.next(0)).isNull();
        assertThat(gathering.awaitIdle(0)).isTrue();
    }
}
