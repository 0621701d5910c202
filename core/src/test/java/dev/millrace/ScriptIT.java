package dev.millrace;

import static dev.millrace.command.Strings.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.Command;
import dev.millrace.command.Script;
import dev.millrace.command.ServerError;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEveryTopology
@NoLeakedThreads
class ScriptIT {
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static final Script<Long> ADD = Script.returningLong("return redis.call('INCRBY', KEYS[1], ARGV[1])");
    private static final Script<String> READ =
            Script.returningText("return redis.call('GET', KEYS[1])").readOnly();
    private static TestDeployment server;

    @BeforeAll
    static void start() {
        server = TestDeployment.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void empty() {
        server.ask("FLUSHALL");
        server.ask("SCRIPT", "FLUSH");
        server.ask("CONFIG", "RESETSTAT");
    }

    private static Millrace connect() {
        return Millrace.connect(server.options().commandTimeout(PATIENT).build());
    }

    @Test
    void run_firstTimeAndAfterAFlush_sendsTheSourceOnceEach() {
        try (Millrace redis = connect()) {
            for (int i = 1; i <= 10; i++) {
                assertThat(redis.run(ADD.call(List.of("n"), "1"))).isEqualTo(i);
            }
            server.ask("SCRIPT", "FLUSH");
            for (int i = 11; i <= 20; i++) {
                assertThat(redis.run(ADD.call(List.of("n"), "1"))).isEqualTo(i);
            }
            assertThat(calls("eval")).isEqualTo(2);
            assertThat(calls("evalsha")).isEqualTo(20);
        }
    }

    @Test
    void start_afterAFlush_sendsTheSource() {
        try (Millrace redis = connect()) {
            for (int round = 1; round <= 3; round++) {
                server.ask("SCRIPT", "FLUSH");
                List<CompletableFuture<Long>> sums = IntStream.range(0, 100)
                        .mapToObj(i -> redis.start(ADD.call(List.of("n"), "1")).toCompletableFuture())
                        .toList();
                CompletableFuture.allOf(sums.toArray(CompletableFuture[]::new)).join();
                assertThat(sums.stream().map(CompletableFuture::join).distinct())
                        .hasSize(100);
                assertThat(redis.run(get("n"))).isEqualTo(Integer.toString(100 * round));
            }
        }
    }

    @Test
    void run_readOnlyScript_sendsTheSourceToo() {
        try (Millrace redis = connect()) {
            redis.run(ADD.call(List.of("n"), "5"));
            server.ask("SCRIPT", "FLUSH");
            assertThat(redis.run(READ.call(List.of("n")))).isEqualTo("5");
            assertThat(redis.start(READ.call(List.of("n")))
                            .toCompletableFuture()
                            .join())
                    .isEqualTo("5");
            assertThat(redis.run(READ.call(List.of("{n}absent")))).isNull();
            assertThat(calls("eval_ro")).isEqualTo(1);
        }
    }

    @Test
    void dedicated_afterAFlush_sendsTheSourceInBatchesToo() {
        try (Millrace redis = connect();
                DedicatedConnection connection = redis.dedicated("n")) {
            assertThat(connection.run(ADD.call(List.of("n"), "1"))).isEqualTo(1);
            server.ask("SCRIPT", "FLUSH");
            Batch batch = connection.batch();
            Reply<Long> first = batch.add(ADD.call(List.of("n"), "1"));
            Reply<String> between = batch.add(get("{n}other"));
            Reply<Long> second = batch.add(ADD.call(List.of("n"), "1"));
            batch.run();
            assertThat(first.get()).isEqualTo(2);
            assertThat(between.get()).isNull();
            assertThat(second.get()).isEqualTo(3);
        }
    }

    @Test
    void run_scriptThatFails_isItsErrorAndRanOnce() {
        try (Millrace redis = connect()) {
            Script<Long> failing =
                    Script.returningLong("redis.call('INCR', KEYS[1]); return redis.call('LPUSH', KEYS[1], 'x')");
            assertThatThrownBy(() -> redis.run(failing.call(List.of("n")))).isInstanceOf(ServerError.WrongType.class);
            assertThatThrownBy(() -> redis.start(failing.call(List.of("n")))
                            .toCompletableFuture()
                            .join())
                    .hasCauseInstanceOf(ServerError.WrongType.class);
            assertThat(redis.run(get("n"))).isEqualTo("2");
        }
    }

    @Test
    void run_scriptThatAnswersNoscriptItself_ends() {
        try (Millrace redis = connect()) {
            Script<Long> odd = Script.returningLong("return redis.error_reply('NOSCRIPT of its own')");
            assertThatThrownBy(() -> redis.run(odd.call(List.of()))).isInstanceOf(ServerError.NoScript.class);
            assertThatThrownBy(() -> redis.start(odd.call(List.of()))
                            .toCompletableFuture()
                            .join())
                    .hasCauseInstanceOf(ServerError.NoScript.class);
            Batch batch = redis.batch();
            Reply<Long> reply = batch.add(odd.call(List.of()));
            batch.run();
            assertThat(reply.error()).isInstanceOf(ServerError.NoScript.class);
        }
    }

    @Test
    void run_scriptThatDoesNotCompile_isTheServersError() {
        try (Millrace redis = connect()) {
            assertThatThrownBy(() -> redis.run(Script.of("this is no lua").call(List.of())))
                    .isInstanceOf(ServerError.Other.class)
                    .hasMessageContaining("Error compiling script")
                    .message()
                    .hasLineCount(1);
        }
    }

    @Test
    void run_digestOfTheCallersOwn_isFinal() {
        try (Millrace redis = connect()) {
            assertThatThrownBy(() -> redis.run(Command.of("EVALSHA", ADD.digest(), 1, "n", 1)))
                    .isInstanceOf(ServerError.NoScript.class);
        }
    }

    @Test
    void run_binaryKeysAndArguments_arriveAsTheyAre() {
        try (Millrace redis = connect()) {
            byte[] key = {0, (byte) 0xff, '\r', '\n'};
            Script<Long> length = Script.returningLong("return #KEYS[1] * 100 + #ARGV[1]");
            assertThat(redis.run(length.call(new Object[] {key}, new byte[] {1, 2, 3})))
                    .isEqualTo(403);
        }
    }

    private static long calls(String command) {
        return server.calls(command);
    }
}
