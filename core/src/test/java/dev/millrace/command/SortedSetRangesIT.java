package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.ONE;
import static dev.millrace.command.Binary.OTHER_KEY;
import static dev.millrace.command.Binary.THREE;
import static dev.millrace.command.Binary.TWO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.OnEveryTopology;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {3, 2})
final class SortedSetRangesIT {
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

    @BeforeEach
    void fill() {
        run(SortedSets.zadd("z", Map.of("a", 1.0, "b", 2.0, "c", 3.0, "d", 4.5)));
        run(SortedSets.zadd("lex", Map.of("aa", 0.0, "bb", 0.0, "cc", 0.0)));
        run(SortedSets.zadd(KEY, ZAddOptions.ofDefaults(), List.of(scored(ONE, 0), scored(TWO, 0), scored(THREE, 0))));
    }

    @Test
    void range_byRank_answersInOrder() {
        assertThat(run(SortedSetRanges.zrange("z", 0, -1))).containsExactly("a", "b", "c", "d");
        assertThat(run(SortedSetRanges.zrangeBytes("z", 1, 1))).containsExactly(new byte[] {'b'});
        assertThat(run(SortedSetRanges.zrange(KEY, 0, 1))).containsExactly(ONE, TWO);
        assertThat(run(SortedSetRanges.zrange("z", ZRange.byRank(0, 1).reversed())))
                .containsExactly("d", "c");
        assertThat(run(SortedSetRanges.zrangeWithScores("z", 2, -1))).containsExactly(scored("c", 3), scored("d", 4.5));
        assertThat(run(SortedSetRanges.zrangeWithScores("none", 2, -1))).isEmpty();
        assertThat(run(SortedSetRanges.zrangeWithScoresBytes("z", 0, 0))).containsExactly(scored(new byte[] {'a'}, 1));
        assertThat(run(SortedSetRanges.zrangeWithScores(KEY, 0, 0))).containsExactly(scored(ONE, 0));
        assertThat(run(SortedSetRanges.zrevRange("z", 0, 1))).containsExactly("d", "c");
        assertThat(run(SortedSetRanges.zrevRangeWithScores("z", 0, 0))).containsExactly(scored("d", 4.5));
    }

    @Test
    void range_byScore_knowsIncludedExcludedAndOpenEnds() {
        Range<Double> inner = Range.openClosed(1.0, 3.0);
        assertThat(run(SortedSetRanges.zrange("z", ZRange.byScore(inner)))).containsExactly("b", "c");
        assertThat(run(SortedSetRanges.zrange("z", ZRange.byScore(inner).reversed())))
                .containsExactly("c", "b");
        assertThat(run(SortedSetRanges.zrange("z", ZRange.byScore(Range.all()).limited(new Limit(1, 2)))))
                .containsExactly("b", "c");
        assertThat(run(SortedSetRanges.zrangeBytes("z", ZRange.byScore(Range.lessThan(2.0)))))
                .containsExactly(new byte[] {'a'});
        assertThat(run(SortedSetRanges.zrange(KEY, ZRange.byScore(Range.atLeast(0.0)))))
                .containsExactly(ONE, TWO, THREE);
        assertThat(run(SortedSetRanges.zrangeWithScores("z", ZRange.byScore(Range.greaterThan(3.0)))))
                .containsExactly(scored("d", 4.5));
        assertThat(run(SortedSetRanges.zrangeWithScoresBytes("z", ZRange.byScore(Range.atMost(1.0)))))
                .containsExactly(scored(new byte[] {'a'}, 1));
        assertThat(run(SortedSetRanges.zrangeWithScores(
                        KEY, ZRange.byScore(Range.<Double>all()).limited(Limit.first(1)))))
                .containsExactly(scored(ONE, 0));

        assertThat(run(SortedSetRanges.zrangeByScore("z", inner))).containsExactly("b", "c");
        assertThat(run(SortedSetRanges.zrangeByScore("z", inner, Limit.first(1))))
                .containsExactly("b");
        assertThat(run(SortedSetRanges.zrangeByScoreWithScores("z", Range.closed(2.0, 3.0))))
                .containsExactly(scored("b", 2), scored("c", 3));
        assertThat(run(SortedSetRanges.zrangeByScoreWithScores("z", Range.all(), new Limit(3, 5))))
                .containsExactly(scored("d", 4.5));
        assertThat(run(SortedSetRanges.zrevRangeByScore("z", inner))).containsExactly("c", "b");
        assertThat(run(SortedSetRanges.zrevRangeByScore("z", Range.all(), Limit.first(1))))
                .containsExactly("d");
        assertThat(run(SortedSetRanges.zrevRangeByScoreWithScores("z", Range.closedOpen(1.0, 3.0))))
                .containsExactly(scored("b", 2), scored("a", 1));
        assertThat(run(SortedSetRanges.zrevRangeByScoreWithScores("z", Range.open(1.0, 4.5), Limit.first(1))))
                .containsExactly(scored("c", 3));
    }

