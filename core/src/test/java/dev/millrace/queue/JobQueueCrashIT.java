package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.MillraceException;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that is killed, with consumers that vanish: what was enqueued is handled, and never by two at once. */
@NoLeakedThreads
@Timeout(180)
class JobQueueCrashIT {
    private static final int BATCHES = 150;
    private static final int BATCH = 20;
    private static final QueueOptions<String> OPTIONS = QueueOptions.strings("crash")
            .lease(Duration.ofSeconds(3))
            .attempts(60_000)
            .deliveries(60_000)
            .backoff(Backoff.none())
            .build();

    private final Map<String, Integer> handled = new ConcurrentHashMap<>();
    private final Set<String> enqueued = ConcurrentHashMap.newKeySet();
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final Queue<String> twiceAtOnce = new ConcurrentLinkedQueue<>();

    private static Millrace connect(RedisServer server) {
        return Millrace.connect(MillraceOptions.builder(server.url())
                .commandTimeout(Duration.ofSeconds(1))
                .build());
    }

    private Verdict handle(Job<String> job) {
        if (!running.add(job.id())) {
            twiceAtOnce.add(job.id());
        }
        handled.merge(job.id(), 1, Integer::sum);
        Thread.yield();
        running.remove(job.id());
        return Verdict.done();
    }

    /** Enqueues until the server has said that it has it; an id of a call without an answer is sent again. */
    private void produce(JobQueue<String> queue) {
        for (int i = 0; i < BATCHES; i++) {
            List<JobSpec<String>> jobs = IntStream.range(0, BATCH)
                    .mapToObj(unused -> JobSpec.of("payload"))
                    .toList();
            boolean taken = false;
            while (!taken) {
                try {
                    queue.enqueueBatch(jobs);
                    taken = true;
                } catch (MillraceException down) {
                    Thread.yield();
                }
            }
            jobs.forEach(job -> enqueued.add(job.id()));
            int behind = (i + 1) * BATCH - 200; // so that the kills fall while both sides work
            Await.until(Duration.ofSeconds(120), () -> handled.size() >= behind, () -> "handled: " + handled.size());
        }
    }

    private String notHandled(JobQueue<String> queue) {
        List<String> ids =
                enqueued.stream().filter(id -> !handled.containsKey(id)).toList();
        return ids + ", known as " + queue.admin().find(ids) + ", of " + queue.statistics();
    }

    @Test
    void server_thatIsKilledAgainAndAgain_losesNoJobWithItsLogOnDisk() throws InterruptedException {
        try (RedisServer server = RedisServer.builder()
                        .appendOnly()
                        .config("appendfsync", "always")
                        .start();
                Millrace producer = connect(server);
                Millrace consumer = connect(server);
                Millrace other = connect(server)) {
            Thread production = Thread.ofVirtual().start(() -> produce(producer.queue(OPTIONS)));
            try (Worker<String> one = consumer.queue(OPTIONS).work(WorkerOptions.ofConcurrency(10), this::handle);
                    Worker<String> two = other.queue(OPTIONS).work(WorkerOptions.ofConcurrency(10), this::handle)) {
                for (int kill = 1; kill <= 4; kill++) {
                    int soMany = kill * BATCHES * BATCH / 6;
                    Await.until(
                            Duration.ofSeconds(60), () -> handled.size() >= soMany, () -> "handled: " + handled.size());
                    server.kill();
                    server.restart();
                }
                production.join();
                Await.until(
                        Duration.ofSeconds(60),
                        () -> handled.keySet().containsAll(enqueued),
                        () -> "handled " + handled.size() + " of " + enqueued.size() + ", the others are "
                                + notHandled(producer.queue(OPTIONS)));
                assertThat(one.running() + two.running()).isLessThanOrEqualTo(20);
            }
            assertThat(enqueued).hasSize(BATCHES * BATCH);
            assertThat(twiceAtOnce).isEmpty();
            JobQueue<String> queue = producer.queue(OPTIONS);
            assertThat(queue.admin().audit(true).isClean()).isTrue();
            QueueStatistics.Counters counters = queue.statistics().counters();
            assertThat(counters.enqueued()).isGreaterThanOrEqualTo(BATCHES * BATCH);
            assertThat(counters.lost() + counters.givenUp()).isZero();
        }
    }

    @Test
    void consumers_thatVanishWithTheirJobs_leaveThemToOthers() {
        try (RedisServer server = RedisServer.start();
                Millrace redis = Millrace.connect(server.url())) {
            QueueOptions<String> options = QueueOptions.strings("vanish")
                    .lease(Duration.ofMillis(50))
                    .deliveries(60_000)
                    .build();
            JobQueue<String> queue = redis.queue(options);
            queue.enqueueBatch(IntStream.range(0, 500)
                    .mapToObj(i -> JobSpec.builder("x").id("j" + i).build())
                    .toList());
            QueueStatistics statistics;
            int claims = 0;
            do {
                List<Job<String>> jobs = queue.claim(25);
                if (claims++ % 3 != 0) { // every third consumer vanishes with what it has
                    jobs.forEach(job -> handled.merge(job.id(), 1, Integer::sum));
                    queue.settle(jobs, List.of(), 0);
                }
                statistics = queue.statistics();
            } while (statistics.waiting() + statistics.leased() > 0);
            assertThat(handled).hasSize(500);
            assertThat(statistics.counters().completed()).isEqualTo(500);
            assertThat(statistics.counters().expired()).isPositive();
        }
    }
}
