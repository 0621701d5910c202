package dev.millrace;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.getBytes;
import static dev.millrace.command.Strings.incr;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.command.Command;
import dev.millrace.command.NotSent;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NoLeakedThreads
class UnixSocketIT {
    private static final Duration PATIENT = Duration.ofSeconds(30);

    @Test
    void run_overAUnixSocket_everyKindOfCallWorks() {
        try (RedisServer server = RedisServer.builder().unixSocket().start();
                Millrace redis = Millrace.connect(server.unixUrl() + "?db=3&client_name=by-socket")) {
            redis.run(set("k", "v"));
            Await.until(
                    PATIENT,
                    () -> {
                        assertThat(redis.run(get("k"))).isEqualTo("v");
                        return redis.statistics().connections() > 1;
                    },
                    "a lone caller never got a connection of its own");
            List<CompletableFuture<Long>> counts = IntStream.range(0, 1_000)
                    .mapToObj(i -> redis.start(incr("count")).toCompletableFuture())
                    .toList();
            CompletableFuture.allOf(counts.toArray(CompletableFuture[]::new)).join();
            assertThat(redis.run(get("count"))).isEqualTo("1000");
            byte[] large = new byte[5_000_000];
            redis.run(set("large", large));
            assertThat(redis.run(getBytes("large"))).isEqualTo(large);
            redis.run(Command.of("LPUSH", "list", "x"));
            assertThat(redis.run(Command.of("BLPOP", "list", "1")).asList()).hasSize(2);
            List<String> heard = new CopyOnWriteArrayList<>();
            try (var subscription = redis.subscribe(
                    (channel, payload) -> heard.add(new String(payload, StandardCharsets.UTF_8)), "news")) {
                redis.run(Command.of("PUBLISH", "news", "hello"));
                Await.until(PATIENT, () -> heard.equals(List.of("hello")), "the message did not arrive");
            }
            assertThat(String.valueOf(server.ask("CLIENT", "LIST"))).contains("name=by-socket ", " db=3 ");
            assertThat(redis.statistics().inFlight()).isZero();
        }
    }

    @Test
    void run_serverRestarted_comesBack() {
        try (RedisServer server = RedisServer.builder().unixSocket().start();
                Millrace redis = Millrace.connect(MillraceOptions.builder(server.unixUrl())
                        .commandTimeout(PATIENT)
                        .build())) {
            redis.run(set("k", "v"));
            server.restart();
            assertThat(redis.run(get("k"))).isNull();
            redis.run(set("k", "v"));
            assertThat(redis.run(get("k"))).isEqualTo("v");
        }
    }

    @Test
    void run_socketThatIsNotThere_isNotSentAndNamesThePath(@TempDir Path folder) {
        Path path = folder.resolve("redis.sock");
        MillraceOptions options = MillraceOptions.builder("unix://" + path)
                .commandTimeout(Duration.ofMillis(400))
                .build();
        try (Millrace redis = Millrace.connect(options)) {
            assertThatThrownBy(() -> redis.run(get("k")))
                    .isInstanceOf(NotSent.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("No such file or directory")
                    .message()
                    .hasLineCount(1);
            assertThatThrownBy(redis::dedicated).isInstanceOf(NotSent.class).hasMessageContaining(path.toString());
        }
    }

    @Test
    void run_pathThatIsTooLong_isNotSent(@TempDir Path folder) {
        Path path = folder.resolve("x".repeat(200));
        MillraceOptions options = MillraceOptions.builder("unix://" + path)
                .commandTimeout(Duration.ofMillis(400))
                .build();
        try (Millrace redis = Millrace.connect(options)) {
            assertThatThrownBy(() -> redis.run(get("k"))).isInstanceOf(NotSent.class);
            assertThatThrownBy(redis::dedicated).isInstanceOf(NotSent.class);
        }
    }
}
