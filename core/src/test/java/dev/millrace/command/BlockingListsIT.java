package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.ONE;
import static dev.millrace.command.Binary.OTHER_KEY;
import static dev.millrace.command.Binary.TWO;
import static dev.millrace.command.ListEnd.LEFT;
import static dev.millrace.command.ListEnd.RIGHT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.OnEveryTopology;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {3, 2})
final class BlockingListsIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    private static final Duration LONG = Duration.ofSeconds(3);
    private static final Duration SHORT = Duration.ofMillis(10);

    @Test
    void blpopAndBrpop_elementsThere_takeFromTheirEnds() {
        run(Lists.rpush("k", "a", "b", "c", "d"));
        run(Lists.rpush(KEY, ONE, TWO));

        assertThat(run(BlockingLists.blpop(LONG, "missing", "k"))).isEqualTo(new Popped<>("k", "a"));
        assertThat(run(BlockingLists.brpop(LONG, "k"))).isEqualTo(new Popped<>("k", "d"));
        assertThat(run(BlockingLists.blpopBytes(LONG, "k")))
                .isNotNull()
                .satisfies(popped -> assertThat(popped.value()).isEqualTo(new byte[] {'b'}));
        assertThat(run(BlockingLists.brpopBytes(LONG, "k")))
                .isNotNull()
                .satisfies(popped -> assertThat(popped.value()).isEqualTo(new byte[] {'c'}));
        assertThat(run(BlockingLists.blpop(LONG, KEY))).isEqualTo(new PoppedBytes<>(KEY, ONE));
        assertThat(run(BlockingLists.brpop(LONG, OTHER_KEY, KEY))).isEqualTo(new PoppedBytes<>(KEY, TWO));
    }

    @Test
    void everyVerb_timeoutFirst_null() {
        assertThat(run(BlockingLists.blpop(SHORT, "k"))).isNull();
        assertThat(run(BlockingLists.brpop(SHORT, KEY))).isNull();
        assertThat(run(BlockingLists.blmove(SHORT, "k", "other", LEFT, LEFT))).isNull();
        assertThat(run(BlockingLists.brpopLpush(SHORT, "k", "other"))).isNull();
        SERVER.needs(7);
        assertThat(run(BlockingLists.blmpop(SHORT, LEFT, 2, "k"))).isNull();
    }

    @Test
    void blmpop_elementsThere_takesUpToCount() {
        SERVER.needs(7);
        run(Lists.rpush("k", "a", "b", "c"));
        run(Lists.rpush(KEY, ONE, TWO));

        assertThat(run(BlockingLists.blmpop(LONG, LEFT, 2, "missing", "k")))
                .isEqualTo(new Popped<>("k", List.of("a", "b")));
        assertThat(run(BlockingLists.blmpopBytes(LONG, RIGHT, 2, "k")))
                .isNotNull()
                .satisfies(popped -> assertThat(popped.value()).containsExactly(new byte[] {'c'}));
        assertThat(run(BlockingLists.blmpop(LONG, RIGHT, 2, KEY)))
                .isNotNull()
                .satisfies(popped -> assertThat(popped.value()).containsExactly(TWO, ONE));
    }

    @Test
    void blmove_elementsThere_movesThem() {
        run(Lists.rpush("k", "a", "b", "c", "d"));
        run(Lists.rpush(KEY, ONE, TWO));

        assertThat(run(BlockingLists.blmove(LONG, "k", "other", LEFT, RIGHT))).isEqualTo("a");
        assertThat(run(BlockingLists.blmoveBytes(LONG, "k", "other", LEFT, RIGHT)))
                .isEqualTo(new byte[] {'b'});
        assertThat(run(BlockingLists.brpopLpush(LONG, "k", "other"))).isEqualTo("d");
        assertThat(run(BlockingLists.brpopLpushBytes(LONG, "k", "other"))).isEqualTo(new byte[] {'c'});
        assertThat(run(Lists.lrange("other", 0, -1))).containsExactly("c", "d", "a", "b");
        assertThat(run(BlockingLists.blmove(LONG, KEY, OTHER_KEY, LEFT, LEFT))).isEqualTo(ONE);
        assertThat(run(BlockingLists.brpopLpush(LONG, KEY, OTHER_KEY))).isEqualTo(TWO);
    }

    @Test
    void everyVerb_anyTimeout_tellsHowLongItWaits() {
        assertThat(BlockingLists.blpop(SHORT, "k").blockingNanos()).isEqualTo(SHORT.toNanos());
        assertThat(BlockingLists.brpop(Duration.ZERO, KEY).blockingNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(BlockingLists.blmpop(SHORT, LEFT, 2, "k").blockingNanos()).isEqualTo(SHORT.toNanos());
        assertThat(BlockingLists.blmove(LONG, "k", "o", LEFT, LEFT).blockingNanos())
                .isEqualTo(LONG.toNanos());
        assertThat(BlockingLists.brpopLpush(LONG, "k", "o").blockingNanos()).isEqualTo(LONG.toNanos());
    }
}
