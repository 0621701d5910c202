package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.MillraceOptions;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NoLeakedThreads
@Timeout(60)
class QueueMetricsIT {
    private static final QueueOptions<String> OPTIONS = QueueOptions.strings("mail")
            .lanes(new Lane("live", 3), new Lane("bulk", 1))
            .lease(Duration.ofSeconds(30))
            .backoff(Backoff.none())
            .build();

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private double gauge(String name, String... tags) {
        return registry.get("millrace.queue." + name).tags(tags).gauge().value();
    }

    private double count(String name) {
        return registry.get("millrace.queue." + name)
                .tags("queue", "mail", "app", "post")
                .functionCounter()
                .count();
    }

    private static JobSpec<String> job(String id, String lane, int delaySeconds) {
        return JobSpec.builder("payload")
                .id(id)
                .lane(lane)
                .delay(Duration.ofSeconds(delaySeconds))
                .build();
    }

    /** Something of everything. */
    private static void use(QueueFixture client, JobQueue<String> queue) {
        queue.enqueueBatch(
                IntStream.range(0, 10).mapToObj(i -> job("j" + i, "live", 0)).toList());
        queue.enqueueBatch(List.of(job("j1", "live", 0), job("b1", "bulk", 0), job("later", "live", 600)));
        List<Job<String>> held = queue.claim(6);
        queue.settle(
                held.subList(0, 2),
                List.of(
                        new Nack<>(held.get(2), Verdict.retry("again")),
                        new Nack<>(held.get(3), Verdict.giveUp("bad")),
                        new Nack<>(held.get(4), Verdict.cancel("no"))),
                0);
        client.advance(Duration.ofSeconds(31));
        queue.claim(1);
    }

    @Test
    void meters_ofAQueue_areItsStatisticsReadOncePerInterval() {
        try (RedisServer server = RedisServer.start();
                QueueFixture client = new QueueFixture(MillraceOptions.builder(server.url())
                        .commandTimeout(Duration.ofSeconds(2))
                        .build())) {
            JobQueue<String> queue = client.queue(OPTIONS);
            use(client, queue);
            AtomicLong nanos = new AtomicLong();
            AtomicInteger reads = new AtomicInteger();
            QueueMetrics metrics = QueueMetrics.of(
                    registry,
                    OPTIONS,
                    () -> {
                        reads.incrementAndGet();
                        return queue.statistics();
                    },
                    Duration.ofSeconds(5),
                    Tags.of("app", "post"),
                    nanos::get);
            assertThat(reads).hasValue(0);

            assertMeters(queue.statistics());
            assertThat(reads).hasValue(1);
            assertThat(count("acknowledged")).isEqualTo(2);
            assertThat(count("expired")).isEqualTo(1);
            assertThat(count("duplicates")).isEqualTo(1);
            assertThat(gauge("dead")).isEqualTo(1);

            queue.admin().pause();
            queue.enqueue("more");
            nanos.addAndGet(Duration.ofSeconds(5).toNanos() - 1);
            assertThat(gauge("paused")).isZero();
            nanos.addAndGet(1);
            assertMeters(queue.statistics());
            assertThat(gauge("paused")).isEqualTo(1);
            assertThat(reads).hasValue(2);

            double enqueued = count("enqueued");
            server.kill();
            nanos.addAndGet(Duration.ofSeconds(5).toNanos());
            assertThat(gauge("waiting")).isNaN();
            assertThat(gauge("leased")).isNaN();
            assertThat(count("enqueued")).isEqualTo(enqueued);
            assertThat(reads).hasValue(3);

            metrics.close();
            assertThat(registry.getMeters()).isEmpty();
            metrics.close();
        }
    }

    private void assertMeters(QueueStatistics now) {
        now.ready()
                .forEach((lane, ready) -> assertThat(gauge("ready", "lane", lane))
                        .isEqualTo(ready.doubleValue())
                        .isPositive());
        assertThat(gauge("waiting")).isEqualTo(now.waiting()).isPositive();
        assertThat(gauge("delayed")).isEqualTo(now.delayed()).isPositive();
        assertThat(gauge("leased")).isEqualTo(now.leased());
        assertThat(gauge("overdue")).isEqualTo(now.overdue());
        assertThat(gauge("dead")).isEqualTo(now.dead());
        Duration oldest = now.oldestAge();
        assertThat(oldest).isNotNull().isPositive();
        assertThat(registry.get("millrace.queue.oldest.age").timeGauge().value(TimeUnit.MILLISECONDS))
                .isEqualTo(oldest.toMillis());
        QueueStatistics.Counters counters = now.counters();
        assertThat(count("enqueued")).isEqualTo(counters.enqueued()).isPositive();
        assertThat(count("duplicates")).isEqualTo(counters.duplicates());
        assertThat(count("replaced")).isEqualTo(counters.replaced());
        assertThat(count("claimed")).isEqualTo(counters.claimed()).isPositive();
        assertThat(count("acknowledged")).isEqualTo(counters.completed());
        assertThat(count("retried")).isEqualTo(counters.retried()).isPositive();
        assertThat(count("expired")).isEqualTo(counters.expired());
        assertThat(count("dead.letters")).isEqualTo(counters.givenUp());
        assertThat(count("cancelled")).isEqualTo(counters.cancelled()).isPositive();
    }

    @Test
    void meters_ofPartitions_areTheirSums() {
        try (RedisServer server = RedisServer.start();
                QueueFixture client =
                        new QueueFixture(MillraceOptions.builder(server.url()).build())) {
            PartitionedQueue<String> queue = client.partitions(OPTIONS, 3);
            queue.enqueueBatch(IntStream.range(0, 50)
                    .mapToObj(i -> job("j" + i, "bulk", 0))
                    .toList());
            try (QueueMetrics unused = QueueMetrics.of(registry, queue)) {
                assertThat(gauge("ready", "lane", "bulk", "queue", "mail")).isEqualTo(50);
                assertThat(gauge("ready", "lane", "live")).isZero();
            }
            assertThat(registry.getMeters()).isEmpty();
        }
    }
}
