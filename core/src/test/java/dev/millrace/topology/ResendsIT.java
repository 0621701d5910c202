package dev.millrace.topology;

import static dev.millrace.command.Lists.lrange;
import static dev.millrace.command.Lists.rpush;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.command.Strings;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NoLeakedThreads
@Timeout(60)
class ResendsIT {
    private static final int MANY = 2_000;

    @Test
    void commandsLostTogether_areSentAgainInTheirOrder() {
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server);
                Millrace redis = Millrace.connect(proxy.url())) {
            redis.run(rpush("list", "first"));
            proxy.freeze();
            List<CompletableFuture<Long>> lost = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                lost.add(redis.start(rpush("list", Integer.toString(i)).idempotent())
                        .toCompletableFuture());
            }
            Await.until(
                    Duration.ofSeconds(20), () -> redis.statistics().inFlight() == MANY, "not all have been written");
            proxy.cut();
            proxy.thaw();
            lost.forEach(CompletableFuture::join);

            List<String> expected = new ArrayList<>(List.of("first"));
            IntStream.range(0, MANY).mapToObj(Integer::toString).forEach(expected::add);
            assertThat(redis.run(lrange("list", 0, -1))).isEqualTo(expected);
        }
    }

    @Test
    void close_whileACommandWaitsForItsNextTry_endsIt() {
        CompletableFuture<String> started;
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server);
                Millrace redis = Millrace.connect(proxy.url())) {
            redis.run(Strings.get("key"));
            proxy.freeze();
            started = redis.start(Strings.get("key")).toCompletableFuture();
            Await.until(Duration.ofSeconds(20), () -> redis.statistics().inFlight() == 1, "it is not under way");
            proxy.cut();
        }
        assertThat(started.handle((value, failure) -> failure).join())
                .isInstanceOfAny(NotSent.class, OutcomeUnknown.class, Rejected.class);
    }
}
