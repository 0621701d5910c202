package dev.millrace.topology;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.MillraceException;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.sentinel.SentinelFailover;
import dev.millrace.testkit.sentinel.SentinelTrio;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NoLeakedThreads
@Timeout(180)
class SentinelFailoverIT {
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final int CALLERS = 20;

    /** Between two looks, and the way of the news; beside twice the failover's own time. */
    private static final Duration NOTICING = Duration.ofSeconds(1);

    private static SentinelTrio trio;

    @BeforeAll
    static void start() {
        trio = SentinelTrio.start();
    }

    @AfterAll
    static void stop() {
        trio.close();
    }

    @BeforeEach
    void settle() {
        for (RedisServer server : trio.servers()) {
            if (!server.isRunning()) {
                server.restart();
            }
        }
        trio.awaitSettled();
        trio.master().ask("FLUSHALL");
    }

    private static MillraceOptions.Builder options() {
        return MillraceOptions.sentinel(trio.masterName(), trio.sentinelSeeds().toArray(String[]::new))
                .clientName("sentinel-failover");
    }

    private static void awaitMore(CountingCallers callers, long writes) {
        long wanted = callers.acknowledged() + writes;
        Await.until(PATIENT, () -> callers.acknowledged() > wanted, () -> "only " + callers.acknowledged());
    }

    /** A former master that is up takes writes until it hears of its end, and so does a client. */
    private static void awaitFollowed(Millrace redis, RedisServer successor) {
        Await.until(
                PATIENT,
                () -> {
                    try {
                        redis.run(set("followed", "yes").idempotent());
                        return "yes".equals(successor.ask("GET", "followed"));
                    } catch (MillraceException e) {
                        return false; // it has not heard of the successor yet
                    }
                },
                "it never wrote to the successor");
    }

    private interface Failover {
        SentinelFailover happen();
    }

    private static void underLoad(String what, Failover failover) throws InterruptedException {
        try (Millrace redis = Millrace.connect(options().build())) {
            CountingCallers callers = new CountingCallers(redis).start(CALLERS);
            SentinelFailover happened;
            long looks;
            try {
                awaitMore(callers, 1_000);
                looks = redis.routing().refreshes();
                happened = failover.happen();
                awaitFollowed(redis, happened.successor());
                awaitMore(callers, 1_000);
                looks = redis.routing().refreshes() - looks;
            } finally {
                callers.stop();
            }
            assertThat(trio.master()).isEqualTo(happened.successor());
            System.out.println(what + ", which took " + happened.took().toMillis() + " ms: "
                    + callers.check(happened.successor(), 1) + "; " + looks + " looks");
            assertThat(callers.longestWithoutRead())
                    .isLessThan(happened.agreed().multipliedBy(2).plus(NOTICING));
        }
    }

    @Test
    void failover_demandedOfTheSentinels_isFollowedUnderLoad() throws InterruptedException {
        underLoad("SENTINEL FAILOVER", trio::failOver);
    }

    @Test
    void failover_masterKilled_isFollowedUnderLoad() throws InterruptedException {
        underLoad("a master killed with -9", () -> trio.awaitFailover(trio.killMaster()));
    }

    @Test
    void failover_masterFrozen_isFollowedUnderLoad() throws InterruptedException {
        RedisServer frozen = trio.master();
        try {
            underLoad("a frozen master", () -> trio.awaitFailover(trio.pauseMaster()));
        } finally {
            frozen.resume();
        }
    }

    @Test
    void formerMaster_backAsAReplica_isNotWrittenTo() {
        try (Millrace redis = Millrace.connect(options().build())) {
            redis.run(set("key", "before"));
            RedisServer former = trio.killMaster();
            SentinelFailover failover = trio.awaitFailover(former);
            former.restart();
            awaitFollowed(redis, failover.successor());
            trio.awaitSettled();
            for (int i = 0; i < 1_000; i++) {
                redis.run(set("key" + i, "value"));
            }
            assertThat(String.valueOf(former.ask("CLIENT", "LIST"))).doesNotContain("name=sentinel-failover");
            assertThat(String.valueOf(failover.successor().ask("CLIENT", "LIST")))
                    .contains("name=sentinel-failover");
        }
    }

    @Test
    void readOnly_masterThatIsAReplicaForAMoment_isLookedAtAgainUntilItIsOne() {
        RedisServer master = trio.master();
        try (Millrace redis = Millrace.connect(options()
                .refresh(new Refresh(Duration.ofHours(1), Duration.ofMillis(50)))
                .build())) {
            redis.run(set("key", "before"));
            long looks = redis.routing().refreshes();
            master.ask("REPLICAOF", "127.0.0.1", "1");
            CompletableFuture<String> waiting;
            try {
                waiting = redis.start(set("key", "after"), PATIENT).toCompletableFuture();
                Await.until(PATIENT, () -> redis.routing().refreshes() > looks, "nobody looked");
                assertThat(waiting).isNotDone();
            } finally {
                master.ask("REPLICAOF", "NO", "ONE");
            }
            waiting.join();
            assertThat(master.ask("GET", "key")).isEqualTo("after");
        }
    }

    @Test
    void failover_withoutAnyCommandMeanwhile_isKnownFromTheSentinels() {
        try (Millrace redis = Millrace.connect(options()
                .refresh(new Refresh(Duration.ofHours(1), Duration.ofMillis(50)))
                .build())) {
            redis.run(set("key", "before"));
            SentinelFailover failover = trio.failOver();
            Await.until(
                    PATIENT,
                    () -> String.valueOf(failover.successor().ask("CLIENT", "LIST"))
                            .contains("name=sentinel-failover"),
                    "no connection to the successor was made");
            redis.run(set("key", "after"));
            assertThat(failover.successor().ask("GET", "key")).isEqualTo("after");
        }
    }

    @Test
    void reads_fromReplicas_goOnWhenOneDies() {
        try (Millrace redis = Millrace.connect(
                options().replicaReads(ReadPolicy.REPLICA_PREFERRED).build())) {
            redis.run(set("key", "value"));
            Await.until(PATIENT, () -> "value".equals(redis.run(get("key"))), "no replica has it");
            assertThat(redis.routing().replicaReads()).isPositive();
            RedisServer replica = trio.replicas().getFirst();
            replica.kill();
            Await.until(
                    PATIENT,
                    () -> String.valueOf(trio.sentinels().getFirst().ask("SENTINEL", "REPLICAS", trio.masterName()))
                            .contains("s_down"),
                    "the Sentinel does not notice");
            for (int i = 0; i < 100; i++) {
                assertThat(redis.run(get("key"))).isEqualTo("value");
            }
        }
    }
}
