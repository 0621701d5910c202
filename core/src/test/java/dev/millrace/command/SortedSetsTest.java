package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SortedSetsTest {
    @Test
    void add_options_standBeforeScoreAndMember() {
        ZAddOptions options = ZAddOptions.ofDefaults();
        assertThat(Sent.words(SortedSets.zadd("z", 1.5, "m"))).isEqualTo("ZADD z 1.5 m");
        assertThat(Sent.words(SortedSets.zadd("z", options.ifAbsent().countingChanges(), 1, "m")))
                .isEqualTo("ZADD z NX CH 1.0 m");
        assertThat(Sent.words(SortedSets.zadd("z", options.ifPresent().ifGreater(), 1, "m")))
                .isEqualTo("ZADD z XX GT 1.0 m");
        assertThat(Sent.words(SortedSets.zaddIncr("z", options.ifLess(), Double.NEGATIVE_INFINITY, "m")))
                .isEqualTo("ZADD z LT INCR -inf m");
    }

    @Test
    void add_whatRedisRefuses_isRefusedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ZAddOptions.ofDefaults().ifAbsent().ifGreater())
                .withMessageContaining("leave one of the two out");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SortedSets.zadd("z", Double.NaN, "m"))
                .withMessageContaining("NaN");
        assertThatIllegalArgumentException().isThrownBy(() -> new ScoredMember<>("m", Double.NaN));
    }

    @Test
    void range_byScoreReversed_beginsAtTheUpperEnd() {
        ZRange scores = ZRange.byScore(Range.closedOpen(1.0, 2.0));
        assertThat(Sent.words(SortedSetRanges.zrange("z", scores))).isEqualTo("ZRANGE z 1.0 (2.0 BYSCORE");
        assertThat(Sent.words(SortedSetRanges.zrange("z", scores.reversed().limited(new Limit(2, 3)))))
                .isEqualTo("ZRANGE z (2.0 1.0 BYSCORE REV LIMIT 2 3");
        assertThat(Sent.words(SortedSetRanges.zrangeWithScores("z", ZRange.byScore(Range.all()))))
                .isEqualTo("ZRANGE z -inf inf BYSCORE WITHSCORES");
        assertThat(Sent.words(SortedSetRanges.zrevRangeByScoreWithScores("z", Range.atLeast(1.0), Limit.first(1))))
                .isEqualTo("ZREVRANGEBYSCORE z inf 1.0 WITHSCORES LIMIT 0 1");
    }

    @Test
    void range_byRankReversed_keepsItsEnds() {
        ZRange ranks = ZRange.byRank(0, 4);
        assertThat(Sent.words(SortedSetRanges.zrange("z", ranks.reversed()))).isEqualTo("ZRANGE z 0 4 REV");
        assertThat(Sent.words(SortedSetRanges.zrange("z", ranks.reversed().reversed())))
                .isEqualTo("ZRANGE z 0 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ranks.limited(Limit.first(1)))
                .withMessageContaining("choose its ends instead");
    }

    @Test
    void range_byLex_marksEachEnd() {
        assertThat(Sent.words(SortedSetRanges.zrange("z", ZRange.byLex(Range.openClosed("a", "b")))))
                .isEqualTo("ZRANGE z (a [b BYLEX");
        assertThat(Sent.words(SortedSetRanges.zrange("z", ZRange.byLexBytes(Range.atMost(new byte[] {'x', 0})))))
                .isEqualTo("ZRANGE z - [x\0 BYLEX");
        assertThat(Sent.words(SortedSetRanges.zrangeStore("to", "z", ZRange.byLex(Range.greaterThan("a")))))
                .isEqualTo("ZRANGESTORE to z (a + BYLEX");
        assertThat(ZRange.byLex(Range.atLeast("secret")).toString()).isEqualTo("ZRange[BYLEX]");
    }

    @Test
    void range_endsThatMakeNoSense_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Range.closed(Double.NaN, 1.0))
                .withMessageContaining("NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Range<>(null, false, "b", true))
                .withMessageContaining("excludes an end that it does not have");
        assertThatIllegalArgumentException().isThrownBy(() -> new Limit(-1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Limit.first(-2));
    }

    @Test
    void aggregate_weights_followTheKeys() {
        assertThat(Sent.words(SortedSetAlgebra.zunion("a", "b"))).isEqualTo("ZUNION 2 a b");
        assertThat(Sent.words(SortedSetAlgebra.zinterWithScores(ZAggregate.max().weighted(1, 0.5), "a", "b")))
                .isEqualTo("ZINTER 2 a b WEIGHTS 1.0 0.5 AGGREGATE MAX WITHSCORES");
        Command<Long> store = SortedSetAlgebra.zunionStore("to", ZAggregate.min(), "a", "b");
        assertThat(Sent.words(store)).isEqualTo("ZUNIONSTORE to 2 a b AGGREGATE MIN");
        assertThat(Sent.keys(store)).containsExactly("to", "a", "b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SortedSetAlgebra.zunion(ZAggregate.sum().weighted(1), "a", "b"))
                .withMessage("there are 2 keys and 1 weights; give one weight for each key");
        assertThatIllegalArgumentException().isThrownBy(() -> ZAggregate.sum().weighted(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> SortedSetAlgebra.zinterCard(-1, "a"));
    }

    @Test
    void blockingPop_timeout_isSentInSeconds() {
        Command<?> pop = SortedSetPops.bzpopMin(Duration.ofMillis(1500), "a", "b");
        assertThat(Sent.words(pop)).isEqualTo("BZPOPMIN a b 1.500");
        assertThat(Sent.keys(pop)).containsExactly("a", "b");
        assertThat(pop.verb().isBlocking()).isTrue();
        Command<?> some = SortedSetPops.bzmpop(Duration.ofNanos(1), ScoreEnd.MAX, 3, "a", "b");
        assertThat(Sent.words(some)).isEqualTo("BZMPOP 0.001 2 a b MAX COUNT 3");
        assertThat(Sent.keys(some)).containsExactly("a", "b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SortedSetPops.zmpop(ScoreEnd.MIN, 0, "a"))
                .withMessageContaining("at least 1");
        assertThatIllegalArgumentException().isThrownBy(() -> SortedSetPops.bzpopMax(Duration.ofSeconds(-1), "a"));
    }

    @Test
    void scoredMember_sameBytes_isEqual() {
        ScoredMember<byte[]> one = new ScoredMember<>(new byte[] {1, 2}, 3);
        assertThat(one).isEqualTo(new ScoredMember<>(new byte[] {1, 2}, 3));
        assertThat(one).hasSameHashCodeAs(new ScoredMember<>(new byte[] {1, 2}, 3));
        assertThat(one).isNotEqualTo(new ScoredMember<>(new byte[] {1, 2}, 4));
        assertThat(one).isNotEqualTo(new ScoredMember<>(new byte[] {1}, 3));
    }
}
