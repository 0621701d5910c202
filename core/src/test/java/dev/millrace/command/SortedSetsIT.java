package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.ONE;
import static dev.millrace.command.Binary.TWO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.OnEveryTopology;
import java.util.HashMap;
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
final class SortedSetsIT {
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

    @Test
    void add_eachForm_answersHowManyAreNew() {
        assertThat(run(SortedSets.zadd("z", 1, "a"))).isEqualTo(1);
        assertThat(run(SortedSets.zadd("z", 2, ONE))).isEqualTo(1);
        assertThat(run(SortedSets.zadd(KEY, 3, TWO))).isEqualTo(1);
        assertThat(run(SortedSets.zadd("z", Map.of("a", 5.0, "b", 2.0)))).isEqualTo(1);
        ZAddOptions changes = ZAddOptions.ofDefaults().countingChanges();
        assertThat(run(SortedSets.zadd("z", changes, Map.of("a", 6.0, "b", 2.0))))
                .isEqualTo(1);
        assertThat(run(SortedSets.zadd("z", changes, List.of(scored("a", 7), scored("c", 1)))))
                .isEqualTo(2);
        assertThat(run(SortedSets.zaddBytes("z", changes, List.of(scored(ONE, 2.5)))))
                .isEqualTo(1);
        assertThat(run(SortedSets.zadd(KEY, changes, List.of(scored(ONE, 1), scored(TWO, 4)))))
                .isEqualTo(2);

        assertThat(run(SortedSets.zcard("z"))).isEqualTo(4);
        assertThat(run(SortedSets.zcard(KEY))).isEqualTo(2);
        assertThat(run(SortedSets.zscore("z", "a"))).isEqualTo(7.0);
        assertThat(run(SortedSets.zscore("z", ONE))).isEqualTo(2.5);
        assertThat(run(SortedSets.zscore(KEY, TWO))).isEqualTo(4.0);
        assertThat(run(SortedSets.zscore("z", "none"))).isNull();
    }

    @Test
    void add_conditions_writeOnlyWhereTheyHold() {
        ZAddOptions plain = ZAddOptions.ofDefaults();
        assertThat(run(SortedSets.zadd("z", plain.ifPresent(), 1, "a"))).isZero();
        assertThat(run(SortedSets.zadd("z", plain.ifAbsent(), 1, "a"))).isEqualTo(1);
        assertThat(run(SortedSets.zadd("z", plain.ifAbsent(), 9, "a"))).isZero();
        assertThat(run(SortedSets.zadd("z", plain.ifGreater().countingChanges(), 0.5, "a")))
                .isZero();
        assertThat(run(SortedSets.zadd("z", plain.ifLess().countingChanges(), 0.5, "a")))
                .isEqualTo(1);
        assertThat(run(SortedSets.zadd("z", plain, 2, ONE))).isEqualTo(1);
        assertThat(run(SortedSets.zadd(KEY, plain, 2, ONE))).isEqualTo(1);

        assertThat(run(SortedSets.zaddIncr("z", plain, 1.5, "a"))).isEqualTo(2.0);
        assertThat(run(SortedSets.zaddIncr("z", plain.ifAbsent(), 1, "a"))).isNull();
        assertThat(run(SortedSets.zaddIncr("z", plain.ifPresent(), 1, ONE))).isEqualTo(3.0);
        assertThat(run(SortedSets.zaddIncr(KEY, plain.ifGreater(), -1, ONE))).isNull();
    }

    @Test
    void incrBy_member_answersTheSum() {
        assertThat(run(SortedSets.zincrBy("z", 1.5, "a"))).isEqualTo(1.5);
        assertThat(run(SortedSets.zincrBy("z", Double.POSITIVE_INFINITY, "a"))).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(run(SortedSets.zincrBy("z", 1, ONE))).isEqualTo(1.0);
        assertThat(run(SortedSets.zincrBy(KEY, -1, ONE))).isEqualTo(-1.0);
        assertThat(run(SortedSets.zadd("z", Double.NEGATIVE_INFINITY, "b"))).isEqualTo(1);
        assertThat(run(SortedSets.zmscore("z", "b", "x", "a")))
                .containsExactly(Double.NEGATIVE_INFINITY, null, Double.POSITIVE_INFINITY);
        assertThat(run(SortedSets.zmscore("z", List.of("x")))).containsExactly((Double) null);
        assertThat(run(SortedSets.zmscore(KEY, ONE, TWO))).containsExactly(-1.0, null);
    }

