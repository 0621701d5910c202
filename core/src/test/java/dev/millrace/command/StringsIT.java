package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.ONE;
import static dev.millrace.command.Binary.OTHER_KEY;
import static dev.millrace.command.Binary.TWO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.OnEveryTopology;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
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
final class StringsIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    @Test
    void get_missingKey_null() {
        assertThat(run(Strings.get("k"))).isNull();
        assertThat(run(Strings.getBytes("k"))).isNull();
        assertThat(run(Strings.get(KEY))).isNull();
    }

    @Test
    void set_textAndBytes_readBackAsWritten() {
        assertThat(run(Strings.set("k", "größer"))).isEqualTo("OK");
        assertThat(run(Strings.get("k"))).isEqualTo("größer");
        assertThat(run(Strings.getBytes("k"))).isEqualTo("größer".getBytes(StandardCharsets.UTF_8));
        assertThat(run(Strings.set("k", ONE))).isEqualTo("OK");
        assertThat(run(Strings.getBytes("k"))).isEqualTo(ONE);
        assertThat(run(Strings.set(KEY, TWO))).isEqualTo("OK");
        assertThat(run(Strings.get(KEY))).isEqualTo(TWO);
        assertThat(run(Strings.set("k", ""))).isEqualTo("OK");
        assertThat(run(Strings.get("k"))).isEmpty();
    }

    @Test
    void set_withCondition_tellsWhetherItWrote() {
        SetOptions absent = SetOptions.ofDefaults().ifAbsent();
        SetOptions present = SetOptions.ofDefaults().ifPresent();

        assertThat(run(Strings.set("k", "1", present))).isFalse();
        assertThat(run(Strings.set("k", "1", absent))).isTrue();
        assertThat(run(Strings.set("k", ONE, absent))).isFalse();
        assertThat(run(Strings.set("k", ONE, present))).isTrue();
        assertThat(run(Strings.getBytes("k"))).isEqualTo(ONE);
        assertThat(run(Strings.set(KEY, TWO, present))).isFalse();
        assertThat(run(Strings.set(KEY, TWO, absent))).isTrue();
        assertThat(run(Strings.get(KEY))).isEqualTo(TWO);
    }

    @Test
    void set_withExpiry_expiresAsSaid() {
        run(Strings.set("k", "1", SetOptions.ofDefaults().expiringIn(Duration.ofMillis(90_500))));
        assertThat(remaining(Keys.pttl("k"))).isBetween(Duration.ofSeconds(80), Duration.ofMillis(90_500));

        run(Strings.set("k", "2", SetOptions.ofDefaults().keepingExpiry()));
        assertThat(remaining(Keys.pttl("k"))).isBetween(Duration.ofSeconds(80), Duration.ofMillis(90_500));

        run(Strings.set("k", "4", SetOptions.ofDefaults().expiring(Expiry.never())));
        assertThat(run(Keys.pttl("k"))).isEqualTo(new TimeToLive(true, null));

        SERVER.needs(7);
        Instant time = Instant.now().plusSeconds(1_000_000).plusMillis(7);
        run(Strings.set("k", "3", SetOptions.ofDefaults().expiringAt(time)));
        assertThat(run(Keys.pexpireTime("k")))
                .isEqualTo(new ExpireTime(true, Instant.ofEpochMilli(time.toEpochMilli())));
    }

    @Test
    void setGet_anyOptions_answersTheValueBefore() {
        assertThat(run(Strings.setGet("k", "1", SetOptions.ofDefaults()))).isNull();
        assertThat(run(Strings.setGetBytes("k", ONE, SetOptions.ofDefaults()))).isEqualTo(new byte[] {'1'});
        assertThat(run(Strings.getBytes("k"))).isEqualTo(ONE);
        assertThat(run(Strings.setGet(KEY, ONE, SetOptions.ofDefaults()))).isNull();
        assertThat(run(Strings.setGet(KEY, TWO, SetOptions.ofDefaults()))).isEqualTo(ONE);
        SERVER.needs(7);
        assertThat(run(Strings.setGet(KEY, ONE, SetOptions.ofDefaults().ifAbsent())))
                .isEqualTo(TWO);
        assertThat(run(Strings.get(KEY))).isEqualTo(TWO);
    }

    @Test
    void setNx_keyExists_leavesIt() {
        assertThat(run(Strings.setNx("k", "1"))).isTrue();
        assertThat(run(Strings.setNx("k", ONE))).isFalse();
        assertThat(run(Strings.get("k"))).isEqualTo("1");
        assertThat(run(Strings.setNx(KEY, ONE))).isTrue();
        assertThat(run(Strings.setNx(KEY, TWO))).isFalse();
    }

    @Test
    void setEx_secondsAndMilliseconds_expiresAsSaid() {
        assertThat(run(Strings.setEx("k", Duration.ofSeconds(100), "1"))).isEqualTo("OK");
        assertThat(remaining(Keys.pttl("k"))).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(100));
        assertThat(run(Strings.setEx("k", Duration.ofMillis(50_500), ONE))).isEqualTo("OK");
        assertThat(remaining(Keys.pttl("k"))).isBetween(Duration.ofSeconds(40), Duration.ofMillis(50_500));
        assertThat(run(Strings.setEx(KEY, Duration.ofSeconds(9), TWO))).isEqualTo("OK");
        assertThat(run(Strings.get(KEY))).isEqualTo(TWO);
    }

    @Test
    void getSet_textAndBytes_answersTheValueBefore() {
        assertThat(run(Strings.getSet("k", "1"))).isNull();
        assertThat(run(Strings.getSet("k", "2"))).isEqualTo("1");
        assertThat(run(Strings.getSetBytes("k", ONE))).isEqualTo(new byte[] {'2'});
        assertThat(run(Strings.getSet(KEY, ONE))).isNull();
        assertThat(run(Strings.getSet(KEY, TWO))).isEqualTo(ONE);
    }

    @Test
    void getDel_keyExists_removesIt() {
        run(Strings.mset(Map.of("a", "1", "b", "2")));
        run(Strings.set(KEY, ONE));

        assertThat(run(Strings.getDel("a"))).isEqualTo("1");
        assertThat(run(Strings.getDel("a"))).isNull();
        assertThat(run(Strings.getDelBytes("b"))).isEqualTo(new byte[] {'2'});
        assertThat(run(Strings.getDel(KEY))).isEqualTo(ONE);
        assertThat(run(Strings.get(KEY))).isNull();
    }

    @Test
    void getEx_everyExpiry_changesItAsSaid() {
        run(Strings.set("k", "1"));
        run(Strings.set(KEY, ONE));

        assertThat(run(Strings.getEx("k", Expiry.in(Duration.ofSeconds(100))))).isEqualTo("1");
        assertThat(remaining(Keys.pttl("k"))).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(100));
        assertThat(run(Strings.getExBytes("k", Expiry.kept()))).isEqualTo(new byte[] {'1'});
        assertThat(remaining(Keys.pttl("k"))).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(100));
        assertThat(run(Strings.getEx("k", Expiry.never()))).isEqualTo("1");
        assertThat(run(Keys.pttl("k"))).isEqualTo(new TimeToLive(true, null));
        assertThat(run(Strings.getEx(KEY, Expiry.at(Instant.now().plusSeconds(50)))))
                .isEqualTo(ONE);
        assertThat(remaining(Keys.pttl(KEY))).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(50));
        assertThat(run(Strings.getEx("missing", Expiry.kept()))).isNull();
    }

    @Test
    void getRange_negativeOffsets_countFromTheEnd() {
        run(Strings.set("k", "millrace"));
        run(Strings.set(KEY, TWO));

        assertThat(run(Strings.getRange("k", 0, 3))).isEqualTo("mill");
        assertThat(run(Strings.getRangeBytes("k", -4, -1))).isEqualTo("race".getBytes(StandardCharsets.UTF_8));
        assertThat(run(Strings.getRange(KEY, 1, 2))).isEqualTo(new byte[] {'\r', '\n'});
        assertThat(run(Strings.getRange("missing", 0, -1))).isEmpty();
    }

    @Test
    void setRange_beyondTheEnd_fillsWithZeros() {
        assertThat(run(Strings.setRange("k", 2, "ab"))).isEqualTo(4);
        assertThat(run(Strings.setRange("k", 1, ONE))).isEqualTo(4);
        assertThat(run(Strings.getBytes("k"))).isEqualTo(new byte[] {0, ONE[0], ONE[1], 'b'});
        assertThat(run(Strings.setRange(KEY, 0, TWO))).isEqualTo(4);
        assertThat(run(Strings.get(KEY))).isEqualTo(TWO);
    }

    @Test
    void append_textAndBytes_answersTheLength() {
        assertThat(run(Strings.append("k", "ab"))).isEqualTo(2);
        assertThat(run(Strings.append("k", ONE))).isEqualTo(4);
        assertThat(run(Strings.append(KEY, TWO))).isEqualTo(4);
        assertThat(run(Strings.strlen("k"))).isEqualTo(4);
        assertThat(run(Strings.strlen(KEY))).isEqualTo(4);
        assertThat(run(Strings.strlen("missing"))).isZero();
    }

    @Test
    void mget_someMissing_nullInTheirPlaces() {
        run(Strings.mset(Map.of("a", "1", "b", "2")));
        run(Strings.mset(KEY, ONE, OTHER_KEY, TWO));

        assertThat(run(Strings.mget("a", "missing", "b"))).containsExactly("1", null, "2");
        assertThat(run(Strings.mget(List.of("b", "a")))).containsExactly("2", "1");
        assertThat(run(Strings.mgetBytes("a", "missing"))).containsExactly(new byte[] {'1'}, null);
        assertThat(run(Strings.mgetBytes(List.of("missing", "b")))).containsExactly(null, new byte[] {'2'});
        assertThat(run(Strings.mget(OTHER_KEY, KEY))).containsExactly(TWO, ONE);
    }

    @Test
    void mset_manyKeys_storesAll() {
        Map<String, byte[]> binary = new LinkedHashMap<>();
        binary.put("a", ONE);
        binary.put("b", TWO);

        assertThat(run(Strings.msetBytes(binary))).isEqualTo("OK");
        assertThat(run(Strings.mgetBytes("a", "b"))).containsExactly(ONE, TWO);
    }

    @Test
    void msetNx_oneKeyExists_storesNone() {
        assertThat(run(Strings.msetNx(Map.of("a", "1", "b", "2")))).isTrue();
        assertThat(run(Strings.msetNx(Map.of("b", "3", "c", "4")))).isFalse();
        assertThat(run(Strings.mget("b", "c"))).containsExactly("2", null);
        assertThat(run(Strings.msetNxBytes(Map.of("d", ONE)))).isTrue();
        assertThat(run(Strings.msetNx(KEY, ONE, OTHER_KEY, TWO))).isTrue();
        assertThat(run(Strings.msetNx(KEY, TWO))).isFalse();
    }

    @Test
    void counters_upAndDown_answerTheNumberAfter() {
        assertThat(run(Strings.incr("k"))).isEqualTo(1);
        assertThat(run(Strings.incrBy("k", 41))).isEqualTo(42);
        assertThat(run(Strings.decr("k"))).isEqualTo(41);
        assertThat(run(Strings.decrBy("k", 50))).isEqualTo(-9);
        assertThat(run(Strings.incrByFloat("k", 0.5))).isEqualTo(-8.5);
        assertThat(run(Strings.incr(KEY))).isEqualTo(1);
        assertThat(run(Strings.incrBy(KEY, Long.MAX_VALUE - 1))).isEqualTo(Long.MAX_VALUE);
        assertThat(run(Strings.decr(KEY))).isEqualTo(Long.MAX_VALUE - 1);
        assertThat(run(Strings.decrBy(KEY, Long.MAX_VALUE - 1))).isZero();
        assertThat(run(Strings.incrByFloat(KEY, 1.5e3))).isEqualTo(1500.0);
    }

    @Test
    void lcs_twoTexts_answersTextLengthAndMatches() {
        SERVER.needs(7);
        run(Strings.mset(Map.of("a", "ohmytext", "b", "mynewtext")));
        run(Strings.mset(KEY, Binary.bytes(0xff, 1, 2), OTHER_KEY, Binary.bytes(0xff, 2)));

        assertThat(run(Strings.lcs("a", "b"))).isEqualTo("mytext");
        assertThat(run(Strings.lcsBytes("a", "b"))).isEqualTo("mytext".getBytes(StandardCharsets.UTF_8));
        assertThat(run(Strings.lcs(KEY, OTHER_KEY))).isEqualTo(Binary.bytes(0xff, 2));
        assertThat(run(Strings.lcsLength("a", "b"))).isEqualTo(6);
        assertThat(run(Strings.lcsLength(KEY, OTHER_KEY))).isEqualTo(2);
        assertThat(run(Strings.lcsMatches("a", "b", 0)))
                .isEqualTo(
                        new LcsMatches(List.of(new LcsMatches.Match(4, 7, 5, 8), new LcsMatches.Match(2, 3, 0, 1)), 6));
        assertThat(run(Strings.lcsMatches("a", "b", 4)))
                .isEqualTo(new LcsMatches(List.of(new LcsMatches.Match(4, 7, 5, 8)), 6));
        assertThat(run(Strings.lcsMatches(KEY, OTHER_KEY, 2))).isEqualTo(new LcsMatches(List.of(), 2));
    }

    private @Nullable Duration remaining(Command<TimeToLive> command) {
        TimeToLive left = run(command);
        return left == null ? null : left.remaining();
    }
}
