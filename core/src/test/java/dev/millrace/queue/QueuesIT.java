package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.command.Command;
import dev.millrace.testkit.NoLeakedThreads;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Queues found by their keys, whatever they are called and whichever master has them. */
@OnEveryTopology
@NoLeakedThreads
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class QueuesIT {
    private static final List<String> NAMES =
            List.of(" ", "%", "%41", "%ZZ", "*?[a]\\", "A", "a:b", "mail", "x}:state", "{}", "\u0000\n", "ü€😀");

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

    @Test
    void names_ofAnyBytes_areFoundWithTheirLanes() {
        try (Millrace redis = Millrace.connect(
                server.options().commandTimeout(QueueFixture.PATIENT).build())) {
            assertThat(redis.queues().names()).isEmpty();
            for (String name : NAMES) {
                redis.queue(QueueOptions.strings(name)
                                .lanes(new Lane("live", 5), new Lane("bulk", 1))
                                .build())
                        .enqueue("payload of " + name);
            }
            redis.run(Command.of("HSET", "millrace:queue:{not escaped}:state", "lanes", "a"));
            redis.run(Command.of("HSET", "millrace:queue:{%FF}:state", "lanes", "a"));

            assertThat(redis.queues().names()).containsExactlyInAnyOrderElementsOf(NAMES);
            for (String name : NAMES) {
                QueueOptions<byte[]> options =
                        redis.queues().find(name).orElseThrow().build();
                assertThat(options.lanes()).extracting(Lane::name).containsExactly("live", "bulk");
                assertThat(new String(
                                redis.queue(options)
                                        .admin()
                                        .peek(JobState.READY, 0, 1)
                                        .getFirst()
                                        .payload(),
                                StandardCharsets.UTF_8))
                        .isEqualTo("payload of " + name);
            }
            assertThat(redis.queues().find("none")).isEmpty();
        }
    }

    @Test
    void escaped_andBack_isTheSame() {
        for (String name : NAMES) {
            assertThat(Queues.escaped(name)).matches("[A-Za-z0-9._%-]+");
            assertThat(Queues.unescaped(Queues.escaped(name))).isEqualTo(name);
        }
        assertThat(Queues.unescaped("a b/ü")).isEqualTo("a b/ü");
    }
}