    @Test
    void rem_members_answersHowManyThereWere() {
        run(SortedSets.zadd("z", Map.of("a", 1.0, "b", 2.0, "c", 3.0)));
        run(SortedSets.zadd("z", 4, ONE));
        run(SortedSets.zadd(KEY, 4, ONE));
        assertThat(run(SortedSets.zrem("z", "a", "x"))).isEqualTo(1);
        assertThat(run(SortedSets.zrem("z", List.of("b", "c")))).isEqualTo(2);
        assertThat(run(SortedSets.zrem("z", ONE))).isEqualTo(1);
        assertThat(run(SortedSets.zrem(KEY, ONE, TWO))).isEqualTo(1);
        assertThatThrownBy(() -> SortedSets.zrem("z", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ZREM needs at least one member; the list is empty");
    }

    @Test
    void rank_member_countsFromEitherEnd() {
        run(SortedSets.zadd("z", Map.of("a", 1.0, "b", 2.0, "c", 3.5)));
        run(SortedSets.zadd(KEY, 4, ONE));
        assertThat(run(SortedSets.zrank("z", "c"))).isEqualTo(2);
        assertThat(run(SortedSets.zrank("z", "x"))).isNull();
        assertThat(run(SortedSets.zrank(KEY, ONE))).isZero();
        assertThat(run(SortedSets.zrevRank("z", "c"))).isZero();
        assertThat(run(SortedSets.zrevRank("z", "x"))).isNull();
        assertThat(run(SortedSets.zrevRank(KEY, ONE))).isZero();
        if (!SERVER.isAtLeast(7, 2)) {
            assertThatThrownBy(() -> SERVER.client(protocol).run(SortedSets.zrankWithScore("z", "c")))
                    .isInstanceOf(ServerError.class);
            assertThatThrownBy(() -> SERVER.client(protocol).run(SortedSets.zrankWithScore(KEY, ONE)))
                    .isInstanceOf(ServerError.class);
            assertThatThrownBy(() -> SERVER.client(protocol).run(SortedSets.zrevRankWithScore("z", "c")))
                    .isInstanceOf(ServerError.class);
            assertThatThrownBy(() -> SERVER.client(protocol).run(SortedSets.zrevRankWithScore(KEY, ONE)))
                    .isInstanceOf(ServerError.class);
            return;
        }
        assertThat(run(SortedSets.zrankWithScore("z", "c"))).isEqualTo(new RankedScore(2, 3.5));
        assertThat(run(SortedSets.zrankWithScore("z", "x"))).isNull();
        assertThat(run(SortedSets.zrankWithScore(KEY, ONE))).isEqualTo(new RankedScore(0, 4));
        assertThat(run(SortedSets.zrevRankWithScore("z", "c"))).isEqualTo(new RankedScore(0, 3.5));
        assertThat(run(SortedSets.zrevRankWithScore(KEY, TWO))).isNull();
    }

    @Test
    void randMember_eachForm_answersMembersOfTheSet() {
        run(SortedSets.zadd("z", Map.of("a", 1.0, "b", 2.5)));
        run(SortedSets.zadd(KEY, 4, ONE));
        assertThat(run(SortedSets.zrandMember("z"))).isIn("a", "b");
        assertThat(run(SortedSets.zrandMember("none"))).isNull();
        assertThat(run(SortedSets.zrandMemberBytes("z"))).hasSize(1);
        assertThat(run(SortedSets.zrandMember(KEY))).isEqualTo(ONE);
        assertThat(run(SortedSets.zrandMember("z", 9))).containsExactlyInAnyOrder("a", "b");
        assertThat(run(SortedSets.zrandMember("z", -9))).hasSize(9).isSubsetOf("a", "b");
        assertThat(run(SortedSets.zrandMemberBytes("z", 9))).hasSize(2);
        assertThat(run(SortedSets.zrandMember(KEY, 9))).containsExactly(ONE);
        assertThat(run(SortedSets.zrandMemberWithScores("z", 9)))
                .containsExactlyInAnyOrder(scored("a", 1), scored("b", 2.5));
        assertThat(run(SortedSets.zrandMemberWithScores("none", 9))).isEmpty();
        assertThat(run(SortedSets.zrandMemberWithScores(KEY, 9))).containsExactly(scored(ONE, 4));
        assertThat(run(SortedSets.zrandMemberWithScoresBytes("z", 9))).contains(scored(new byte[] {'a'}, 1));
    }

    @Test
    void scan_manyPages_answersEveryMemberWithItsScore() {
        Map<String, Double> all = new HashMap<>();
        for (int i = 0; i < 1000; i++) {
            all.put("member:" + i, i / 2.0);
        }
        run(SortedSets.zadd("z", all));
        run(SortedSets.zadd(KEY, 4.5, ONE));
        Map<String, Double> seen = new HashMap<>();
        ScanOptions options = ScanOptions.ofDefaults().counting(100);
        for (ScoredMember<String> member : SERVER.client(protocol).scan(SortedSets.zscan("z", options))) {
            seen.put(member.member(), member.score());
        }
        assertThat(seen).isEqualTo(all);
        assertThat(SERVER.value(protocol, SortedSets.zscan(KEY, options).next(Scan.START))
                        .items())
                .containsExactly(scored(ONE, 4.5));
        ScanOptions one = ScanOptions.ofDefaults().matching("member:77").counting(10_000);
        assertThat(SERVER.value(protocol, SortedSets.zscanBytes("z", one).next(Scan.START))
                        .items())
                .hasSize(1);
    }
}
