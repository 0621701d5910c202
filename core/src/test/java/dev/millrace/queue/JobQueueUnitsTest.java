package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Scores, records, keys, back-off, and what options refuse: all that needs no server. */
class JobQueueUnitsTest {
    // ---- scores ----

    @Test
    void score_ofEveryPriorityAndEitherEnd_isExactAsADouble() {
        for (int priority = 0; priority <= 511; priority++) {
            for (long sequence : new long[] {0, 1, 12_345_678_901L, Score.SEQUENCES - 1}) {
                double score = Score.of(priority, sequence);
                assertThat((long) score).isEqualTo(Score.of(priority, sequence)).isLessThan(1L << 53);
                assertThat(Score.priority(score)).isEqualTo(priority);
                assertThat(Score.sequence(score)).isEqualTo(sequence);
            }
        }
    }

    @Test
    void score_ofAHigherPriority_isLowerWhateverTheSequence() {
        assertThat(Score.of(2, Score.SEQUENCES - 1)).isLessThan(Score.of(1, 0));
        assertThat(Score.of(1, 7)).isLessThan(Score.of(1, 8));
    }

    @Test
    void score_outOfRange_isRefused() {
        assertThatThrownBy(() -> Score.of(512, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Score.of(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Score.of(0, Score.SEQUENCES)).isInstanceOf(IllegalArgumentException.class);
    }

    // ---- records ----

    @Test
    void record_asTheScriptsPackIt_isRead() {
        byte[] type = "kind".getBytes(StandardCharsets.UTF_8);
        ByteBuffer packed = ByteBuffer.allocate(35 + type.length)
                .put((byte) 'l')
                .putDouble(42)
                .put((byte) 200)
                .putShort((short) 65_000)
                .putShort((short) 3)
                .putInt(99)
                .putDouble(Score.of(5, 77))
                .putDouble(1_700_000_000_000.0)
                .put((byte) 255)
                .put(type);
        assertThat(JobRecord.of(packed.array()))
                .isEqualTo(new JobRecord('l', 200, 65_000, 3, Score.of(5, 77), 1_700_000_000_000L, -1, "kind"));
        assertThat(JobRecord.fence(packed.array())).isEqualTo(Arrays.copyOf(packed.array(), 9));
    }

    @Test
    void record_thatIsTooShort_saysHowToMendIt() {
        assertThatThrownBy(() -> JobRecord.of(new byte[34])).hasMessageContaining("JobQueue.audit()");
    }

    // ---- keys ----

    @Test
    void keys_ofAnyName_haveOneTagAndNoOtherNamesKeys() {
        Set<String> all = new HashSet<>();
        for (String name : List.of("a", "a}", "a{", "a:", "a%", "a%7D", "ä", "\0", " ", "a\r\n")) {
            Object[] keys = QueueKeys.of(name, 2);
            assertThat(keys).hasSize(13);
            for (Object key : keys) {
                String text = new String((byte[]) key, StandardCharsets.US_ASCII);
                assertThat(text).matches("millrace:queue:\\{[A-Za-z0-9._%-]+}:[a-z]+(:\\d+)?");
                assertThat(all.add(text)).isTrue();
            }
        }
    }

    // ---- back-off ----

    @Test
    void backoff_withoutJitter_doublesUpToItsMost() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(5), 0);
        assertThat(IntStream.rangeClosed(1, 5).mapToObj(n -> backoff.after(n, new Random(1))))
                .containsExactly(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(5));
        assertThat(backoff.after(65_535, new Random(1))).isEqualTo(Duration.ofSeconds(5));
        assertThat(Backoff.none().after(3, new Random(1))).isZero();
    }

    @Test
    void backoff_withJitter_staysBetweenItsSurePartAndTheWhole() {
        Backoff backoff = new Backoff(Duration.ofSeconds(8), Duration.ofMinutes(1), 0.25);
        RandomGenerator random = new Random(7);
        Set<Duration> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            Duration wait = backoff.after(1, random);
            assertThat(wait).isBetween(Duration.ofSeconds(6), Duration.ofSeconds(8));
            seen.add(wait);
        }
        assertThat(seen).hasSizeGreaterThan(500);
    }

    // ---- what is refused ----

    @Test
    void jobs_outOfRange_areRefusedInOneLine() {
        refused(() -> JobSpec.builder("x").id("").build());
        refused(() -> JobSpec.builder("x").id("x".repeat(513)).build());
        refused(() -> JobSpec.builder("x").id("half \ud800 a pair").build());
        refused(() -> JobSpec.builder("x").id("\udc00").build());
        refused(() -> JobSpec.builder("x").priority(512).build());
        refused(() -> JobSpec.builder("x").priority(-1).build());
        refused(() -> JobSpec.builder("x").delay(Duration.ofMillis(-1)).build());
        refused(() -> JobSpec.builder("x").delay(Duration.ofDays(366 * 140)).build());
        refused(() -> JobSpec.builder("x").type("x".repeat(256)).build());
        assertThat(JobSpec.builder("x").id("ü".repeat(256)).build().id()).hasSize(256);
        assertThat(JobSpec.of("x").id()).isNotEqualTo(JobSpec.of("x").id());
    }

    @Test
    void options_outOfRange_areRefusedInOneLine() {
        refused(() -> QueueOptions.strings("").build());
        refused(() -> QueueOptions.strings("x").lease(Duration.ZERO).build());
        refused(() -> QueueOptions.strings("x").attempts(0).build());
        refused(() -> QueueOptions.strings("x").deliveries(65_536).build());
        refused(() -> QueueOptions.strings("x").lanes().build());
        refused(() -> QueueOptions.strings("x")
                .lanes(new Lane("a", 1), new Lane("a", 2))
                .build());
        refused(() -> QueueOptions.strings("x").payloadBytes(998_001).build());
        refused(() -> new Lane("a,b", 1));
        refused(() -> new Lane("a", 0));
        refused(() -> new Retention(-2, null, -1));
        refused(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1), 0));
        refused(() -> new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(2), Double.NaN));
        refused(() -> Deduplication.within(Duration.ZERO, Deduplication.Mode.IGNORE));
        refused(() -> new Deduplication(Deduplication.Scope.LIVE, Deduplication.Mode.IGNORE, Duration.ofSeconds(1)));
        refused(() -> WorkerOptions.ofConcurrency(0));
    }

    private static void refused(Runnable made) {
        assertThatThrownBy(made::run)
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .hasLineCount(1);
    }

    @Test
    void cut_textThatIsTooLong_endsWithAWholeCharacter() {
        assertThat(Names.cut("aü€😀", 100)).isEqualTo("aü€😀".getBytes(StandardCharsets.UTF_8));
        assertThat(new String(Names.cut("aü€😀", 9), StandardCharsets.UTF_8)).isEqualTo("aü€");
        assertThat(new String(Names.cut("aü€😀", 5), StandardCharsets.UTF_8)).isEqualTo("aü");
        assertThat(new String(Names.cut("aü€😀", 2), StandardCharsets.UTF_8)).isEqualTo("a");
    }

    @Test
    void millis_ofLessThanOne_areRoundedUp() {
        assertThat(Names.millis(Duration.ofNanos(1))).isEqualTo(1);
        assertThat(Names.millis(Duration.ofNanos(1_000_000))).isEqualTo(1);
        assertThat(Names.millis(Duration.ofNanos(1_000_001))).isEqualTo(2);
    }
}
