package dev.millrace.topology;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.NotSent;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.sentinel.SentinelFailover;
import dev.millrace.testkit.sentinel.SentinelTrio;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NoLeakedThreads
@Timeout(120)
class SentinelLoginIT {
    private static SentinelTrio trio;

    @BeforeAll
    static void start() {
        trio = SentinelTrio.builder()
                .sentinelPassword("watchword")
                .sentinelUser(
                        "asker",
                        "on",
                        ">question",
                        "resetchannels",
                        "&+switch-master",
                        "-@all",
                        "+hello",
                        "+ping",
                        "+subscribe",
                        "+sentinel|get-master-addr-by-name")
                .start();
    }

    @AfterAll
    static void stop() {
        trio.close();
    }

    private static MillraceOptions.Builder options() {
        return MillraceOptions.sentinel(trio.masterName(), trio.sentinelSeeds().toArray(String[]::new));
    }

    @Test
    void run_passwordOfTheSentinels_isServed() {
        try (Millrace redis = Millrace.connect(
                options().sentinelCredentials(null, "watchword").build())) {
            redis.run(set("key", "value"));
            assertThat(redis.run(get("key"))).isEqualTo("value");
        }
    }

    @Test
    void run_wrongPasswordOfTheSentinels_saysWhoRefuses() {
        try (Millrace redis =
                Millrace.connect(options().sentinelCredentials(null, "hunter2").build())) {
            assertThatThrownBy(() -> redis.run(get("key")))
                    .isInstanceOf(NotSent.class)
                    .hasMessageContaining("the Sentinel at 127.0.0.1:")
                    .hasMessageContaining("refuses this client (WRONGPASS")
                    .hasMessageContaining("Sentinels have users and passwords of their own")
                    .satisfies(failure -> assertThat(failure.toString()).doesNotContain("hunter2"));
        }
    }

    @Test
    void run_noPasswordForTheSentinels_saysWhoRefuses() {
        try (Millrace redis = Millrace.connect(options().build())) {
            assertThatThrownBy(() -> redis.run(get("key")))
                    .isInstanceOf(NotSent.class)
                    .hasMessageContaining("refuses this client (NOAUTH");
        }
    }

    @Test
    void failover_userThatMayAskForTheMasterAndHearOfSwitches_isEnough() {
        try (Millrace redis = Millrace.connect(options()
                .sentinelCredentials("asker", "question")
                .refresh(new Refresh(Duration.ofHours(1), Duration.ofMillis(50)))
                .build())) {
            redis.run(set("key", "before"));
            SentinelFailover failover = trio.failOver();
            RedisServer successor = failover.successor();
            Await.until( // the former master takes writes until it hears of its end
                    Duration.ofSeconds(30),
                    () -> {
                        redis.run(set("key", "after"));
                        return "after".equals(successor.ask("GET", "key"));
                    },
                    "it never wrote to the successor");
            trio.awaitSettled();
        }
    }
}
