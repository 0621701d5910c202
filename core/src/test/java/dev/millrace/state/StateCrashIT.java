package dev.millrace.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.Hashes;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * A process that is killed with kill -9 while its 1,000 connections change, and started again: what was acknowledged of critical
 * changes is in Redis, async changes are lost for no longer than it said, its connections are gone then, and those of others are
 * as they were.
 */
@NoLeakedThreads
class StateCrashIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int CONNECTIONS = 1_000;

    /** What a loop over all connections and the machine's other work may take. */
    private static final Duration SLACK = Duration.ofMillis(500);

    @Test
    @Timeout(120)
    void processThatIsKilled_losesNoAcknowledgedChange_andLeavesNothing(TestReporter reporter) {
        crashes(2, reporter);
    }

    @Test
    @Tag("stress")
    @Timeout(600)
    void processThatIsKilledOften_losesNoAcknowledgedChange_andLeavesNothing(TestReporter reporter) {
        crashes(20, reporter);
    }

    private static void crashes(int rounds, TestReporter reporter) {
        long seed = Long.getLong("millrace.seed", new Random().nextInt(1_000_000));
        System.out.println("crashes of a state's process: -Dmillrace.seed=" + seed);
        Random random = new Random(seed);
        try (RedisServer server = RedisServer.start();
                Millrace redis = Millrace.connect(server.url());
                State<Object> live =
                        redis.state(StateProcessMain.options("live").build())) {
            Map<StateRecord<Object>, Long> ours = new HashMap<>();
            for (int i = 0; i < 100; i++) {
                ours.put(live.register("live-" + i, null, change -> change.set(StateProcessMain.CRITICAL, 0)), 0L);
            }
            for (int round = 0; round < rounds; round++) {
                long number = round + 1;
                StateProcess victim = new StateProcess(server.url(), "victim", CONNECTIONS);
                try (victim) {
                    long enough = CONNECTIONS / 2 + random.nextInt(4_000);
                    Await.until(PATIENCE, () -> victim.isOpen, () -> "it opens");
                    ours.replaceAll((record, before) -> {
                        assertThat(record.set(StateProcessMain.CRITICAL, number))
                                .isTrue();
                        return number;
                    });
                    Await.until(PATIENCE, () -> victim.changes.get() > enough, () -> "changes: " + victim.changes);
                }
                check(redis, victim, System.nanoTime(), reporter);
            }
            try (StateProcess successor = new StateProcess(server.url(), "victim", 0)) {
                Await.until(PATIENCE, () -> successor.isOpen, () -> "it opens");
                Await.until(PATIENCE, () -> live.all().size() == ours.size(), () -> "its connections are gone here");
                assertThat(server.ask("ZCARD", "millrace:state:{chaos}:homes").toString())
                        .isEqualTo("100");
                assertThat(((List<?>) server.ask("KEYS", "millrace:state:{chaos}:[cv]:victim*")))
                        .isEmpty();
            }
            ours.forEach((record, number) -> {
                assertThat(record.isGone()).isFalse();
                assertThat(record.get(StateProcessMain.CRITICAL)).isEqualTo(number);
                assertThat(server.ask("HGET", "millrace:state:{chaos}:c:" + record.id(), "cr")
                                .toString())
                        .isEqualTo(Long.toString(number));
            });
        }
    }

    private static void check(Millrace redis, StateProcess victim, long killed, TestReporter reporter) {
        Batch batch = redis.batch();
        Map<String, Reply<String>> critical = new TreeMap<>();
        Map<String, Reply<String>> seen = new TreeMap<>();
        IntStream.range(0, CONNECTIONS).mapToObj(i -> "victim-" + i).forEach(id -> {
            critical.put(id, batch.add(Hashes.hget("millrace:state:{chaos}:c:" + id, "cr")));
            seen.put(id, batch.add(Hashes.hget("millrace:state:{chaos}:v:" + id, "ls")));
        });
        batch.run();
        victim.acknowledged.forEach((id, number) ->
                assertThat(Long.parseLong(critical.get(id).get())).as(id).isGreaterThanOrEqualTo(number));
        long oldest = seen.values().stream()
                .mapToLong(reply -> killed - Long.parseLong(reply.get()))
                .max()
                .orElseThrow();
        reporter.publishEntry(
                "crash",
                victim.changes + " critical changes; async ones lost: the last " + oldest / 1_000_000
                        + " ms; said to be unwritten: " + victim.oldestNanos.get() / 1_000_000 + " ms at the most");
        assertThat(Duration.ofNanos(oldest))
                .isLessThan(Duration.ofNanos(victim.oldestNanos.get())
                        .plus(Duration.ofMillis(20)) // the interval
                        .plus(SLACK));
    }
}
