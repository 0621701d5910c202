package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** That no lane and no priority starves, however jobs are claimed. */
@OnEveryTopology
@NoLeakedThreads
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class JobQueueLanesIT {
    private static final Duration AGE = Duration.ofMinutes(1);

    private static TestDeployment server;
    private QueueFixture client;

    @BeforeAll
    static void startServer() {
        server = TestDeployment.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void connect() {
        server.ask("FLUSHALL");
        client = QueueFixture.of(server);
    }

    @AfterEach
    void close() {
        client.close();
    }

    private JobQueue<String> lanes() {
        return client.queue(QueueOptions.strings("lanes")
                .lanes(new Lane("live", 8), new Lane("bulk", 2), new Lane("night", 1))
                .build());
    }

    private static void fill(JobQueue<String> queue, String lane, int jobs) {
        queue.enqueueBatch(IntStream.range(0, jobs)
                .mapToObj(i -> JobSpec.builder(lane).lane(lane).build())
                .toList());
    }

    private static List<String> handOut(JobQueue<String> queue, int jobs, int atOnce) {
        List<String> lanes = new ArrayList<>();
        List<Job<String>> held = queue.claim(Math.min(atOnce, jobs));
        while (lanes.size() < jobs) {
            held.forEach(job -> lanes.add(job.lane()));
            held = queue.settle(held, List.of(), Math.min(atOnce, jobs - lanes.size()))
                    .claimed();
        }
        return lanes;
    }

    private static long count(List<String> all, String one) {
        return all.stream().filter(one::equals).count();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 50, 110})
    void lanes_thatAllHaveJobs_getTheirSharesHoweverManyAreClaimed(int atOnce) {
        JobQueue<String> queue = lanes();
        fill(queue, "bulk", 300);
        fill(queue, "night", 300);
        fill(queue, "live", 300);
        List<String> lanes = handOut(queue, 220, atOnce);
        assertThat(count(lanes, "live")).isBetween(158L, 162L);
        assertThat(count(lanes, "bulk")).isBetween(38L, 42L);
        assertThat(count(lanes, "night")).isBetween(18L, 22L);
    }

    @Test
    void lane_thatIsEmpty_leavesItsShareAndSavesNothingUp() {
        JobQueue<String> queue = lanes();
        fill(queue, "bulk", 1_000);
        assertThat(handOut(queue, 500, 50)).containsOnly("bulk");
        fill(queue, "live", 500);
        List<String> lanes = handOut(queue, 100, 10);
        assertThat(count(lanes, "live")).isBetween(78L, 82L);
        assertThat(count(lanes, "bulk")).isBetween(18L, 22L);
    }

    @Test
    void lane_withFewJobs_isToppedUpByTheOthers() {
        JobQueue<String> queue = lanes();
        fill(queue, "live", 3);
        fill(queue, "bulk", 100);
        List<String> lanes = handOut(queue, 50, 50);
        assertThat(count(lanes, "live")).isEqualTo(3);
        assertThat(count(lanes, "bulk")).isEqualTo(47);
    }

    // ---- ageing ----

    private JobQueue<String> ageing(Duration age) {
        return client.queue(QueueOptions.strings("ageing")
                .ageing(age)
                .completed(Retention.none())
                .build());
    }

    private static void fill(JobQueue<String> queue, int priority, int jobs) {
        queue.enqueueBatch(IntStream.range(0, jobs)
                .mapToObj(i -> JobSpec.builder("p" + priority)
                        .id(priority + "-" + queue.statistics().counters().enqueued() + "-" + i)
                        .priority(priority)
                        .build())
                .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10})
    void ageing_lowPrioritiesBehindABacklog_getUpToAQuarterWhenTheyAreOld(int atOnce) {
        JobQueue<String> queue = ageing(AGE);
        fill(queue, 1, 50);
        fill(queue, 3, 50);
        fill(queue, 9, 500);
        assertThat(payloads(queue, 100, atOnce)).containsOnly("p9");
        client.advance(AGE);
        fill(queue, 9, 500);
        List<String> after = payloads(queue, 200, atOnce);
        assertThat(count(after, "p1") + count(after, "p3")).isBetween(40L, 52L);
        // In the end none is left of the old ones, while there are still higher priorities.
        List<String> rest = payloads(queue, 300, atOnce);
        assertThat(count(after, "p1") + count(rest, "p1")).isEqualTo(50);
        assertThat(count(after, "p3") + count(rest, "p3")).isEqualTo(50);
    }

    private List<String> payloads(JobQueue<String> queue, int jobs, int atOnce) {
        List<String> payloads = new ArrayList<>();
        while (payloads.size() < jobs) {
            List<Job<String>> held = queue.claim(Math.min(atOnce, jobs - payloads.size()));
            held.forEach(job -> payloads.add(job.payload()));
            queue.settle(held, List.of(), 0);
        }
        return payloads;
    }

    @Test
    void ageing_switchedOff_priorityAloneDecides() {
        JobQueue<String> queue = ageing(Duration.ZERO);
        fill(queue, 1, 10);
        client.advance(Duration.ofDays(100));
        fill(queue, 2, 100);
        assertThat(payloads(queue, 100, 10)).containsOnly("p2");
        assertThat(payloads(queue, 10, 10)).containsOnly("p1");
    }

    @Test
    void ageing_jobsOfOnePriority_keepTheirOrder() {
        JobQueue<String> queue = ageing(AGE);
        List<JobSpec<String>> jobs = IntStream.range(0, 200)
                .mapToObj(i -> JobSpec.builder("x").id("j" + i).priority(i % 2).build())
                .toList();
        queue.enqueueBatch(jobs);
        client.advance(AGE.multipliedBy(3));
        List<String> order = new ArrayList<>();
        while (order.size() < 200) {
            queue.claim(7).forEach(job -> order.add(job.id()));
        }
        for (int priority = 0; priority < 2; priority++) {
            int wanted = priority;
            List<String> expected = jobs.stream()
                    .filter(job -> job.priority() == wanted)
                    .map(JobSpec::id)
                    .toList();
            assertThat(order.stream().filter(expected::contains).toList()).containsExactlyElementsOf(expected);
        }
    }
}
