package dev.millrace.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.ServerError;
import dev.millrace.metrics.ClientListener;
import dev.millrace.resilience.CircuitBreaker;
import dev.millrace.testkit.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReachabilityTest {
    private static final IOException REFUSED = new IOException("refused");

    private final List<String> told = new CopyOnWriteArrayList<>();
    private final CountDownLatch mayBeTold = new CountDownLatch(1);
    private final Reachability reachability =
            new Reachability(ConnectionOptions.to("127.0.0.1", 1), new ClientListener() {
                @Override
                public void connected(String node) {
                    told.add("connected");
                }

                @Override
                public void disconnected(String node, String cause) {
                    told.add("disconnected");
                }

                @Override
                public void circuitChanged(String node, CircuitBreaker.State state) {
                    try {
                        mayBeTold.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    told.add(state.name());
                }
            });

    private static long later() {
        return System.nanoTime() + Duration.ofHours(1).toNanos();
    }

    private static MillraceException told(@Nullable Supplier<? extends MillraceException> refusal) {
        return Objects.requireNonNull(refusal, "callers are told nothing").get();
    }

    @Test
    void look_whileTheFirstAttemptHangs_opensNothing() {
        reachability.trying();
        assertThat(reachability.look(later())).isNull();
        assertThat(reachability.refusal()).isNull();
        assertThat(reachability.isCircuitOpen()).isFalse();
    }

    @Test
    void look_whileAnAttemptAfterALossHangs_refusesWhatWaitsAndWhatComes() {
        mayBeTold.countDown();
        reachability.connected();
        reachability.lost("silent");
        assertThat(reachability.look(later())).as("no attempt hangs").isNull();
        reachability.trying();
        assertThat(reachability.look(System.nanoTime()))
                .as("before the patience is over")
                .isNull();
        assertThat(told(reachability.look(later()))).isInstanceOf(NotSent.class).hasMessageContaining("(silent)");
        assertThat(told(reachability.look(later()))).isInstanceOf(NotSent.class);
        assertThat(told(reachability.refusal())).hasMessageContaining("the circuit is open");
        assertThat(reachability.isCircuitOpen()).isTrue();
        assertThat(reachability.hangs()).isTrue();

        long unused = reachability.failed(REFUSED, "refused", null);
        assertThat(reachability.hangs()).isFalse();
        reachability.trying();
        assertThat(reachability.look(later()))
                .as("it is open, and nobody waits")
                .isNull();
        assertThat(told(reachability.refusal())).hasMessageContaining("after 1 attempts");
    }

    /** It would be refused for ever: no attempt follows but by a call. */
    @Test
    void look_afterARefusal_leavesItToTheNextCall() {
        mayBeTold.countDown();
        long next = reachability.failed(REFUSED, "WRONGPASS", () -> ServerError.of("WRONGPASS invalid"));
        reachability.trying();
        assertThat(reachability.look(later())).isNull();
        Await.until(Duration.ofSeconds(10), () -> System.nanoTime() - next >= 0, () -> "its time to be over");
        assertThat(reachability.look(later())).isNull();
        assertThat(reachability.refusal()).as("a call may try").isNull();
    }

    @Test
    void connected_whileTheListenerIsStillTold_isToldBehind() throws Exception {
        reachability.lost("silent");
        reachability.trying();
        assertThat(told(reachability.look(later()))).isInstanceOf(NotSent.class);
        Thread writer = Thread.ofVirtual().start(reachability::connected);
        Await.until(Duration.ofSeconds(10), () -> reachability.refusal() == null, () -> "calls to be taken");
        assertThat(told).containsExactly("disconnected");
        mayBeTold.countDown();
        writer.join();
        assertThat(told).containsExactly("disconnected", "OPEN", "connected", "CLOSED");
        assertThat(reachability.look(later())).isNull();
    }
}
