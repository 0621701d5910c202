package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.ServerError;
import dev.millrace.metrics.ClientListener;
import dev.millrace.resilience.CircuitBreaker;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Uploads: which way they go, what is told of them, and the way out where the pipelined path fails. */
@NoLeakedThreads
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class UploadIT {
    private static final Duration PATIENT = Duration.ofSeconds(20);
    private static final Deduplication REPLACE =
            new Deduplication(Deduplication.Scope.LIVE, Deduplication.Mode.REPLACE, Duration.ZERO);

    private static RedisServer server;

    @BeforeAll
    static void startServer() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void flush() {
        server.ask("FLUSHALL");
    }

    private static QueueFixture client() {
        return new QueueFixture(MillraceOptions.builder(server.url())
                .commandTimeout(QueueFixture.PATIENT)
                .build());
    }

    private static List<JobSpec<String>> jobs(String prefix, int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> JobSpec.builder("x").id(prefix + i).build())
                .toList();
    }

    @Test
    void upload_goesByItsPointsAndByWhatWaits() {
        try (QueueFixture client = client()) {
            JobQueue<String> queue = client.queue(QueueOptions.strings("policy")
                    .points(text -> 10)
                    .pipelining(PipelinePolicy.automatic(500, 100))
                    .build());
            Upload small = queue.upload(jobs("small", 50));
            assertThat(small.method()).isEqualTo(QueueMethod.STANDARD);
            assertThat(small.processed()).isEqualTo(50);
            assertThat(small.total()).isEqualTo(50);
            assertThat(queue.methods().standard().calls()).isEqualTo(50);
            assertThat(queue.methods().pipelined().calls()).isZero();

            Upload large = queue.upload(jobs("large", 51));
            assertThat(large.method()).isEqualTo(QueueMethod.PIPELINED);
            assertThat(large.items()).allMatch(item -> item.get() == EnqueueOutcome.NEW && !item.repeated());
            assertThat(queue.methods().pipelined().calls()).isEqualTo(1);
            assertThat(queue.methods().pipelined().jobs()).isEqualTo(51);
            assertThat(queue.methods().speedUp()).isPositive();

            // 101 wait, as the last answer said
            assertThat(queue.upload(jobs("known", 2)).method()).isEqualTo(QueueMethod.PIPELINED);
            assertThat(queue.methods().standard().calls()).isEqualTo(50);
            client.advance(Duration.ofMillis(1_001));
            // not known any more: the first job asks
            assertThat(queue.upload(jobs("unknown", 3)).method()).isEqualTo(QueueMethod.PIPELINED);
            assertThat(queue.methods().standard().calls()).isEqualTo(51);

            queue.pipelining(PipelinePolicy.never());
            assertThat(queue.upload(jobs("never", 60)).method()).isEqualTo(QueueMethod.STANDARD);
            queue.pipelining(PipelinePolicy.always());
            Upload again = queue.upload(jobs("never", 1));
            assertThat(again.method()).isEqualTo(QueueMethod.PIPELINED);
            assertThat(again.items().getFirst().get()).isEqualTo(EnqueueOutcome.DUPLICATE);
            assertThat(queue.upload(List.of()).total()).isZero();
        }
    }

    @Test
    void observer_isToldOfEveryOperation() {
        List<QueueOperation> told = Collections.synchronizedList(new ArrayList<>());
        try (QueueFixture client = client()) {
            JobQueue<String> queue = client.queue(QueueOptions.strings("observed")
                    .points(String::length)
                    .observer(told::add)
                    .build());
            queue.enqueue("four");
            queue.enqueueBatch(List.of(JobSpec.of("a"), JobSpec.of("bb")));
            List<Job<String>> held = queue.claim(2);
            queue.extend(held);
            queue.settle(held, List.of(), 1);
            queue.dequeueAtMostOnce(5);
            queue.statistics();
            queue.admin().pause();
            server.ask("CONFIG", "SET", "maxmemory", "1");
            Upload refused = queue.upload(jobs("full", 2));
            server.ask("CONFIG", "SET", "maxmemory", "0");
            assertThat(refused.processed()).isZero();
            Await.until(
                    PATIENT,
                    () -> queue.observed().told() >= 9 && queue.observed().waiting() == 0,
                    () -> "" + told);
        } finally {
            server.ask("CONFIG", "SET", "maxmemory", "0");
        }
        assertThat(told.stream().map(QueueOperation::kind))
                .containsExactly(
                        QueueOperation.Kind.ENQUEUE,
                        QueueOperation.Kind.ENQUEUE,
                        QueueOperation.Kind.CLAIM,
                        QueueOperation.Kind.EXTEND,
                        QueueOperation.Kind.SETTLE,
                        QueueOperation.Kind.DEQUEUE,
                        QueueOperation.Kind.LOOK,
                        QueueOperation.Kind.ADMIN,
                        QueueOperation.Kind.ENQUEUE);
        assertThat(told.stream().map(QueueOperation::operations)).containsExactly(1, 2, 2, 2, 2, 0, 1, 1, 1);
        assertThat(told.stream().map(QueueOperation::points)).containsExactly(4L, 3L, 5L, 5L, 5L, 0L, 0L, 0L, 1L);
        assertThat(told.get(0).method()).isEqualTo(QueueMethod.STANDARD);
        assertThat(told.get(1).method()).isEqualTo(QueueMethod.PIPELINED);
        assertThat(told.getLast().outcome()).isEqualTo(ClientListener.Outcome.SERVER_ERROR);
        assertThat(told).allSatisfy(operation -> {
            assertThat(operation.queue()).isEqualTo("observed");
            assertThat(operation.duration()).isPositive();
        });
    }

    /**
     * Another process adds a lane while this one runs; a job that waits in it can't be replaced from here, and the script
     * refuses the whole batch that it is in.
     */
    @Test
    void pipelinedPath_thatFailsInARow_givesWayToTheSingleOneUntilAProbeIsAnswered() {
        QueueOptions.Builder<String> options =
                QueueOptions.strings("circuit").deduplication(REPLACE).pipelining(PipelinePolicy.always());
        try (QueueFixture client = client()) {
            JobQueue<String> queue =
                    client.queue(options.lanes(new Lane("default", 1)).build());
            queue.enqueue(JobSpec.builder("x").id("opens the queue").build());
            JobQueue<String> newer = client.queue(
                    options.lanes(new Lane("default", 1), new Lane("extra", 1)).build());
            newer.enqueue(JobSpec.builder("x").id("a3").lane("extra").build());

            Upload upload = queue.upload(jobs("a", 8));
            assertThat(upload.processed()).isEqualTo(7);
            assertThat(upload.items().get(3).failure()).isInstanceOf(ServerError.Other.class);
            assertThat(upload.items().get(4).get()).isEqualTo(EnqueueOutcome.NEW);
            MethodStatistics opened = queue.methods();
            assertThat(opened.circuit()).isEqualTo(CircuitBreaker.State.OPEN);
            assertThat(opened.timesOpened()).isEqualTo(1);
            assertThat(opened.pipelined().failed()).isEqualTo(3);
            assertThat(opened.standard().jobs()).isEqualTo(8); // with the one that opened the queue

            assertThat(queue.upload(jobs("b", 5)).processed()).isEqualTo(5);
            try (AdaptiveBatcher<String> batcher = queue.batcher(
                    BatcherOptions.builder().batchDelay(Duration.ofHours(1)).build())) {
                batcher.add(JobSpec.builder("x").id("c0").build());
                batcher.add(JobSpec.builder("x").id("c1").build());
            }
            assertThat(queue.methods().standard().jobs()).isEqualTo(15);

            client.advance(Duration.ofSeconds(5));
            assertThat(queue.upload(jobs("a", 8)).processed())
                    .as("the probe fails, and the jobs go one by one")
                    .isEqualTo(7);
            assertThat(queue.methods().circuit()).isEqualTo(CircuitBreaker.State.OPEN);
            newer.admin().remove(List.of("a3"));
            client.advance(Duration.ofSeconds(5));
            long singles = queue.methods().standard().jobs();
            assertThat(queue.upload(jobs("a", 8)).processed()).isEqualTo(8);
            assertThat(queue.methods().circuit()).isEqualTo(CircuitBreaker.State.CLOSED);
            assertThat(queue.methods().standard().jobs()).isEqualTo(singles);
            assertThat(newer.statistics().waiting()).isEqualTo(8 + 5 + 2 + 1);
            assertThat(newer.admin().audit(false).isClean()).isTrue();
        }
    }

    @Test
    void answerThatIsLost_isFoundByTheSameIds() {
        try (FaultProxy proxy = FaultProxy.to(server);
                Millrace redis = Millrace.connect(MillraceOptions.builder(proxy.url())
                        .commandTimeout(Duration.ofMillis(400))
                        .build())) {
            JobQueue<String> queue = redis.queue(QueueOptions.strings("lost")
                    .pipelining(PipelinePolicy.always())
                    .build());
            queue.enqueueBatch(jobs("first", 2));
            proxy.dropReply(1);
            Upload upload = queue.upload(jobs("a", 20), PATIENT);
            assertThat(upload.processed()).isEqualTo(20);
            assertThat(upload.items()).allSatisfy(item -> {
                assertThat(item.repeated()).isTrue();
                assertThat(item.get()).isEqualTo(EnqueueOutcome.DUPLICATE);
            });
            assertThat(queue.statistics().waiting()).isEqualTo(22);
        }
    }

    @Test
    void serverThatIsGone_leavesEveryJobWithANamedOutcome() {
        try (Millrace redis = Millrace.connect(MillraceOptions.builder(server.url())
                .commandTimeout(Duration.ofMillis(300))
                .build())) {
            JobQueue<String> queue = redis.queue(QueueOptions.strings("gone").build());
            queue.enqueue("opens the queue");
            server.kill();
            Upload upload;
            try {
                upload = queue.upload(jobs("a", 700));
            } finally {
                server.restart();
            }
            assertThat(upload.method()).isEqualTo(QueueMethod.PIPELINED);
            assertThat(upload.processed()).isZero();
            assertThat(upload.items())
                    .allSatisfy(
                            item -> assertThat(item.failure()).isInstanceOfAny(NotSent.class, OutcomeUnknown.class));
            List<MillraceException> failures = new ArrayList<>();
            Await.until(
                    PATIENT,
                    () -> {
                        Upload again = queue.upload(jobs("a", 700));
                        if (again.failure() != null) {
                            failures.add(again.failure());
                        }
                        return again.processed() == 700;
                    },
                    () -> "" + failures);
            assertThat(queue.statistics().waiting()).isEqualTo(700);
        }
    }
}
