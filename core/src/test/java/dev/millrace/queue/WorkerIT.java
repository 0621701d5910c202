package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.TestProxies;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers on a real queue by the server's own clock; what they wait for are signals, with leases that are short. */
@OnEveryTopology
@NoLeakedThreads
@Timeout(60)
class WorkerIT {
    private static final Duration SOON = Duration.ofSeconds(40);

    private static TestDeployment server;

    @BeforeAll
    static void startServer() {
        server = TestDeployment.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void empty() {
        server.ask("FLUSHALL");
    }

    private static Millrace connect() {
        return Millrace.connect(
                server.options().commandTimeout(Duration.ofSeconds(30)).build());
    }

    private static QueueOptions.Builder<String> options() {
        return QueueOptions.strings("work").backoff(Backoff.none()).attempts(3);
    }

    private static void fill(JobQueue<String> queue, int jobs) {
        queue.enqueueBatch(IntStream.range(0, jobs)
                .mapToObj(i -> JobSpec.builder("j" + i).id("j" + i).build())
                .toList());
    }

    private static void awaitNothingLeft(JobQueue<String> queue) {
        Await.until(
                SOON,
                () -> {
                    QueueStatistics statistics = queue.statistics();
                    return statistics.waiting() + statistics.leased() == 0;
                },
                () -> "left: " + queue.statistics());
    }

    @Test
    void worker_manyJobs_handlesEachOnceAndNoMoreAtOnceThanItMay() {
        try (Millrace redis = connect()) {
            JobQueue<String> queue = redis.queue(options().build());
            fill(queue, 5_000);
            Map<String, Integer> handled = new ConcurrentHashMap<>();
            AtomicInteger inside = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            try (Worker<String> unused = queue.work(WorkerOptions.ofConcurrency(20), job -> {
                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                handled.merge(job.payload(), 1, Integer::sum);
                Thread.yield();
                inside.decrementAndGet();
                return Verdict.done();
            })) {
                awaitNothingLeft(queue);
            }
            assertThat(handled).hasSize(5_000);
            assertThat(handled.values()).containsOnly(1);
            assertThat(most.get()).isBetween(1, 20);
            assertThat(queue.statistics().counters().completed()).isEqualTo(5_000);
        }
    }

    @Test
    void worker_thatIsIdle_hasWhatIsEnqueuedAtOnceAndWhatIsDelayedInTime() {
        try (Millrace redis = connect()) {
            JobQueue<String> queue = redis.queue(options().build());
            CountDownLatch done = new CountDownLatch(3);
            // A look each hour: only a signal, or knowing when the next job is due, can wake it.
            WorkerOptions patient = new WorkerOptions(4, Duration.ofHours(1), Duration.ofSeconds(10));
            try (Worker<String> unused = queue.work(patient, job -> {
                done.countDown();
                return Verdict.done();
            })) {
                queue.enqueue("now");
                Await.until(SOON, () -> done.getCount() == 2, "the first job was not handled");
                queue.enqueue(
                        JobSpec.builder("soon").delay(Duration.ofMillis(50)).build());
                queue.enqueue("also now");
                Await.until(SOON, () -> done.getCount() == 0, () -> "not handled: " + done.getCount());
            }
        }
    }

    @Test
    void handler_thatThrowsOrAnswersNull_isTriedAgainAndADeadLetterInTheEnd() {
        try (Millrace redis = connect()) {
            JobQueue<String> queue = redis.queue(options().build());
            queue.enqueueBatch(List.of(
                    JobSpec.builder("throws").id("throws").build(),
                    JobSpec.builder("fails").id("fails").build(),
                    JobSpec.builder("null").id("null").build(),
                    JobSpec.builder("once").id("once").build()));
            Map<String, Integer> tries = new ConcurrentHashMap<>();
            try (Worker<String> unused = queue.work(WorkerOptions.ofDefaults(), job -> {
                tries.merge(job.id(), 1, Integer::sum);
                return switch (job.id()) {
                    case "throws" -> throw new IllegalStateException("broken");
                    case "fails" -> throw new StackOverflowError();
                    case "null" -> null;
                    default -> job.attempts() == 0 ? Verdict.retry("not yet") : Verdict.done();
                };
            })) {
                awaitNothingLeft(queue);
            }
            assertThat(tries)
                    .containsEntry("throws", 3)
                    .containsEntry("fails", 3)
                    .containsEntry("null", 3);
            assertThat(tries).containsEntry("once", 2);
            assertThat(queue.admin().find(List.of("throws", "fails", "null")).stream()
                            .map(StoredJob::error))
                    .containsExactly(
                            "java.lang.IllegalStateException: broken",
                            "java.lang.StackOverflowError",
                            "the handler answered null");
            assertThat(queue.statistics().dead()).isEqualTo(3);
        }
    }

    @Test
    void payload_thatCannotBeDecoded_spoilsNoOtherJob() {
        try (Millrace redis = connect()) {
            JobQueue<Integer> numbers = redis.queue(QueueOptions.<Integer>of(
                            "numbers",
                            number -> (number == 13 ? "unlucky" : number.toString()).getBytes(StandardCharsets.UTF_8),
                            bytes -> Integer.valueOf(new String(bytes, StandardCharsets.UTF_8)))
                    .backoff(Backoff.none())
                    .attempts(2)
                    .build());
            numbers.enqueueBatch(IntStream.range(0, 30).mapToObj(JobSpec::of).toList());
            Set<Integer> handled = ConcurrentHashMap.newKeySet();
            try (Worker<Integer> unused = numbers.work(WorkerOptions.ofDefaults(), job -> {
                handled.add(job.payload());
                return Verdict.done();
            })) {
                Await.until(SOON, () -> numbers.statistics().dead() == 1 && handled.size() == 29, handled::toString);
            }
        }
    }

    @Test
    void handler_thatTakesLongerThanTheLease_keepsItsJobByHeartbeats() throws InterruptedException {
        try (Millrace redis = connect()) {
            JobQueue<String> queue =
                    redis.queue(options().lease(Duration.ofMillis(600)).build());
            AtomicInteger begun = new AtomicInteger();
            CountDownLatch go = new CountDownLatch(1);
            fill(queue, 3);
            try (Worker<String> unused = queue.work(WorkerOptions.ofDefaults(), job -> {
                begun.incrementAndGet();
                go.await();
                return Verdict.done();
            })) {
                Await.until(SOON, () -> begun.get() == 3, () -> begun + " have begun");
                long first = firstLeaseEnd(queue);
                Await.until(
                        SOON,
                        () -> firstLeaseEnd(queue) > first + 1_200,
                        "no lease was extended beyond twice its duration");
                assertThat(queue.claim(10)).isEmpty();
                go.countDown();
                awaitNothingLeft(queue);
            }
            assertThat(begun).hasValue(3);
            assertThat(queue.statistics().counters().expired()).isZero();
            assertThat(queue.statistics().counters().completed()).isEqualTo(3);
        }
    }

    private static long firstLeaseEnd(JobQueue<String> queue) {
        return queue.admin().peek(JobState.LEASED, 0, 1).stream()
                .mapToLong(job -> job.at().toEpochMilli())
                .findFirst()
                .orElse(Long.MAX_VALUE / 2);
    }

    @Test
    void handler_whoseJobIsRemoved_isInterruptedAndItsVerdictIsStale() {
        try (Millrace redis = connect()) {
            JobQueue<String> queue =
                    redis.queue(options().lease(Duration.ofMillis(600)).build());
            CountDownLatch begun = new CountDownLatch(1);
            AtomicBoolean interrupted = new AtomicBoolean();
            fill(queue, 1);
            try (Worker<String> worker = queue.work(WorkerOptions.ofDefaults(), job -> {
                begun.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.set(true);
                }
                return Verdict.done();
            })) {
                Await.until(SOON, () -> begun.getCount() == 0, "it was not begun");
                queue.admin().remove(List.of("j0"));
                Await.until(SOON, () -> interrupted.get() && worker.running() == 0, "it was not interrupted");
            }
            assertThat(queue.statistics().counters().completed()).isZero();
        }
    }

