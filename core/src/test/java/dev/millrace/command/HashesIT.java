package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.ONE;
import static dev.millrace.command.Binary.THREE;
import static dev.millrace.command.Binary.TWO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.OnEveryTopology;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
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
final class HashesIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    @Test
    void set_newAndOldFields_answersHowManyAreNew() {
        assertThat(run(Hashes.hset("h", "f", "1"))).isEqualTo(1);
        assertThat(run(Hashes.hset("h", "f", ONE))).isZero();
        assertThat(run(Hashes.hset("h", Map.of("f", "2", "g", "3")))).isEqualTo(1);
        assertThat(run(Hashes.hsetBytes("h", Map.of("b", TWO)))).isEqualTo(1);
        assertThat(run(Hashes.hset(KEY, ONE, TWO))).isEqualTo(1);
        assertThat(run(Hashes.hset(KEY, Map.of(ONE, ONE, TWO, TWO)))).isEqualTo(1);

        assertThat(run(Hashes.hget("h", "f"))).isEqualTo("2");
        assertThat(run(Hashes.hgetBytes("h", "b"))).isEqualTo(TWO);
        assertThat(run(Hashes.hget(KEY, ONE))).isEqualTo(ONE);
        assertThat(run(Hashes.hget("h", "none"))).isNull();
        assertThat(run(Hashes.hlen("h"))).isEqualTo(3);
        assertThat(run(Hashes.hlen(KEY))).isEqualTo(2);
    }

    @Test
    void setNx_fieldThere_keepsIt() {
        assertThat(run(Hashes.hsetNx("h", "f", "1"))).isTrue();
        assertThat(run(Hashes.hsetNx("h", "f", "2"))).isFalse();
        assertThat(run(Hashes.hsetNx("h", "b", TWO))).isTrue();
        assertThat(run(Hashes.hsetNx(KEY, ONE, TWO))).isTrue();
        assertThat(run(Hashes.hget("h", "f"))).isEqualTo("1");
    }

    @Test
    void mget_missingField_isNullInItsPlace() {
        run(Hashes.hset("h", Map.of("a", "1", "b", "2")));
        run(Hashes.hset(KEY, ONE, TWO));

        assertThat(run(Hashes.hmget("h", "b", "x", "a"))).containsExactly("2", null, "1");
        assertThat(run(Hashes.hmget("h", List.of("a", "x")))).containsExactly("1", null);
        assertThat(run(Hashes.hmgetBytes("h", "x", "a"))).containsExactly(null, new byte[] {'1'});
        assertThat(run(Hashes.hmgetBytes("h", List.of("b")))).containsExactly(new byte[] {'2'});
        assertThat(run(Hashes.hmget(KEY, ONE, THREE))).containsExactly(TWO, null);
        assertThatThrownBy(() -> Hashes.hmget("h", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("HMGET needs at least one field; the list is empty");
    }

    @Test
    void getAll_hash_answersEveryFieldInOneShape() {
        run(Hashes.hset("h", "a", "1"));
        run(Hashes.hset("h", "b", TWO));
        run(Hashes.hset(KEY, ONE, TWO));

        assertThat(run(Hashes.hgetAll("h"))).containsEntry("a", "1").hasSize(2);
        assertThat(run(Hashes.hgetAllBytes("h"))).containsEntry("b", TWO).hasSize(2);
        assertThat(run(Hashes.hgetAll("none"))).isEmpty();
        List<Map.Entry<byte[], byte[]>> entries = SERVER.value(protocol, Hashes.hgetAll(KEY));
        assertThat(entries).hasSize(1);
        assertThat(entries.getFirst().getKey()).isEqualTo(ONE);
        assertThat(entries.getFirst().getValue()).isEqualTo(TWO);
        assertThat(run(Hashes.hkeys("h"))).containsExactlyInAnyOrder("a", "b");
        assertThat(run(Hashes.hkeys(KEY))).containsExactly(ONE);
        assertThat(run(Hashes.hvals(KEY))).containsExactly(TWO);
        assertThat(run(Hashes.hvalsBytes("h"))).contains(TWO);
        run(Hashes.hdel("h", "b"));
        assertThat(run(Hashes.hvals("h"))).containsExactly("1");
    }

    @Test
    void del_fields_answersHowManyThereWere() {
        run(Hashes.hset("h", Map.of("a", "1", "b", "2", "c", "3")));
        run(Hashes.hset(KEY, ONE, TWO));

        assertThat(run(Hashes.hdel("h", "a", "x"))).isEqualTo(1);
        assertThat(run(Hashes.hdel("h", List.of("b", "c")))).isEqualTo(2);
        assertThat(run(Hashes.hexists("h", "a"))).isFalse();
        assertThat(run(Hashes.hexists(KEY, ONE))).isTrue();
        assertThat(run(Hashes.hdel(KEY, ONE))).isEqualTo(1);
        assertThat(run(Hashes.hexists(KEY, ONE))).isFalse();
        assertThatThrownBy(() -> Hashes.hdel("h", new String[0])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void incrBy_number_answersTheSum() {
        assertThat(run(Hashes.hincrBy("h", "n", 5))).isEqualTo(5);
        assertThat(run(Hashes.hincrBy("h", "n", -7))).isEqualTo(-2);
        assertThat(run(Hashes.hincrByFloat("h", "n", 2.5))).isEqualTo(0.5);
        assertThat(run(Hashes.hincrBy(KEY, ONE, 1))).isEqualTo(1);
        assertThat(run(Hashes.hincrByFloat(KEY, ONE, 0.25))).isEqualTo(1.25);
        assertThat(run(Hashes.hstrLen("h", "n"))).isEqualTo(3);
        assertThat(run(Hashes.hstrLen(KEY, ONE))).isEqualTo(4);
        assertThat(run(Hashes.hstrLen("h", "none"))).isZero();
    }

    @Test
    void randField_eachForm_answersFieldsOfTheHash() {
        run(Hashes.hset("h", Map.of("a", "1", "b", "2")));
        run(Hashes.hset(KEY, ONE, TWO));

        assertThat(run(Hashes.hrandField("h"))).isIn("a", "b");
        assertThat(run(Hashes.hrandField("none"))).isNull();
        assertThat(run(Hashes.hrandField(KEY))).isEqualTo(ONE);
        assertThat(run(Hashes.hrandField("h", 5))).containsExactlyInAnyOrder("a", "b");
        assertThat(run(Hashes.hrandField("h", -5))).hasSize(5).isSubsetOf("a", "b");
        assertThat(run(Hashes.hrandField(KEY, 2))).containsExactly(ONE);
        assertThat(run(Hashes.hrandFieldWithValues("h", 5)))
                .containsExactlyInAnyOrder(Map.entry("a", "1"), Map.entry("b", "2"));
        assertThat(run(Hashes.hrandFieldWithValues("none", 5))).isEmpty();
        Map.Entry<byte[], byte[]> bytes =
                SERVER.value(protocol, Hashes.hrandFieldWithValues(KEY, 1)).getFirst();
        assertThat(bytes.getKey()).isEqualTo(ONE);
        assertThat(bytes.getValue()).isEqualTo(TWO);
        run(Hashes.hset("b", "f", TWO));
        Map.Entry<String, byte[]> mixed =
                SERVER.value(protocol, Hashes.hrandFieldWithValuesBytes("b", 1)).getFirst();
        assertThat(mixed.getKey()).isEqualTo("f");
        assertThat(mixed.getValue()).isEqualTo(TWO);
    }

    @Test
    void scan_manyPages_answersEveryFieldWithItsValue() {
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i < 1000; i++) {
            all.put("field:" + i, "value:" + i);
        }
        run(Hashes.hset("h", all));
        run(Hashes.hset(KEY, ONE, TWO));
        ScanOptions options = ScanOptions.ofDefaults().counting(100);

        Map<String, String> seen = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : SERVER.client(protocol).scan(Hashes.hscan("h", options))) {
            seen.put(entry.getKey(), entry.getValue());
        }
        assertThat(seen).isEqualTo(all);
        ScanPage<Map.Entry<byte[], byte[]>> page =
                SERVER.value(protocol, Hashes.hscan(KEY, options).next(Scan.START));
        assertThat(page.isLast()).isTrue();
        assertThat(page.items().getFirst().getValue()).isEqualTo(TWO);
        ScanPage<Map.Entry<String, byte[]>> bytes = SERVER.value(
                protocol,
                Hashes.hscanBytes(
                                "h",
                                ScanOptions.ofDefaults().matching("field:77").counting(10_000))
                        .next(Scan.START));
        assertThat(bytes.items()).hasSize(1);
        assertThat(Arrays.equals(bytes.items().getFirst().getValue(), "value:77".getBytes(StandardCharsets.UTF_8)))
                .isTrue();
    }
}
