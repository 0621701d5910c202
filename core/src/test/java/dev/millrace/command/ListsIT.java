package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.ONE;
import static dev.millrace.command.Binary.OTHER_KEY;
import static dev.millrace.command.Binary.THREE;
import static dev.millrace.command.Binary.TWO;
import static dev.millrace.command.ListEnd.LEFT;
import static dev.millrace.command.ListEnd.RIGHT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.OnEveryTopology;
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
final class ListsIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    @Test
    void push_eachEnd_answersTheLength() {
        assertThat(run(Lists.rpush("k", "c", "d"))).isEqualTo(2);
        assertThat(run(Lists.lpush("k", "b", "a"))).isEqualTo(4);
        assertThat(run(Lists.rpush("k", List.of("e")))).isEqualTo(5);
        assertThat(run(Lists.lpush("k", List.of("_")))).isEqualTo(6);
        assertThat(run(Lists.lrange("k", 0, -1))).containsExactly("_", "a", "b", "c", "d", "e");
        assertThat(run(Lists.llen("k"))).isEqualTo(6);

        assertThat(run(Lists.rpush("b", ONE, TWO))).isEqualTo(2);
        assertThat(run(Lists.lpush("b", THREE))).isEqualTo(3);
        assertThat(run(Lists.lrangeBytes("b", 0, -1))).containsExactly(THREE, ONE, TWO);

        assertThat(run(Lists.rpush(KEY, ONE, TWO))).isEqualTo(2);
        assertThat(run(Lists.lpush(KEY, THREE))).isEqualTo(3);
        assertThat(run(Lists.lrange(KEY, 0, -1))).containsExactly(THREE, ONE, TWO);
        assertThat(run(Lists.llen(KEY))).isEqualTo(3);
    }

    @Test
    void pushX_listMissing_addsNothing() {
        assertThat(run(Lists.lpushX("k", "a"))).isZero();
        assertThat(run(Lists.rpushX("k", "a"))).isZero();
        run(Lists.rpush("k", "b"));
        run(Lists.rpush(KEY, ONE));

        assertThat(run(Lists.lpushX("k", "a"))).isEqualTo(2);
        assertThat(run(Lists.rpushX("k", "c"))).isEqualTo(3);
        assertThat(run(Lists.lpushX("k", List.of("_")))).isEqualTo(4);
        assertThat(run(Lists.rpushX("k", List.of("d")))).isEqualTo(5);
        assertThat(run(Lists.lpushX("k", ONE))).isEqualTo(6);
        assertThat(run(Lists.rpushX("k", TWO))).isEqualTo(7);
        assertThat(run(Lists.lpushX(KEY, TWO))).isEqualTo(2);
        assertThat(run(Lists.rpushX(KEY, THREE))).isEqualTo(3);
        assertThat(run(Lists.lrange("k", 1, 5))).containsExactly("_", "a", "b", "c", "d");
        assertThat(run(Lists.lrange(KEY, 0, -1))).containsExactly(TWO, ONE, THREE);
    }

    @Test
    void pop_oneFromEachEnd_answersItOrNull() {
        run(Lists.rpush("k", "a", "b", "c", "d"));
        run(Lists.rpush(KEY, ONE, TWO));

        assertThat(run(Lists.lpop("k"))).isEqualTo("a");
        assertThat(run(Lists.rpop("k"))).isEqualTo("d");
        assertThat(run(Lists.lpopBytes("k"))).isEqualTo(new byte[] {'b'});
        assertThat(run(Lists.rpopBytes("k"))).isEqualTo(new byte[] {'c'});
        assertThat(run(Lists.lpop("k"))).isNull();
        assertThat(run(Lists.rpop("k"))).isNull();
        assertThat(run(Lists.lpop(KEY))).isEqualTo(ONE);
        assertThat(run(Lists.rpop(KEY))).isEqualTo(TWO);
    }

    @Test
    void pop_someFromEachEnd_answersThemOrNull() {
        run(Lists.rpush("k", "a", "b", "c", "d", "e", "f"));
        run(Lists.rpush(KEY, ONE, TWO, THREE));

        assertThat(run(Lists.lpop("k", 2))).containsExactly("a", "b");
        assertThat(run(Lists.rpop("k", 2))).containsExactly("f", "e");
        assertThat(run(Lists.lpopBytes("k", 1))).containsExactly(new byte[] {'c'});
        assertThat(run(Lists.rpopBytes("k", 9))).containsExactly(new byte[] {'d'});
        assertThat(run(Lists.lpop("k", 1))).isNull();
        assertThat(run(Lists.rpopBytes("k", 1))).isNull();
        assertThat(run(Lists.lpop(KEY, 1))).containsExactly(ONE);
        assertThat(run(Lists.rpop(KEY, 2))).containsExactly(THREE, TWO);
    }

    @Test
    void lmpop_firstKeyEmpty_takesFromTheNext() {
        SERVER.needs(7);
        run(Lists.rpush("k", "a", "b", "c"));
        run(Lists.rpush(KEY, ONE, TWO));

        assertThat(run(Lists.lmpop(LEFT, 2, "missing", "k"))).isEqualTo(new Popped<>("k", List.of("a", "b")));
        assertThat(run(Lists.lmpopBytes(RIGHT, 2, "k")))
                .isNotNull()
                .satisfies(popped -> assertThat(popped.value()).containsExactly(new byte[] {'c'}));
        assertThat(run(Lists.lmpop(LEFT, 2, "missing", "k"))).isNull();
        assertThat(run(Lists.lmpop(RIGHT, 2, OTHER_KEY, KEY))).isNotNull().satisfies(popped -> {
            assertThat(popped.key()).isEqualTo(KEY);
            assertThat(popped.value()).containsExactly(TWO, ONE);
        });
    }

    @Test
    void lmove_betweenLists_answersTheElementOrNull() {
        run(Lists.rpush("k", "a", "b"));
        run(Lists.rpush(KEY, ONE, TWO));

        assertThat(run(Lists.lmove("k", "other", LEFT, RIGHT))).isEqualTo("a");
        assertThat(run(Lists.lmoveBytes("k", "other", RIGHT, LEFT))).isEqualTo(new byte[] {'b'});
        assertThat(run(Lists.lmove("k", "other", LEFT, RIGHT))).isNull();
        assertThat(run(Lists.rpopLpush("other", "k"))).isEqualTo("a");
        assertThat(run(Lists.rpopLpushBytes("other", "k"))).isEqualTo(new byte[] {'b'});
        assertThat(run(Lists.lrange("k", 0, -1))).containsExactly("b", "a");
        assertThat(run(Lists.lmove(KEY, OTHER_KEY, LEFT, LEFT))).isEqualTo(ONE);
        assertThat(run(Lists.rpopLpush(KEY, OTHER_KEY))).isEqualTo(TWO);
        assertThat(run(Lists.lrange(OTHER_KEY, 0, -1))).containsExactly(TWO, ONE);
    }

    @Test
    void lindex_insideAndOutside_answersOrNull() {
        run(Lists.rpush("k", "a", "b"));
        run(Lists.rpush(KEY, ONE, TWO));

        assertThat(run(Lists.lindex("k", -1))).isEqualTo("b");
        assertThat(run(Lists.lindex("k", 2))).isNull();
        assertThat(run(Lists.lindexBytes("k", 0))).isEqualTo(new byte[] {'a'});
        assertThat(run(Lists.lindex(KEY, 1))).isEqualTo(TWO);
    }

    @Test
    void lpos_severalMatches_findsThoseAskedFor() {
        run(Lists.rpush("k", "a", "b", "a", "c", "a"));
        run(Lists.rpush("bytes", ONE, TWO, ONE));
        run(Lists.rpush(KEY, ONE, TWO, ONE));
        LPosOptions fromEnd = LPosOptions.ofDefaults().fromMatch(-1);

        assertThat(run(Lists.lpos("k", "a"))).isZero();
        assertThat(run(Lists.lpos("k", "missing"))).isNull();
        assertThat(run(Lists.lpos("bytes", TWO))).isEqualTo(1);
        assertThat(run(Lists.lpos(KEY, TWO))).isEqualTo(1);
        assertThat(run(Lists.lpos("k", "a", fromEnd))).isEqualTo(4);
        assertThat(run(Lists.lpos("k", "c", LPosOptions.ofDefaults().comparingAtMost(2))))
                .isNull();
        assertThat(run(Lists.lpos("bytes", ONE, fromEnd))).isEqualTo(2);
        assertThat(run(Lists.lpos(KEY, ONE, fromEnd))).isEqualTo(2);
        assertThat(run(Lists.lpos("k", "a", fromEnd, 0))).containsExactly(4L, 2L, 0L);
        assertThat(run(Lists.lpos("k", "missing", LPosOptions.ofDefaults(), 2))).isEmpty();
        assertThat(run(Lists.lpos("bytes", ONE, LPosOptions.ofDefaults(), 1))).containsExactly(0L);
        assertThat(run(Lists.lpos(KEY, ONE, LPosOptions.ofDefaults(), 2))).containsExactly(0L, 2L);
    }

    @Test
    void linsert_pivotThereOrNot_answersLengthOrMinusOne() {
        run(Lists.rpush("k", "b"));
        run(Lists.rpush("bytes", TWO));
        run(Lists.rpush(KEY, TWO));

        assertThat(run(Lists.linsertBefore("k", "b", "a"))).isEqualTo(2);
        assertThat(run(Lists.linsertAfter("k", "b", "c"))).isEqualTo(3);
        assertThat(run(Lists.linsertAfter("k", "x", "c"))).isEqualTo(-1);
        assertThat(run(Lists.linsertBefore("missing", "x", "c"))).isZero();
        assertThat(run(Lists.lrange("k", 0, -1))).containsExactly("a", "b", "c");
        assertThat(run(Lists.linsertBefore("bytes", TWO, ONE))).isEqualTo(2);
        assertThat(run(Lists.linsertAfter("bytes", TWO, THREE))).isEqualTo(3);
        assertThat(run(Lists.linsertBefore(KEY, TWO, ONE))).isEqualTo(2);
        assertThat(run(Lists.linsertAfter(KEY, TWO, THREE))).isEqualTo(3);
        assertThat(run(Lists.lrange(KEY, 0, -1))).containsExactly(ONE, TWO, THREE);
    }

    @Test
    void lset_atAnIndex_replaces() {
        run(Lists.rpush("k", "a", "b"));
        run(Lists.rpush(KEY, ONE));

        assertThat(run(Lists.lset("k", 0, "x"))).isEqualTo("OK");
        assertThat(run(Lists.lset("k", -1, TWO))).isEqualTo("OK");
        assertThat(run(Lists.lindexBytes("k", 1))).isEqualTo(TWO);
        assertThat(run(Lists.lset(KEY, 0, THREE))).isEqualTo("OK");
        assertThat(run(Lists.lindex(KEY, 0))).isEqualTo(THREE);
    }

    @Test
    void lrem_fromEachEnd_answersHowMany() {
        run(Lists.rpush("k", "a", "b", "a", "b", "a"));
        run(Lists.rpush("bytes", ONE, TWO, ONE));
        run(Lists.rpush(KEY, ONE, TWO, ONE));

        assertThat(run(Lists.lrem("k", -1, "a"))).isEqualTo(1);
        assertThat(run(Lists.lrange("k", 0, -1))).containsExactly("a", "b", "a", "b");
        assertThat(run(Lists.lrem("k", 0, "a"))).isEqualTo(2);
        assertThat(run(Lists.lrem("bytes", 1, ONE))).isEqualTo(1);
        assertThat(run(Lists.lrem(KEY, 0, ONE))).isEqualTo(2);
    }

    @Test
    void ltrim_aPart_leavesThat() {
        run(Lists.rpush("k", "a", "b", "c"));
        run(Lists.rpush(KEY, ONE, TWO, THREE));

        assertThat(run(Lists.ltrim("k", 1, -1))).isEqualTo("OK");
        assertThat(run(Lists.lrange("k", 0, -1))).containsExactly("b", "c");
        assertThat(run(Lists.ltrim(KEY, 0, 0))).isEqualTo("OK");
        assertThat(run(Lists.lrange(KEY, 0, -1))).containsExactly(ONE);
    }
}
