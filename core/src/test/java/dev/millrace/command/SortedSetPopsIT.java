package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.ONE;
import static dev.millrace.command.Binary.OTHER_KEY;
import static dev.millrace.command.Binary.THREE;
import static dev.millrace.command.Binary.TWO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.OnEveryTopology;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {3, 2})
final class SortedSetPopsIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    private static ScoredMember<String> scored(String member, double score) {
        return new ScoredMember<>(member, score);
    }

    private static ScoredMember<byte[]> scored(byte[] member, double score) {
        return new ScoredMember<>(member, score);
    }

    private void fill() {
        run(SortedSets.zadd("z", Map.of("a", 1.0, "b", 2.0, "c", 3.0, "d", 4.0, "e", 5.0, "f", 6.5)));
        run(SortedSets.zadd(
                KEY,
                ZAddOptions.ofDefaults(),
                List.of(scored(ONE, 1), scored(TWO, 2), scored(THREE, 3), scored(KEY, 4))));
    }

    @Test
    void pop_one_answersItWithItsScoreOrNull() {
        fill();
        assertThat(run(SortedSetPops.zpopMin("z"))).isEqualTo(scored("a", 1));
        assertThat(run(SortedSetPops.zpopMax("z"))).isEqualTo(scored("f", 6.5));
        assertThat(run(SortedSetPops.zpopMinBytes("z"))).isEqualTo(scored(new byte[] {'b'}, 2));
        assertThat(run(SortedSetPops.zpopMaxBytes("z"))).isEqualTo(scored(new byte[] {'e'}, 5));
        assertThat(run(SortedSetPops.zpopMin(KEY))).isEqualTo(scored(ONE, 1));
        assertThat(run(SortedSetPops.zpopMax(KEY))).isEqualTo(scored(KEY, 4));
        assertThat(run(SortedSetPops.zpopMin("none"))).isNull();
        assertThat(run(SortedSetPops.zpopMax("none"))).isNull();
    }

    @Test
    void pop_some_answersThemInOrder() {
        fill();
        assertThat(run(SortedSetPops.zpopMin("z", 2))).containsExactly(scored("a", 1), scored("b", 2));
        assertThat(run(SortedSetPops.zpopMax("z", 2))).containsExactly(scored("f", 6.5), scored("e", 5));
        assertThat(run(SortedSetPops.zpopMinBytes("z", 1))).containsExactly(scored(new byte[] {'c'}, 3));
        assertThat(run(SortedSetPops.zpopMaxBytes("z", 9))).containsExactly(scored(new byte[] {'d'}, 4));
        assertThat(run(SortedSetPops.zpopMin(KEY, 1))).containsExactly(scored(ONE, 1));
        assertThat(run(SortedSetPops.zpopMax(KEY, 2))).containsExactly(scored(KEY, 4), scored(THREE, 3));
        assertThat(run(SortedSetPops.zpopMin("none", 2))).isEmpty();
    }

    @Test
    void mpop_severalKeys_takesFromTheFirstThatHasAny() {
        SERVER.needs(7);
        fill();
        assertThat(run(SortedSetPops.zmpop(ScoreEnd.MIN, 2, "none", "z")))
                .isEqualTo(new Popped<>("z", List.of(scored("a", 1), scored("b", 2))));
        assertThat(run(SortedSetPops.zmpopBytes(ScoreEnd.MAX, 1, "z")))
                .isEqualTo(new Popped<>("z", List.of(scored(new byte[] {'f'}, 6.5))));
        assertThat(run(SortedSetPops.zmpop(ScoreEnd.MIN, 1, KEY)))
                .isEqualTo(new PoppedBytes<>(KEY, List.of(scored(ONE, 1))));
        assertThat(run(SortedSetPops.zmpop(ScoreEnd.MIN, 2, "none"))).isNull();
    }

    @Test
    void blockingPop_memberThere_answersItAtOnce() {
        fill();
        Duration patience = Duration.ofSeconds(2);
        assertThat(run(SortedSetPops.bzpopMin(patience, "none", "z"))).isEqualTo(new Popped<>("z", scored("a", 1)));
        assertThat(run(SortedSetPops.bzpopMax(patience, "z"))).isEqualTo(new Popped<>("z", scored("f", 6.5)));
        assertThat(run(SortedSetPops.bzpopMinBytes(patience, "z")))
                .isEqualTo(new Popped<>("z", scored(new byte[] {'b'}, 2)));
        assertThat(run(SortedSetPops.bzpopMaxBytes(patience, "z")))
                .isEqualTo(new Popped<>("z", scored(new byte[] {'e'}, 5)));
        assertThat(run(SortedSetPops.bzpopMin(patience, KEY))).isEqualTo(new PoppedBytes<>(KEY, scored(ONE, 1)));
        assertThat(run(SortedSetPops.bzpopMax(patience, OTHER_KEY, KEY)))
                .isEqualTo(new PoppedBytes<>(KEY, scored(KEY, 4)));
        SERVER.needs(7);
        assertThat(run(SortedSetPops.bzmpop(patience, ScoreEnd.MIN, 1, "z")))
                .isEqualTo(new Popped<>("z", List.of(scored("c", 3))));
        assertThat(run(SortedSetPops.bzmpopBytes(patience, ScoreEnd.MAX, 1, "z")))
                .isEqualTo(new Popped<>("z", List.of(scored(new byte[] {'d'}, 4))));
        assertThat(run(SortedSetPops.bzmpop(patience, ScoreEnd.MIN, 5, KEY)))
                .isEqualTo(new PoppedBytes<>(KEY, List.of(scored(TWO, 2), scored(THREE, 3))));
    }

    @Test
    void blockingPop_nothingInTime_answersNull() {
        Duration moment = Duration.ofMillis(20);
        assertThat(run(SortedSetPops.bzpopMin(moment, "none"))).isNull();
        assertThat(run(SortedSetPops.bzpopMax(moment, KEY))).isNull();
        SERVER.needs(7);
        assertThat(run(SortedSetPops.bzmpop(moment, ScoreEnd.MIN, 1, "none"))).isNull();
    }
}