    @Test
    void range_byLex_comparesBytes() {
        assertThat(run(SortedSetRanges.zrange("lex", ZRange.byLex(Range.closedOpen("aa", "cc")))))
                .containsExactly("aa", "bb");
        assertThat(run(SortedSetRanges.zrange(
                        "lex", ZRange.byLex(Range.greaterThan("aa")).reversed().limited(Limit.first(1)))))
                .containsExactly("cc");
        assertThat(run(SortedSetRanges.zrange(KEY, ZRange.byLexBytes(Range.openClosed(ONE, TWO)))))
                .containsExactly(TWO);
        assertThat(run(SortedSetRanges.zrangeByLex("lex", Range.atLeast("bb")))).containsExactly("bb", "cc");
        assertThat(run(SortedSetRanges.zrangeByLex("lex", Range.all(), new Limit(1, -1))))
                .containsExactly("bb", "cc");
        assertThat(run(SortedSetRanges.zrevRangeByLex("lex", Range.all()))).containsExactly("cc", "bb", "aa");
        assertThat(run(SortedSetRanges.zrevRangeByLex("lex", Range.atMost("bb"), Limit.first(1))))
                .containsExactly("bb");
        assertThat(run(SortedSetRanges.zlexCount("lex", Range.closed("aa", "bb"))))
                .isEqualTo(2);
        assertThat(run(SortedSetRanges.zlexCount(KEY, Range.lessThan(THREE)))).isEqualTo(2);
    }

    @Test
    void store_range_copiesItsMembers() {
        assertThat(run(SortedSetRanges.zrangeStore("to", "z", ZRange.byScore(Range.atLeast(3.0)))))
                .isEqualTo(2);
        assertThat(run(SortedSetRanges.zrangeWithScores("to", 0, -1)))
                .containsExactly(scored("c", 3), scored("d", 4.5));
        assertThat(run(SortedSetRanges.zrangeStore(OTHER_KEY, KEY, ZRange.byRank(0, 0))))
                .isEqualTo(1);
        assertThat(run(SortedSetRanges.zrange(OTHER_KEY, 0, -1))).containsExactly(ONE);
    }

    @Test
    void countAndRemove_ranges_answerHowMany() {
        assertThat(run(SortedSetRanges.zcount("z", Range.atLeast(2.0)))).isEqualTo(3);
        assertThat(run(SortedSetRanges.zcount(KEY, Range.all()))).isEqualTo(3);
        assertThat(run(SortedSetRanges.zremRangeByRank("z", 0, 0))).isEqualTo(1);
        assertThat(run(SortedSetRanges.zremRangeByScore("z", Range.greaterThan(3.0))))
                .isEqualTo(1);
        assertThat(run(SortedSetRanges.zrange("z", 0, -1))).containsExactly("b", "c");
        assertThat(run(SortedSetRanges.zremRangeByLex("lex", Range.closed("bb", "bb"))))
                .isEqualTo(1);
        assertThat(run(SortedSetRanges.zremRangeByLex(KEY, Range.atMost(ONE)))).isEqualTo(1);
        assertThat(run(SortedSetRanges.zremRangeByRank(KEY, -1, -1))).isEqualTo(1);
        assertThat(run(SortedSetRanges.zremRangeByScore(KEY, Range.closed(0.0, 0.0))))
                .isEqualTo(1);
    }
}
