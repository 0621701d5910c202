package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.ONE;
import static dev.millrace.command.Binary.OTHER_KEY;
import static dev.millrace.command.Binary.THREE;
import static dev.millrace.command.Binary.TWO;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.OnEveryTopology;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {3, 2})
final class SetsIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    private static final byte[] DESTINATION = {(byte) 0xff, 'd'};

    @Test
    void sadd_someThere_countsTheNewOnes() {
        assertThat(run(Sets.sadd("k", "a", "b"))).isEqualTo(2);
        assertThat(run(Sets.sadd("k", List.of("b", "c")))).isEqualTo(1);
        assertThat(run(Sets.sadd("k", ONE))).isEqualTo(1);
        assertThat(run(Sets.sadd(KEY, ONE, TWO, ONE))).isEqualTo(2);
        assertThat(run(Sets.scard("k"))).isEqualTo(4);
        assertThat(run(Sets.scard(KEY))).isEqualTo(2);
    }

    @Test
    void srem_someMissing_countsThoseThatWere() {
        run(Sets.sadd("k", "a", "b", "c"));
        run(Sets.sadd("k", ONE));
        run(Sets.sadd(KEY, ONE, TWO));

        assertThat(run(Sets.srem("k", "a", "x"))).isEqualTo(1);
        assertThat(run(Sets.srem("k", List.of("b", "c")))).isEqualTo(2);
        assertThat(run(Sets.srem("k", ONE))).isEqualTo(1);
        assertThat(run(Sets.srem(KEY, ONE, THREE))).isEqualTo(1);
    }

    @Test
    void sismember_oneOrMany_tellsForEach() {
        run(Sets.sadd("k", "a", "b"));
        run(Sets.sadd("k", ONE));
        run(Sets.sadd(KEY, ONE));

        assertThat(run(Sets.sismember("k", "a"))).isTrue();
        assertThat(run(Sets.sismember("k", TWO))).isFalse();
        assertThat(run(Sets.sismember(KEY, ONE))).isTrue();
        assertThat(run(Sets.smismember("k", "a", "x", "b"))).containsExactly(true, false, true);
        assertThat(run(Sets.smismember("k", List.of("x")))).containsExactly(false);
        assertThat(run(Sets.smismember("k", TWO, ONE))).containsExactly(false, true);
        assertThat(run(Sets.smismember(KEY, ONE, TWO))).containsExactly(true, false);
    }

    @Test
    void smembers_textAndBytes_answersAll() {
        run(Sets.sadd("k", "a", "b"));
        run(Sets.sadd(KEY, ONE, TWO));

        assertThat(run(Sets.smembers("k"))).containsExactlyInAnyOrder("a", "b");
        assertThat(run(Sets.smembersBytes("k"))).containsExactlyInAnyOrder(new byte[] {'a'}, new byte[] {'b'});
        assertThat(run(Sets.smembers(KEY))).containsExactlyInAnyOrder(ONE, TWO);
        assertThat(run(Sets.smembers("missing"))).isEmpty();
    }

    @Test
    void smove_thereOrNot_tellsWhetherItMoved() {
        run(Sets.sadd("k", "a", "b"));
        run(Sets.sadd("k", ONE));
        run(Sets.sadd(KEY, ONE));

        assertThat(run(Sets.smove("k", "other", "a"))).isTrue();
        assertThat(run(Sets.smove("k", "other", "x"))).isFalse();
        assertThat(run(Sets.smove("k", "other", ONE))).isTrue();
        assertThat(run(Sets.smove(KEY, OTHER_KEY, ONE))).isTrue();
        assertThat(run(Sets.scard("other"))).isEqualTo(2);
    }

    @Test
    void spop_oneOrMany_takesThem() {
        run(Sets.sadd("k", "a", "b", "c", "d", "e"));
        run(Sets.sadd(KEY, ONE, TWO, THREE));
        Set<String> taken = new TreeSet<>();

        taken.add(run(Sets.spop("k")));
        taken.add(new String(Objects.requireNonNull(run(Sets.spopBytes("k"))), UTF_8));
        taken.addAll(Objects.requireNonNull(run(Sets.spop("k", 2))));
        for (byte[] member : Objects.requireNonNull(run(Sets.spopBytes("k", 9)))) {
            taken.add(new String(member, UTF_8));
        }
        assertThat(taken).containsExactly("a", "b", "c", "d", "e");
        assertThat(run(Sets.spop("k"))).isNull();
        assertThat(run(Sets.spop("k", 2))).isEmpty();
        assertThat(run(Sets.spop(KEY))).isIn(ONE, TWO, THREE);
        assertThat(run(Sets.spop(KEY, 9))).hasSize(2);
    }

    @Test
    void srandmember_oneOrMany_leavesThem() {
        run(Sets.sadd("k", "a"));
        run(Sets.sadd(KEY, ONE));

        assertThat(run(Sets.srandmember("k"))).isEqualTo("a");
        assertThat(run(Sets.srandmemberBytes("k"))).isEqualTo(new byte[] {'a'});
        assertThat(run(Sets.srandmember(KEY))).isEqualTo(ONE);
        assertThat(run(Sets.srandmember("k", -3))).containsExactly("a", "a", "a");
        assertThat(run(Sets.srandmemberBytes("k", 3))).containsExactly(new byte[] {'a'});
        assertThat(run(Sets.srandmember(KEY, -2))).containsExactly(ONE, ONE);
        assertThat(run(Sets.srandmember("missing"))).isNull();
        assertThat(run(Sets.srandmember("missing", 2))).isEmpty();
    }

    @Test
    void combinations_ofSets_answerTheirMembers() {
        run(Sets.sadd("x", "a", "b"));
        run(Sets.sadd("y", "b", "c"));
        run(Sets.sadd(KEY, ONE, TWO));
        run(Sets.sadd(OTHER_KEY, TWO, THREE));

        assertThat(run(Sets.sinter("x", "y"))).containsExactly("b");
        assertThat(run(Sets.sinter(List.of("x", "missing")))).isEmpty();
        assertThat(run(Sets.sinterBytes("x", "y"))).containsExactly(new byte[] {'b'});
        assertThat(run(Sets.sinter(KEY, OTHER_KEY))).containsExactly(TWO);
        assertThat(run(Sets.sunion("x", "y"))).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(run(Sets.sunion(List.of("x")))).containsExactlyInAnyOrder("a", "b");
        assertThat(run(Sets.sunionBytes("x", "y"))).hasSize(3);
        assertThat(run(Sets.sunion(KEY, OTHER_KEY))).containsExactlyInAnyOrder(ONE, TWO, THREE);
        assertThat(run(Sets.sdiff("x", "y"))).containsExactly("a");
        assertThat(run(Sets.sdiff(List.of("y", "x")))).containsExactly("c");
        assertThat(run(Sets.sdiffBytes("x", "y"))).containsExactly(new byte[] {'a'});
        assertThat(run(Sets.sdiff(KEY, OTHER_KEY))).containsExactly(ONE);
        SERVER.needs(7);
        assertThat(run(Sets.sinterCard(0, "x", "y"))).isEqualTo(1);
        assertThat(run(Sets.sinterCard(1, "x", "x"))).isEqualTo(1);
        assertThat(run(Sets.sinterCard(0, KEY, OTHER_KEY))).isEqualTo(1);
    }

    @Test
    void combinations_stored_answerTheSize() {
        run(Sets.sadd("x", "a", "b"));
        run(Sets.sadd("y", "b", "c"));
        run(Sets.sadd(KEY, ONE, TWO));
        run(Sets.sadd(OTHER_KEY, TWO, THREE));

        assertThat(run(Sets.sinterStore("d", "x", "y"))).isEqualTo(1);
        assertThat(run(Sets.smembers("d"))).containsExactly("b");
        assertThat(run(Sets.sinterStore("d", List.of("x")))).isEqualTo(2);
        assertThat(run(Sets.sinterStore(DESTINATION, KEY, OTHER_KEY))).isEqualTo(1);
        assertThat(run(Sets.sunionStore("d", "x", "y"))).isEqualTo(3);
        assertThat(run(Sets.sunionStore("d", List.of("x")))).isEqualTo(2);
        assertThat(run(Sets.sunionStore(DESTINATION, KEY, OTHER_KEY))).isEqualTo(3);
        assertThat(run(Sets.sdiffStore("d", "x", "y"))).isEqualTo(1);
        assertThat(run(Sets.sdiffStore("d", List.of("x", "y")))).isEqualTo(1);
        assertThat(run(Sets.sdiffStore(DESTINATION, KEY, OTHER_KEY))).isEqualTo(1);
        assertThat(run(Sets.smembers(DESTINATION))).containsExactly(ONE);
    }

    @Test
    void sscan_manyPages_answersEveryMember() {
        List<String> members = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            members.add("member:" + i);
        }
        run(Sets.sadd("k", members));
        run(Sets.sadd(KEY, ONE, TWO));

        assertThat(all(Sets.sscan("k", ScanOptions.ofDefaults().counting(100))))
                .containsExactlyInAnyOrderElementsOf(members);
        assertThat(all(Sets.sscan("k", ScanOptions.ofDefaults().matching("*:77"))))
                .containsExactly("member:77");
        assertThat(run(Sets.sscan("k", ScanOptions.ofDefaults()).next(Scan.START)))
                .satisfies(page -> assertThat(page.items()).isNotEmpty());
        assertThat(all(Sets.sscanBytes("k", ScanOptions.ofDefaults()))).hasSize(1000);
        assertThat(all(Sets.sscan(KEY, ScanOptions.ofDefaults()))).containsExactlyInAnyOrder(ONE, TWO);
    }

    private <T> List<T> all(Scan<T> scan) {
        List<T> all = new ArrayList<>();
        SERVER.client(protocol).scan(scan).forEach(all::add);
        return all;
    }
}
