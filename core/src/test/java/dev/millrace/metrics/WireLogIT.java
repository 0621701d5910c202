package dev.millrace.metrics;

import static dev.millrace.command.BlockingLists.blpop;
import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.DedicatedConnection;
import dev.millrace.Millrace;
import dev.millrace.command.Command;
import dev.millrace.command.Script;
import dev.millrace.command.ServerError;
import dev.millrace.connection.Subscription;
import dev.millrace.testkit.RedisServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a process with {@code DEBUG} in its environment prints: asked for as users do, in a process of its own. */
class WireLogIT {
    private static final String PASSWORD = "s3cret-password";
    private static final String KEY = "s3cret-key";
    private static final String VALUE = "s3cret-value";
    private static RedisServer server;

    /** Uses every kind of connection and call once. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws InterruptedException {
            try (Millrace redis = Millrace.connect(arguments[0])) {
                redis.run(set(KEY, VALUE));
                redis.run(get(KEY));
                redis.start(get(KEY)).toCompletableFuture().join();
                var batch = redis.batch();
                batch.add(set(KEY + 1, VALUE));
                batch.add(get(KEY + 1));
                batch.run();
                var transaction = redis.transaction();
                transaction.add(set(KEY + 2, VALUE));
                transaction.run();
                redis.run(Script.returningText("return ARGV[1]").call(List.of(KEY), VALUE));
                redis.run(Command.of("RPUSH", KEY + 3, VALUE));
                redis.run(blpop(Duration.ofSeconds(5), KEY + 3));
                redis.run(Command.of("CONFIG", "SET", "requirepass", PASSWORD));
                redis.run(Command.of("ACL SETUSER", "bob", ">" + VALUE));
                try (DedicatedConnection connection = redis.dedicated()) {
                    connection.run(Command.of("AUTH", PASSWORD));
                    connection.run(Command.of("XGROUP CREATECONSUMER", KEY, VALUE, "c"));
                } catch (ServerError expected) {
                    System.out.println(expected.getMessage());
                }
                CountDownLatch heard = new CountDownLatch(1);
                try (Subscription subscription = redis.subscribe((channel, payload) -> heard.countDown(), KEY)) {
                    redis.run(Command.of("PUBLISH", KEY, VALUE));
                    heard.await();
                    System.out.println(subscription.kind());
                }
            }
        }
    }

    @BeforeAll
    static void start() {
        server = RedisServer.builder().password(PASSWORD).start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void debug_redisAll_printsEachCommandAndReplyWithoutKeysValuesAndCredentials() throws Exception {
        server.ask("SCRIPT", "FLUSH");
        List<String> lines = linesWith("redis*");
        assertThat(lines)
                .allMatch(line -> line.matches("  redis:(wire [→←]|connection) 127\\.0\\.0\\.1:\\d+ .* \\+\\d+ms"));
        assertThat(lines)
                .noneMatch(line -> line.contains("s3cret"))
                .anyMatch(line -> line.contains(" → ") && line.contains(" SET 1 key, arguments of 10, 12 bytes +"))
                .anyMatch(line -> line.contains(" ← ") && line.contains(" SET SIMPLE, 5 bytes +"))
                .anyMatch(line -> line.contains(" ← ") && line.contains(" GET BULK, "))
                .anyMatch(line -> line.matches(".* → \\S+ HELLO \\+\\d+ms"))
                .anyMatch(line -> line.matches(".* ← \\S+ HELLO MAP, \\d+ bytes .*"))
                .anyMatch(line -> line.matches(".* → \\S+ AUTH \\+\\d+ms"))
                .anyMatch(line -> line.matches(".* → \\S+ ACL SETUSER \\+\\d+ms"))
                .anyMatch(line -> line.matches(".* → \\S+ CONFIG \\+\\d+ms"))
                .anyMatch(line -> line.matches(".* → \\S+ MULTI \\+\\d+ms"))
                .anyMatch(line -> line.contains(" EXEC ARRAY, "))
                .anyMatch(line -> line.contains(" BLPOP ARRAY, "))
                .anyMatch(line -> line.contains(" EVALSHA ERROR, "))
                .anyMatch(line -> line.contains(" EVAL BULK, "))
                .anyMatch(line -> line.contains(" → ") && line.contains(" SUBSCRIBE "))
                .anyMatch(line -> line.contains(" message PUSH, "))
                .anyMatch(line -> line.contains("redis:connection") && line.contains(" connected, redis"));
        assertThat(count(lines, " → ")).as("commands have as many replies").isLessThanOrEqualTo(count(lines, " ← "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:connection", "*,-redis:wire"})
    void debug_connectionsOnly_printsNoCommand(String debug) throws Exception {
        assertThat(linesWith(debug)).isNotEmpty().allMatch(line -> line.startsWith("  redis:connection "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "http*,express", "redis*,-redis:*"})
    void debug_otherNames_printsNothing(String debug) throws Exception {
        assertThat(linesWith(debug)).isEmpty();
    }

    private static long count(List<String> lines, String part) {
        return lines.stream().filter(line -> line.contains(part)).count();
    }

    private static List<String> linesWith(String debug) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                server.url().replace("//", "//:" + PASSWORD + "@"));
        builder.environment().put("DEBUG", debug);
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        try {
            String printed = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(printed).isZero();
            return printed.lines().toList();
        } finally {
            process.destroyForcibly();
        }
    }
}
