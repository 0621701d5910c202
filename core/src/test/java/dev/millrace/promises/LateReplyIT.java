package dev.millrace.promises;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.TestProxies;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.Direction;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** A reply that comes after its call was given up is thrown away, once. */
@OnEveryTopology
@NoLeakedThreads
class LateReplyIT {
    private static final Duration DEADLINE = Duration.ofSeconds(20);

    @Test
    void start_replyComesAfterTheDeadline_endsOnceAndIsCountedOnce() {
        Ear ear = new Ear();
        try (TestDeployment server = TestDeployment.start();
                TestProxies proxy = server.proxies();
                Millrace redis =
                        Millrace.connect(server.options(proxy).listener(ear).build())) {
            redis.run(set("key", "value"));
            proxy.freeze(Direction.TO_CLIENT);
            var late = redis.start(get("key"), Duration.ofMillis(50)).toCompletableFuture();
            assertThatThrownBy(late::join)
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(OutcomeUnknown.class);
            proxy.thaw();
            Await.until(DEADLINE, () -> redis.statistics().inFlight() == 0, "the late reply has come");
            assertThat(redis.start(get("key")).toCompletableFuture().join()).isEqualTo("value");
            assertThat(ear.ended).hasValue(3);

            // With nothing under way, a lone caller gets a connection of its own again.
            Await.until(
                    DEADLINE,
                    () -> "value".equals(redis.run(get("key")))
                            && redis.statistics().connections() > 1,
                    () -> "a direct connection: " + redis.statistics());
        }
    }
}
