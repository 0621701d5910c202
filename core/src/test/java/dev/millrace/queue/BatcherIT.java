package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.command.ServerError;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many producers at a batcher: each has the outcome of its own job, whatever becomes of the server. */
@NoLeakedThreads
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class BatcherIT {
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final QueueOptions<String> OPTIONS =
            QueueOptions.strings("batched").build();

    private static RedisServer server;
    private Millrace redis;
    private JobQueue<String> queue;

    @BeforeAll
    static void startServer() {
        server = RedisServer.builder().appendOnly().start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void connect() {
        server.ask("FLUSHALL");
        redis = Millrace.connect(MillraceOptions.builder(server.url()).build());
        queue = redis.queue(OPTIONS);
    }

    @AfterEach
    void disconnect() {
        redis.close();
        server.ask("CONFIG", "SET", "maxmemory", "0");
        server.ask("REPLICAOF", "NO", "ONE");
    }

    private static JobSpec<String> job(String id) {
        return JobSpec.builder("x").id(id).build();
    }

    /** All jobs that are ready, in the order in which they leave. */
    private List<Job<String>> all() {
        List<Job<String>> all = new ArrayList<>();
        for (List<Job<String>> some = queue.dequeueAtMostOnce(1_000);
                !some.isEmpty();
                some = queue.dequeueAtMostOnce(1_000)) {
            all.addAll(some);
        }
        return all;
    }

    private static List<String> ids(Collection<Job<String>> jobs) {
        return jobs.stream().map(Job::id).toList();
    }

    private static Object outcome(CompletionStage<EnqueueOutcome> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return e.getCause();
        } catch (Exception e) {
            throw new AssertionError("a stage has no outcome", e);
        }
    }

    private static boolean isDone(CompletionStage<?> stage) {
        return stage.toCompletableFuture().isDone();
    }

    @Test
    void manyCallers_eachHaveTheOutcomeOfTheirOwnJobs() throws Exception {
        Map<String, AtomicInteger> news = new ConcurrentHashMap<>();
        AtomicInteger duplicates = new AtomicInteger();
        BatcherStatistics statistics;
        try (AdaptiveBatcher<String> batcher = queue.batcher(BatcherOptions.ofDefaults());
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> ends = new ArrayList<>();
            for (int caller = 0; caller < 100; caller++) {
                int number = caller;
                ends.add(callers.submit(() -> {
                    for (int i = 0; i < 40; i++) {
                        // two callers have each id
                        String id = "job-" + (number / 2) + "-" + i;
                        EnqueueOutcome outcome = batcher.enqueue(JobSpec.builder("of " + id)
                                .id(id)
                                .type("type" + (number / 2) % 3)
                                .priority(i % 4)
                                .build());
                        if (outcome == EnqueueOutcome.NEW) {
                            news.computeIfAbsent(id, key -> new AtomicInteger()).incrementAndGet();
                        } else {
                            assertThat(outcome).isEqualTo(EnqueueOutcome.DUPLICATE);
                            duplicates.incrementAndGet();
                        }
                    }
                }));
            }
            for (Future<?> end : ends) {
                end.get(PATIENT.toSeconds(), TimeUnit.SECONDS);
            }
            Await.until(PATIENT, () -> batcher.statistics().activeBatches() == 0, () -> "" + batcher.statistics());
            statistics = batcher.statistics();
        }
        assertThat(news).hasSize(2_000);
        assertThat(news.values()).allSatisfy(times -> assertThat(times).hasValue(1));
        assertThat(duplicates).hasValue(2_000);
        assertThat(statistics.jobs()).isEqualTo(4_000);
        assertThat(statistics.batches()).isLessThan(4_000);
        assertThat(statistics.largestBatch()).isGreaterThan(1);
        assertThat(statistics.averageBatch()).isGreaterThan(1);
        assertThat(statistics.batchesByType()).isEmpty();
        assertThat(statistics.failed() + statistics.rejected() + statistics.expired())
                .isZero();
        MethodStatistics methods = queue.methods();
        assertThat(methods.pipelined().jobs() + methods.standard().jobs()).isEqualTo(4_000);
        assertThat(queue.statistics().waitingByType()).containsOnlyKeys("type0", "type1", "type2");
        List<Job<String>> left = all();
        assertThat(left)
                .hasSize(2_000)
                .allSatisfy(job -> assertThat(job.payload()).isEqualTo("of " + job.id()));
        assertThat(left).isSortedAccordingTo((a, b) -> Integer.compare(b.priority(), a.priority()));
    }

    @Test
    void jobsOfOneProducer_keepTheirOrderWithinAPriority() {
        List<CompletionStage<EnqueueOutcome>> stages = new ArrayList<>();
        try (AdaptiveBatcher<String> batcher = queue.batcher(BatcherOptions.ofDefaults())) {
            for (int i = 0; i < 1_000; i++) {
                stages.add(batcher.add(
                        JobSpec.builder("x").id("j" + i).priority(i % 2).build()));
            }
        }
        assertThat(stages).allSatisfy(stage -> assertThat(isDone(stage)).isTrue());
        assertThat(stages.stream().map(BatcherIT::outcome)).containsOnly(EnqueueOutcome.NEW);
        List<String> expected = new ArrayList<>();
        IntStream.range(0, 500).forEach(i -> expected.add("j" + (2 * i + 1)));
        IntStream.range(0, 500).forEach(i -> expected.add("j" + 2 * i));
        assertThat(ids(all())).isEqualTo(expected);
    }

    @Test
    void fullBatcher_pushesBackAndLosesNothing() {
        BatcherOptions few =
                BatcherOptions.builder().waitingJobs(5).batchSize(2).build();
        try (AdaptiveBatcher<String> batcher = queue.batcher(few)) {
            batcher.enqueue(job("opens the queue"));
            server.pause();
            List<CompletionStage<EnqueueOutcome>> stages = new ArrayList<>();
            try {
                stages.add(batcher.add(job("under way")));
                Await.until(
                        PATIENT, () -> batcher.statistics().totalQueuedJobs() == 0, () -> "" + batcher.statistics());
                for (int i = 0; i < 5; i++) {
                    stages.add(batcher.add(job("j" + i)));
                }
                assertThat(stages).noneMatch(BatcherIT::isDone);
                assertThat(outcome(batcher.add(job("too many"))))
                        .asInstanceOf(InstanceOfAssertFactories.THROWABLE)
                        .isInstanceOf(Rejected.class)
                        .hasMessageContaining("5 of 5 jobs");
                assertThatThrownBy(() -> batcher.enqueue(job("waits"), Duration.ofMillis(50)))
                        .isInstanceOf(Rejected.class);
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> batcher.enqueue(job("interrupted"))).isInstanceOf(Rejected.class);
                assertThat(Thread.interrupted()).isTrue();
            } finally {
                server.resume();
            }
            assertThat(stages.stream().map(BatcherIT::outcome)).containsOnly(EnqueueOutcome.NEW);
            assertThat(batcher.enqueue(job("again"))).isEqualTo(EnqueueOutcome.NEW);
            assertThat(batcher.statistics().rejected()).isEqualTo(3);
        }
        assertThat(ids(all())).containsExactly("opens the queue", "under way", "j0", "j1", "j2", "j3", "j4", "again");
    }

    @Test
    void caller_whoseTimePasses_takesItsJobBackOrDoesNotKnow() {
        try (AdaptiveBatcher<String> batcher = queue.batcher(
                        BatcherOptions.builder().batchDelay(Duration.ofHours(1)).build());
                AdaptiveBatcher<String> atOnce = queue.batcher(BatcherOptions.ofDefaults())) {
            assertThatThrownBy(() -> batcher.enqueue(job("taken back"), Duration.ofMillis(20)))
                    .isInstanceOf(NotSent.class);
            assertThat(batcher.statistics().expired()).isEqualTo(1);
            atOnce.enqueue(job("opens the queue"));
            server.pause();
            try {
                assertThatThrownBy(() -> atOnce.enqueue(job("under way"), Duration.ofMillis(200)))
                        .isInstanceOf(OutcomeUnknown.class);
            } finally {
                server.resume();
            }
        }
        assertThat(ids(all())).doesNotContain("taken back");
    }

    @Test
    void stage_whoseJobDoesNotLeaveInTime_fails() {
        BatcherOptions slow = BatcherOptions.builder()
                .batchDelay(Duration.ofHours(1))
                .deadline(Duration.ofMillis(20))
                .build();
        try (AdaptiveBatcher<String> batcher = queue.batcher(slow)) {
            assertThat(outcome(batcher.add(job("late")))).isInstanceOf(NotSent.class);
        }
        assertThat(all()).isEmpty();
    }

    @Test
    void serverThatIsFullOrReadOnly_pushesBackByName() {
        try (AdaptiveBatcher<String> batcher = queue.batcher(
                BatcherOptions.builder().batchDelay(Duration.ofMillis(5)).build())) {
            assertThat(batcher.enqueue(job("before"))).isEqualTo(EnqueueOutcome.NEW);
            server.ask("CONFIG", "SET", "maxmemory", "1");
            List<CompletionStage<EnqueueOutcome>> stages =
                    List.of(batcher.add(job("a")), batcher.add(job("b")), batcher.add(job("c")));
            assertThatThrownBy(() -> batcher.enqueue(job("d"))).isInstanceOf(ServerError.OutOfMemory.class);
            assertThat(stages.stream().map(BatcherIT::outcome)).hasOnlyElementsOfType(ServerError.OutOfMemory.class);
            Upload upload = queue.upload(List.of(job("e"), job("f")));
            assertThat(upload.processed()).isZero();
            assertThat(upload.failure()).isInstanceOf(ServerError.OutOfMemory.class);
            assertThat(upload.items().getLast().failure()).isInstanceOf(NotSent.class);
            server.ask("CONFIG", "SET", "maxmemory", "0");

            server.ask("REPLICAOF", "127.0.0.1", "1");
            assertThat(outcome(batcher.add(job("g")))).isInstanceOf(ServerError.ReadOnlyReplica.class);
            server.ask("REPLICAOF", "NO", "ONE");
            assertThat(batcher.enqueue(job("after"))).isEqualTo(EnqueueOutcome.NEW);
            assertThat(queue.methods().timesOpened()).isZero();
        }
        assertThat(ids(all())).containsExactly("before", "after");
    }

    @Test
    void serverThatDiesAndComesBack_hasEachJobOnceIfItsCallerTriesAgain() throws Exception {
        CountDownLatch begun = new CountDownLatch(200);
        try (AdaptiveBatcher<String> batcher = queue.batcher(BatcherOptions.ofDefaults());
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> ends = new ArrayList<>();
            for (int caller = 0; caller < 20; caller++) {
                int number = caller;
                ends.add(callers.submit(() -> {
                    for (int i = 0; i < 100; i++) {
                        JobSpec<String> spec = job("job-" + number + "-" + i);
                        while (true) {
                            try {
                                batcher.enqueue(spec);
                                break;
                            } catch (MillraceException e) {
                                begun.countDown();
                            }
                        }
                        begun.countDown();
                    }
                }));
            }
            begun.await();
            server.kill();
            server.restart();
            for (Future<?> end : ends) {
                end.get(30, TimeUnit.SECONDS);
            }
        }
        List<String> left = ids(all());
        assertThat(left).hasSize(2_000).doesNotHaveDuplicates();
    }

    @Test
    void outcomesAcrossADeath_areTrue() throws Exception {
        Map<String, Object> outcomes = new ConcurrentHashMap<>();
        CountDownLatch begun = new CountDownLatch(200);
        try (AdaptiveBatcher<String> batcher = queue.batcher(BatcherOptions.ofDefaults());
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> ends = new ArrayList<>();
            for (int caller = 0; caller < 20; caller++) {
                int number = caller;
                ends.add(callers.submit(() -> {
                    for (int i = 0; i < 50; i++) {
                        String id = "job-" + number + "-" + i;
                        try {
                            outcomes.put(id, batcher.enqueue(job(id)));
                        } catch (MillraceException e) {
                            outcomes.put(id, e);
                        }
                        begun.countDown();
                    }
                }));
            }
            begun.await();
            server.kill();
            server.restart();
            for (Future<?> end : ends) {
                end.get(30, TimeUnit.SECONDS);
            }
        }
        List<String> left = ids(all());
        assertThat(left).doesNotHaveDuplicates();
        assertThat(outcomes).hasSize(1_000);
        Set<String> there = Set.copyOf(left);
        outcomes.forEach((id, outcome) -> {
            if (outcome instanceof EnqueueOutcome) {
                assertThat(there).contains(id);
            } else if (!(outcome instanceof OutcomeUnknown)) {
                assertThat(there).as("%s", outcome).doesNotContain(id);
            }
        });
    }

    @Test
    void close_whileManyAdd_losesNone() throws Exception {
        AdaptiveBatcher<String> batcher = queue.batcher(BatcherOptions.ofDefaults());
        Map<String, CompletionStage<EnqueueOutcome>> stages = new ConcurrentHashMap<>();
        CountDownLatch begun = new CountDownLatch(500);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < 20; caller++) {
                int number = caller;
                callers.execute(() -> {
                    for (int i = 0; i < 500; i++) {
                        String id = "job-" + number + "-" + i;
                        stages.put(
                                id,
                                batcher.add(JobSpec.builder("x")
                                        .id(id)
                                        .type("t" + i % 5)
                                        .build()));
                        begun.countDown();
                    }
                });
            }
            begun.await();
            assertThat(batcher.closeAndHandBack(PATIENT)).isEmpty();
        }
        Set<String> there = Set.copyOf(ids(all()));
        stages.forEach((id, stage) -> {
            Object outcome = outcome(stage);
            assertThat(outcome).isInstanceOfAny(EnqueueOutcome.class, Rejected.class);
            assertThat(there.contains(id)).isEqualTo(outcome == EnqueueOutcome.NEW);
        });
        assertThat(batcher.statistics().totalQueuedJobs()).isZero();
        assertThat(batcher.statistics().activeBatches()).isZero();
    }

    @Test
    void close_sendsWhatIsWaiting() {
        AdaptiveBatcher<String> batcher = queue.batcher(
                BatcherOptions.builder().batchDelay(Duration.ofHours(1)).build());
        List<CompletionStage<EnqueueOutcome>> stages = IntStream.range(0, 9)
                .mapToObj(i -> batcher.add(
                        JobSpec.builder("x").id("j" + i).type("t" + i % 2).build()))
                .toList();
        assertThat(stages).noneMatch(BatcherIT::isDone);
        assertThat(batcher.closeAndHandBack(PATIENT)).isEmpty();
        assertThat(stages).allMatch(BatcherIT::isDone);
        assertThat(stages.stream().map(BatcherIT::outcome)).containsOnly(EnqueueOutcome.NEW);
        assertThat(all()).hasSize(9);
        assertThat(outcome(batcher.add(job("late")))).isInstanceOf(Rejected.class);
        assertThatThrownBy(() -> batcher.enqueue(job("late"))).isInstanceOf(Rejected.class);
        assertThat(batcher.closeAndHandBack()).isEmpty();
    }

    @Test
    void close_whileTheServerIsStuck_handsBackAllThatIsNotKnownToBeThere() {
        AdaptiveBatcher<String> batcher = queue.batcher(BatcherOptions.ofDefaults());
        batcher.enqueue(job("opens the queue"));
        server.pause();
        List<CompletionStage<EnqueueOutcome>> stages;
        List<JobSpec<String>> left;
        try {
            stages = IntStream.range(0, 200)
                    .mapToObj(i -> batcher.add(
                            JobSpec.builder("x").id("j" + i).type("t" + i % 3).build()))
                    .toList();
            left = batcher.closeAndHandBack(Duration.ofMillis(100));
            assertThat(stages).allMatch(BatcherIT::isDone);
        } finally {
            server.resume();
        }
        assertThat(stages.stream().map(BatcherIT::outcome))
                .allSatisfy(outcome -> assertThat(outcome).isInstanceOfAny(NotSent.class, OutcomeUnknown.class));
        assertThat(left).hasSize(200);
        assertThat(batcher.statistics().totalQueuedJobs()).isZero();
        assertThat(queue.enqueueBatch(left)).doesNotContain(EnqueueOutcome.REPLACED);
        assertThat(ids(all())).hasSize(201).doesNotHaveDuplicates();
    }

    @Test
    void batchSizeOfOne_switchesBatchingOffAndOnAgain() {
        try (AdaptiveBatcher<String> batcher = queue.batcher(BatcherOptions.builder()
                .batchSize(1)
                .batchDelay(Duration.ofHours(1))
                .build())) {
            batcher.enqueue(job("a"));
            assertThat(IntStream.range(0, 20).mapToObj(i -> batcher.add(job("j" + i))).toList().stream()
                            .map(BatcherIT::outcome))
                    .containsOnly(EnqueueOutcome.NEW);
            assertThat(batcher.statistics().largestBatch()).isEqualTo(1);
            assertThat(queue.methods().pipelined().calls()).isZero();
            assertThat(queue.methods().standard().calls()).isEqualTo(21);

            batcher.batchSize(3);
            List<CompletionStage<EnqueueOutcome>> stages =
                    List.of(batcher.add(job("x")), batcher.add(job("y")), batcher.add(job("z")));
            assertThat(stages.stream().map(BatcherIT::outcome)).containsOnly(EnqueueOutcome.NEW);
            assertThat(queue.methods().pipelined().calls()).isEqualTo(1);
            CompletionStage<EnqueueOutcome> held = batcher.add(job("held"));
            assertThat(isDone(held)).isFalse();
            batcher.batchDelay(Duration.ZERO);
            assertThat(outcome(held)).isEqualTo(EnqueueOutcome.NEW);
            assertThat(batcher.batchSize()).isEqualTo(3);
            assertThat(batcher.batchDelay()).isZero();
        }
    }

    @Test
    void badJob_isRefusedToItsCallerAndSpoilsNoBatch() {
        JobQueue<String> small =
                redis.queue(QueueOptions.strings("small").payloadBytes(10).build());
        try (AdaptiveBatcher<String> batcher = small.batcher(
                BatcherOptions.builder().batchDelay(Duration.ofMillis(5)).build())) {
            CompletionStage<EnqueueOutcome> good = batcher.add(job("good"));
            assertThatThrownBy(() -> batcher.add(JobSpec.of("much too large")))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(outcome(good)).isEqualTo(EnqueueOutcome.NEW);
        }
    }

    @Test
    void callback_thatBlocks_holdsUpNoOtherStage() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CompletableFuture<Void> blocked;
        try (AdaptiveBatcher<String> batcher = queue.batcher(
                BatcherOptions.builder().batchDelay(Duration.ofMillis(5)).build())) {
            blocked = batcher.add(job("a"))
                    .thenAccept(outcome -> {
                        try {
                            goOn.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    })
                    .toCompletableFuture();
            assertThat(outcome(batcher.add(job("b")))).isEqualTo(EnqueueOutcome.NEW);
            assertThat(batcher.enqueue(job("c"))).isEqualTo(EnqueueOutcome.NEW);
            assertThat(blocked).isNotDone();
        }
        goOn.countDown();
        blocked.get(PATIENT.toSeconds(), TimeUnit.SECONDS);
    }
}
