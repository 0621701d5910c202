package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.ONE;
import static dev.millrace.command.Binary.OTHER_KEY;
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
final class SortedSetAlgebraIT {
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
        run(SortedSets.zadd("x", Map.of("a", 1.0, "b", 2.0)));
        run(SortedSets.zadd("y", Map.of("b", 5.0, "c", 1.5)));
        run(SortedSets.zadd(KEY, ZAddOptions.ofDefaults(), List.of(scored(ONE, 1), scored(TWO, 2))));
        run(SortedSets.zadd(OTHER_KEY, ZAddOptions.ofDefaults(), List.of(scored(TWO, 3))));
    }

    @Test
    void union_eachForm_combinesScores() {
        assertThat(run(SortedSetAlgebra.zunion("x", "y"))).containsExactly("a", "c", "b");
        assertThat(run(SortedSetAlgebra.zunionBytes("x", "y"))).hasSize(3);
        assertThat(run(SortedSetAlgebra.zunion(KEY, OTHER_KEY))).containsExactly(ONE, TWO);
        assertThat(run(SortedSetAlgebra.zunion(ZAggregate.sum().weighted(1, -1), "x", "y")))
                .containsExactly("b", "c", "a");
        assertThat(run(SortedSetAlgebra.zunionBytes(ZAggregate.max(), "x"))).hasSize(2);
        assertThat(run(SortedSetAlgebra.zunion(ZAggregate.min(), KEY, OTHER_KEY)))
                .containsExactly(ONE, TWO);
        assertThat(run(SortedSetAlgebra.zunionWithScores(ZAggregate.max().weighted(2, 1), "x", "y")))
                .containsExactly(scored("c", 1.5), scored("a", 2), scored("b", 5));
        assertThat(run(SortedSetAlgebra.zunionWithScoresBytes(ZAggregate.min(), "x", "y")))
                .contains(scored(new byte[] {'b'}, 2));
        assertThat(run(SortedSetAlgebra.zunionWithScores(ZAggregate.sum(), KEY, OTHER_KEY)))
                .containsExactly(scored(ONE, 1), scored(TWO, 5));
        assertThat(run(SortedSetAlgebra.zunionStore("to", ZAggregate.sum(), "x", "y")))
                .isEqualTo(3);
        assertThat(run(SortedSetAlgebra.zunionStore("to", ZAggregate.max(), List.of("x"))))
                .isEqualTo(2);
        assertThat(run(SortedSetAlgebra.zunionStore(ONE, ZAggregate.sum(), KEY, OTHER_KEY)))
                .isEqualTo(2);
    }

    @Test
    void inter_eachForm_combinesScores() {
        assertThat(run(SortedSetAlgebra.zinter("x", "y"))).containsExactly("b");
        assertThat(run(SortedSetAlgebra.zinterBytes("x", "y"))).containsExactly(new byte[] {'b'});
        assertThat(run(SortedSetAlgebra.zinter(KEY, OTHER_KEY))).containsExactly(TWO);
        assertThat(run(SortedSetAlgebra.zinter(ZAggregate.min(), "x", "none"))).isEmpty();
        assertThat(run(SortedSetAlgebra.zinterBytes(ZAggregate.max(), "x"))).hasSize(2);
        assertThat(run(SortedSetAlgebra.zinter(ZAggregate.max(), KEY, OTHER_KEY)))
                .containsExactly(TWO);
        assertThat(run(SortedSetAlgebra.zinterWithScores(ZAggregate.sum().weighted(1, 0.5), "x", "y")))
                .containsExactly(scored("b", 4.5));
        assertThat(run(SortedSetAlgebra.zinterWithScoresBytes(ZAggregate.sum(), "x", "y")))
                .containsExactly(scored(new byte[] {'b'}, 7));
        assertThat(run(SortedSetAlgebra.zinterWithScores(ZAggregate.max(), KEY, OTHER_KEY)))
                .containsExactly(scored(TWO, 3));
        assertThat(run(SortedSetAlgebra.zinterStore("to", ZAggregate.sum(), "x", "y")))
                .isEqualTo(1);
        assertThat(run(SortedSetAlgebra.zinterStore("to", ZAggregate.sum(), List.of("x", "y"))))
                .isEqualTo(1);
        assertThat(run(SortedSetAlgebra.zinterStore(ONE, ZAggregate.min(), KEY, OTHER_KEY)))
                .isEqualTo(1);
        SERVER.needs(7);
        assertThat(run(SortedSetAlgebra.zinterCard("x", "y"))).isEqualTo(1);
        assertThat(run(SortedSetAlgebra.zinterCard(KEY, OTHER_KEY))).isEqualTo(1);
        assertThat(run(SortedSetAlgebra.zinterCard(1, "x", "x"))).isEqualTo(1);
        assertThat(run(SortedSetAlgebra.zinterCard(0, KEY, KEY))).isEqualTo(2);
    }

    @Test
    void diff_eachForm_leavesWhatTheOthersLack() {
        assertThat(run(SortedSetAlgebra.zdiff("x", "y"))).containsExactly("a");
        assertThat(run(SortedSetAlgebra.zdiffBytes("x", "y"))).containsExactly(new byte[] {'a'});
        assertThat(run(SortedSetAlgebra.zdiff(KEY, OTHER_KEY))).containsExactly(ONE);
        assertThat(run(SortedSetAlgebra.zdiffWithScores("y", "x"))).containsExactly(scored("c", 1.5));
        assertThat(run(SortedSetAlgebra.zdiffWithScoresBytes("x", "y"))).containsExactly(scored(new byte[] {'a'}, 1));
        assertThat(run(SortedSetAlgebra.zdiffWithScores(KEY, OTHER_KEY))).containsExactly(scored(ONE, 1));
        assertThat(run(SortedSetAlgebra.zdiffStore("to", "x", "y"))).isEqualTo(1);
        assertThat(run(SortedSetAlgebra.zdiffStore(ONE, KEY, OTHER_KEY))).isEqualTo(1);
    }
}