    @Test
    void close_letsRunningHandlersFinishAndClaimsNoMore() {
        try (Millrace redis = connect()) {
            JobQueue<String> queue = redis.queue(options().build());
            fill(queue, 10);
            CountDownLatch begun = new CountDownLatch(4);
            CountDownLatch go = new CountDownLatch(1);
            Worker<String> worker = queue.work(WorkerOptions.ofConcurrency(4), job -> {
                begun.countDown();
                go.await();
                return Verdict.done();
            });
            Await.until(SOON, () -> begun.getCount() == 0, "they were not begun");
            Thread closer = Thread.ofVirtual().start(worker::close);
            go.countDown();
            Await.until(SOON, () -> !closer.isAlive(), "closing did not end");
            QueueStatistics statistics = queue.statistics();
            assertThat(statistics.leased()).isZero();
            assertThat(statistics.counters().completed())
                    .isBetween(4L, 8L); // it may have claimed again before it closed
            assertThat(statistics.counters().completed() + statistics.waiting()).isEqualTo(10);
        }
    }

    @Test
    void close_withoutPatience_handsBackWhatItInterrupts() {
        try (Millrace redis = connect()) {
            JobQueue<String> queue = redis.queue(options().build());
            fill(queue, 3);
            CountDownLatch begun = new CountDownLatch(3);
            Worker<String> worker = queue.work(new WorkerOptions(3, Duration.ofMillis(100), Duration.ZERO), job -> {
                begun.countDown();
                new CountDownLatch(1).await();
                return Verdict.done();
            });
            Await.until(SOON, () -> begun.getCount() == 0, "they were not begun");
            worker.close();
            QueueStatistics statistics = queue.statistics();
            assertThat(statistics.leased()).isZero();
            assertThat(statistics.waiting()).isEqualTo(3);
            assertThat(statistics.counters().handedBack()).isEqualTo(3);
            assertThat(queue.claim(3))
                    .allSatisfy(
                            job -> assertThat(job.attempts() + job.deliveries()).isZero());
        }
    }

