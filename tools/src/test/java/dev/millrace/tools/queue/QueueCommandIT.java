package dev.millrace.tools.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.JobSpec;
import dev.millrace.queue.JobState;
import dev.millrace.queue.Lane;
import dev.millrace.queue.Nack;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.Queues;
import dev.millrace.queue.Verdict;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.cluster.RedisCluster;
import dev.millrace.tools.CommandRun;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Runs the commands as a user does, on queues that an application has filled. */
@Timeout(60)
@NoLeakedThreads
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class QueueCommandIT {
    private static final String STRANGE = "Pöst {1}:\n%41 \u202e";
    private static final byte[] BINARY = {0, 1, (byte) 0xff, (byte) 0xfe, 'a'};

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
    void empty() {
        server.ask("FLUSHALL");
    }

    private static CommandRun queue(String... arguments) {
        List<String> all = new ArrayList<>(List.of("queue"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--redis", server.url()));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private static JobQueue<byte[]> mails(Millrace redis, String name) {
        return redis.queue(QueueOptions.bytes(name)
                .lanes(new Lane("live", 3), new Lane("bulk", 1))
                .build());
    }

    private static JobSpec.Builder<byte[]> job(String id) {
        return JobSpec.builder(("payload of " + id).getBytes(StandardCharsets.UTF_8))
                .id(id);
    }

    /** Two ready live ones, one of them binary; a bulk one; one delayed, one leased, one done, one failed, two dead. */
    private static void fill(Millrace redis, String name) {
        JobQueue<byte[]> queue = mails(redis, name);
        queue.enqueueBatch(List.of(
                job("leased").priority(9).build(),
                job("done").priority(8).build(),
                job("failed").priority(7).build(),
                job("dead-1").priority(6).build(),
                job("dead-2").priority(5).build()));
        List<Job<byte[]>> held = queue.claim(5);
        queue.settle(
                List.of(held.get(1)),
                List.of(
                        new Nack<>(held.get(2), Verdict.cancel("not wanted")),
                        new Nack<>(held.get(3), Verdict.giveUp("broken\n\u001b[31m")),
                        new Nack<>(held.get(4), Verdict.giveUp("broken"))),
                0);
        queue.enqueueBatch(List.of(
                job("first").priority(2).type("letter").build(),
                JobSpec.builder(BINARY).id("second").type("letter").build(),
                job("third").lane("bulk").type("p\tcard").build(),
                job("later").delay(Duration.ofHours(1)).build()));
    }

    @Test
    void list_queuesOfAnyName_hasThemAllWithTheirNumbers() {
        assertThat(queue("list").fine().out()).isEqualTo("no queues" + System.lineSeparator());
        try (Millrace redis = Millrace.connect(server.url())) {
            fill(redis, "mails");
            fill(redis, STRANGE);
            mails(redis, "idle").admin().pause();
        }
        server.ask("SET", "millrace:queue:{text}:state", "no hash");
        server.ask("HSET", "millrace:queue:{a b}:state", "lanes", "no name is written so");

        String out = queue("list").fine().out();
        assertThat(out.lines().skip(2).map(line -> line.split(" +")[0]))
                .containsExactly(Queues.escaped(STRANGE), "idle", "mails");
        assertThat(out.lines())
                .anyMatch(line -> line.matches("idle +paused +0 +0 +0 +0 +0 +0 +–"))
                .anyMatch(line -> line.matches("mails +open +4 +1 +1 +1 +1 +2 +0\\.\\d s"));

        JsonNode json = queue("list", "--json").fine().json().get("queues");
        assertThat(json).hasSize(3);
        assertThat(json.get(0).get("queue").asString()).isEqualTo(STRANGE);
        assertThat(json.get(0).get("waiting").asLong()).isEqualTo(4);
    }

    @Test
    void stats_ofAQueue_areAllItsNumbers() {
        try (Millrace redis = Millrace.connect(server.url())) {
            fill(redis, STRANGE);
        }
        for (String name : List.of(Queues.escaped(STRANGE), "Pöst {1}:\n%2541 \u202e")) {
            String out = queue("stats", name).fine().out();
            assertThat(out)
                    .startsWith("queue   " + Queues.escaped(STRANGE) + "\n")
                    .contains("  ready in live       2\n", "  ready in bulk       1\n", "p\\x09card", "(none)");
            JsonNode json = queue("stats", name, "--json").fine().json();
            assertThat(json.get("waiting").asLong()).isEqualTo(4);
            assertThat(json.at("/ready_by_lane/live").asLong()).isEqualTo(2);
            assertThat(json.at("/waiting_by_type/letter").asLong()).isEqualTo(2);
            assertThat(json.get("delayed").asLong()).isEqualTo(1);
            assertThat(json.get("leased").asLong()).isEqualTo(1);
            assertThat(json.get("dead").asLong()).isEqualTo(2);
            assertThat(json.get("oldest_age_millis").isNumber()).isTrue();
            assertThat(json.at("/counters/enqueued").asLong()).isEqualTo(9);
            assertThat(json.at("/counters/given_up").asLong()).isEqualTo(2);
        }
    }

    @Test
    void peek_eachState_showsItsJobsAndLeavesThem() {
        try (Millrace redis = Millrace.connect(server.url())) {
            fill(redis, "mails");
            String ready = queue("peek", "mails").fine().out();
            assertThat(ready.lines().skip(2).map(line -> line.split(" +")[0]))
                    .containsExactly("first", "second", "third");
            assertThat(ready).contains("\\x00\\x01\\xff\\xfea", "p\\x09card");
            assertThat(queue("peek", "mails", "-n", "1").fine().out()).hasLineCount(3);
            assertThat(queue("peek", "mails", "--lane", "bulk", "--raw").fine().out())
                    .isEqualTo("payload of third" + System.lineSeparator());
            assertThat(queue("peek", "mails", "--raw").fine().out().lines())
                    .containsExactly(
                            "payload of first",
                            "base64:" + Base64.getEncoder().encodeToString(BINARY),
                            "payload of third");
            assertThat(queue("peek", "mails", "--state", "dead").fine().out())
                    .contains("dead-1", "broken\\x0a\\x1b[31m")
                    .doesNotContain("\u001b");
            for (String state : List.of("ready", "delayed", "leased", "done", "failed", "dead")) {
                JsonNode jobs = queue("peek", "mails", "--state", state, "--json")
                        .fine()
                        .json()
                        .get("jobs");
                assertThat(jobs)
                        .as(state)
                        .isNotEmpty()
                        .allSatisfy(
                                job -> assertThat(job.get("state").asString()).isEqualToIgnoringCase(state));
            }
            JsonNode second = queue("peek", "mails", "--json").fine().json().at("/jobs/1");
            assertThat(Base64.getDecoder().decode(second.get("payload_base64").asString()))
                    .isEqualTo(BINARY);
            assertThat(mails(redis, "mails").statistics().waiting()).isEqualTo(4);
            assertThat(queue("purge", "mails", "--state", "failed", "--yes")
                            .fine()
                            .status())
                    .isZero();
            assertThat(queue("peek", "mails", "--state", "failed").fine().out()).startsWith("no such jobs");
        }
    }

    @Test
    void peek_moreThanOnePage_hasThemAll() {
        try (Millrace redis = Millrace.connect(server.url())) {
            JobQueue<byte[]> queue = mails(redis, "many");
            List<JobSpec<byte[]>> jobs = new ArrayList<>();
            for (int i = 0; i < 2_500; i++) {
                jobs.add(JobSpec.builder(new byte[1_000])
                        .id("j" + i)
                        .lane(i % 2 == 0 ? "live" : "bulk")
                        .build());
            }
            queue.enqueueBatch(jobs);
        }
        JsonNode all =
                queue("peek", "many", "-n", "10000", "--json").fine().json().get("jobs");
        assertThat(all.valueStream().map(job -> job.get("id").asString()).distinct())
                .hasSize(2_500);
    }

    @Test
    void replay_ofIdsAndAll_makesThemReady() {
        try (Millrace redis = Millrace.connect(server.url())) {
            fill(redis, "mails");
            JobQueue<byte[]> queue = mails(redis, "mails");
            assertThat(queue("replay", "mails", "--id", "dead-1", "--id", "first", "--id", "dead-1")
                            .fine()
                            .out())
                    .startsWith("replayed 1 job of mails; 1 id is no dead letter");
            assertThat(queue.statistics().dead()).isEqualTo(1);
            assertThat(queue("replay", "mails", "--all", "--json")
                            .fine()
                            .json()
                            .get("replayed")
                            .asLong())
                    .isEqualTo(1);
            assertThat(queue.statistics().dead()).isZero();
            assertThat(queue.admin().peek(JobState.READY, 0, 10)).hasSize(4);
        }
    }

    @Test
    void purge_needsYesAndDeletesOnlyWhatItNames() {
        try (Millrace redis = Millrace.connect(server.url())) {
            fill(redis, "mails");
            JobQueue<byte[]> queue = mails(redis, "mails");
            queue("purge", "mails", "--state", "dead").refused(2, "add --yes");
            assertThat(queue.statistics().dead()).isEqualTo(2);
            assertThat(queue("purge", "mails", "--state", "dead", "--yes")
                            .fine()
                            .out())
                    .startsWith("deleted 2 jobs of mails");
            assertThat(queue.statistics().dead()).isZero();
            assertThat(queue("purge", "mails", "--state", "waiting", "--yes", "--json")
                            .fine()
                            .json()
                            .get("purged")
                            .asLong())
                    .isEqualTo(4);
            assertThat(queue.statistics().leased()).isEqualTo(1);
            assertThat(queue.statistics().done()).isEqualTo(1);
            queue("purge", "mails", "--state", "leased", "--yes").refused(2, "--state");
        }
    }

    @Test
    void pauseAndResume_sayWhetherThatIsNew() {
        try (Millrace redis = Millrace.connect(server.url())) {
            fill(redis, "mails");
            JobQueue<byte[]> queue = mails(redis, "mails");
            assertThat(queue("pause", "mails").fine().out()).startsWith("mails is paused");
            assertThat(queue.claim(10)).isEmpty();
            assertThat(queue("pause", "mails").fine().out()).startsWith("mails was paused already");
            assertThat(queue("resume", "mails", "--json")
                            .fine()
                            .json()
                            .get("changed")
                            .asBoolean())
                    .isTrue();
            assertThat(queue("resume", "mails").fine().out()).startsWith("mails was not paused");
            assertThat(queue.claim(10)).hasSize(3);
        }
    }

    @Test
    void list_onACluster_goesThroughEveryMaster() {
        try (RedisCluster cluster =
                RedisCluster.builder().masters(3).replicasPerMaster(0).start()) {
            String url = cluster.urls().getFirst();
            try (Millrace redis =
                    Millrace.connect(MillraceOptions.cluster(cluster.urls().toArray(String[]::new))
                            .build())) {
                for (int i = 0; i < 12; i++) {
                    mails(redis, "queue-" + i).enqueue(job("a").build());
                }
            }
            JsonNode queues = CommandRun.of("queue", "list", "--json", "--redis", url)
                    .fine()
                    .json()
                    .get("queues");
            assertThat(queues)
                    .hasSize(12)
                    .allSatisfy(
                            queue -> assertThat(queue.get("waiting").asLong()).isEqualTo(1));
            for (int i = 0; i < 12; i++) {
                assertThat(CommandRun.of("queue", "pause", "queue-" + i, "--redis", url)
                                .fine()
                                .out())
                        .contains("is paused");
            }
        }
    }

    @Test
    void mistakes_areOneLineAndTwo() {
        CommandRun.of("queue").refused(2, "name a command");
        queue("lost").refused(2, "there is no command 'lost'", "list, stats, peek");
        queue("stats").refused(2, "NAME");
        queue("stats", "none").refused(2, "there is no queue none at redis://127.0.0.1:");
        queue("stats", "\u001b[31m").refused(2, "there is no queue %1B%5B31m at");
        queue("stats", "").refused(2, "there is no queue  at");
        queue("replay", "none").refused(2, "--all", "--id");
        queue("replay", "none", "--all", "--id", "a").refused(2, "mutually exclusive");
        queue("peek", "none", "-n", "0").refused(2, "-n takes 1 to 10000");
        queue("peek", "none", "-n", "x").refused(2, "-n");
        queue("peek", "none", "--state", "lost").refused(2, "--state");
        queue("peek", "none", "--raw", "--json").refused(2, "two ways");
        queue("peek", "none", "--state", "dead", "--lane", "a").refused(2, "--lane");
        queue("purge", "none", "--yes").refused(2, "--state");
        CommandRun.of("queue", "list", "--redis", "http://x").refused(2, "malformed");
        try (Millrace redis = Millrace.connect(server.url())) {
            fill(redis, "mails");
        }
        queue("peek", "mails", "--lane", "night").refused(2, "it has live, bulk");
        for (String command : List.of("list", "stats", "peek", "replay", "purge", "pause", "resume")) {
            assertThat(CommandRun.of("queue", command, "--help").fine().out())
                    .contains("Usage: millrace queue " + command, "Example", "millrace queue " + command, "--json");
        }
    }

    @Test
    void server_thatIsNotThereOrRefuses_isOneLineWithoutSecrets() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        CommandRun away = CommandRun.of("queue", "list", "--redis", "redis://:s3cret@127.0.0.1:" + port);
        away.refused(1, "127.0.0.1:" + port);
        assertThat(away.err()).doesNotContain("s3cret");
        try (RedisServer locked = RedisServer.builder().password("right").start()) {
            CommandRun refused =
                    CommandRun.of("queue", "stats", "a", "--redis", "redis://:wr0ng@127.0.0.1:" + locked.port());
            refused.refused(1, "WRONGPASS");
            assertThat(refused.err()).doesNotContain("wr0ng");
        }
    }
}
