package dev.millrace.tools.server.game;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.state.StateMode;
import dev.millrace.testkit.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class GameUnitsTest {
    private static final GameLimits LIMITS = new GameLimits(1_000, 4, Duration.ofMinutes(1), 10, 50, 100);

    /** A wire whose other end takes nothing until it is told to. */
    private static final class Stuck implements Wire {
        private final CountDownLatch takes = new CountDownLatch(1);
        private final List<String> taken = new CopyOnWriteArrayList<>();
        private volatile boolean ended;

        @Override
        public void write(List<String> texts) throws IOException {
            try {
                takes.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            taken.addAll(texts);
        }

        @Override
        public void end() {
            ended = true;
        }

        @Override
        public void cut() {}
    }

    @Test
    void offer_beyondTheLine_dropsItAndEndsWithTheReason() {
        Stuck wire = new Stuck();
        GameConnection connection = new GameConnection("c", "s", wire, LIMITS);
        connection.start();

        int taken = 0;
        while (connection.offer("line " + taken)) {
            taken++;
        }

        assertThat(taken).isBetween(4, 40);
        assertThat(connection.isEnding()).isTrue();
        assertThat(connection.offer("late")).isFalse();
        wire.takes.countDown();
        Await.until(Duration.ofSeconds(10), () -> wire.ended, "the end");
        assertThat(wire.taken.getLast()).startsWith("! you read too slowly: 4 lines");
        assertThat(wire.taken).doesNotContain("late");
    }

    @Test
    void end_behindWhatWaits_comesLast() {
        Stuck wire = new Stuck();
        wire.takes.countDown();
        GameConnection connection = new GameConnection("c", "s", wire, LIMITS);
        boolean unused = connection.offer(List.of("one\u0007", "two"));
        connection.end("good bye");
        connection.end("again");
        connection.start();
        Await.until(Duration.ofSeconds(10), () -> wire.ended, "the end");
        assertThat(wire.taken).containsExactly("one\ntwo", "good bye");
    }

    @Test
    void plainText_ofWhatHarmsTerminals_isWithoutIt() {
        assertThat(PlainText.of("plain ä 😀 €")).isEqualTo("plain ä 😀 €");
        assertThat(PlainText.of("a\u001b[2Jb\r\nc\u009bd\u202ee\u2066f\ud800g\u2028h"))
                .isEqualTo("a[2Jbcdefgh");
        assertThat(PlainText.of("👨\u200d👩")).isEqualTo("👨\u200d👩");
        assertThat(PlainText.name("Jo\u0308rg")).isEqualTo("Jörg");
        assertThat(PlainText.name("a b")).isNull();
        assertThat(PlainText.name("a/b")).isNull();
        assertThat(PlainText.name("")).isNull();
    }

    @Test
    void lineRate_afterABurst_takesSoManyASecond() {
        LineRate rate = new LineRate(50, 3, 0);
        assertThat(rate.takes(0) && rate.takes(0) && rate.takes(0)).isTrue();
        assertThat(rate.takes(0)).isFalse();
        assertThat(rate.isFirstRefusal()).isTrue();
        assertThat(rate.isFirstRefusal()).isFalse();
        assertThat(rate.takes(21_000_000)).isTrue();
        assertThat(rate.takes(21_000_000)).isFalse();
        assertThat(rate.isFirstRefusal()).isTrue();
    }

    @Test
    void stateModes_ofTexts_areReadAndWrittenAlike() {
        for (String text : List.of("hybrid", "redis-only", "read-through:250")) {
            assertThat(StateModes.text(StateModes.of(text))).isEqualTo(text);
        }
        assertThat(StateModes.of("read-through:250")).isEqualTo(StateMode.readThrough(Duration.ofMillis(250)));
        for (String wrong : List.of("", "fast", "read-through", "read-through:0", "read-through:1s")) {
            assertThatThrownBy(() -> StateModes.of(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