    @Test
    void connection_thatIsCutAgainAndAgain_losesNoJob() {
        Queue<String> completedTwice = new ConcurrentLinkedQueue<>();
        try (TestProxies proxy = server.proxies();
                Millrace redis = Millrace.connect(server.options(proxy)
                        .commandTimeout(Duration.ofMillis(300))
                        .build());
                Millrace direct = connect()) {
            QueueOptions<String> options = options()
                    .lease(Duration.ofMillis(900))
                    .deliveries(1_000)
                    .attempts(1_000)
                    .build();
            JobQueue<String> seen = direct.queue(options);
            fill(seen, 300);
            Map<String, Integer> handled = new ConcurrentHashMap<>();
            Set<String> running = ConcurrentHashMap.newKeySet();
            try (Worker<String> unused = redis.queue(options).work(WorkerOptions.ofConcurrency(8), job -> {
                if (!running.add(job.id())) {
                    completedTwice.add(job.id());
                }
                int count = handled.size();
                handled.merge(job.id(), 1, Integer::sum);
                if (count % 97 == 5) {
                    proxy.cut();
                } else if (count % 101 == 7) {
                    proxy.dropReply(1);
                }
                running.remove(job.id());
                return Verdict.done();
            })) {
                awaitNothingLeft(seen);
            }
            assertThat(handled).hasSize(300);
            assertThat(completedTwice).as("handled twice at the same time").isEmpty();
            assertThat(seen.statistics().counters().completed()).isEqualTo(300);
        }
    }
}
