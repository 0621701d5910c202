package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.ONE;
import static dev.millrace.command.Binary.OTHER_KEY;
import static dev.millrace.command.Binary.THREE;
import static dev.millrace.command.Binary.TWO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.OnEveryTopology;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {3, 2})
final class KeysIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    @Test
    void del_someMissing_countsThoseThatWere() {
        run(Strings.mset(Map.of("a", "1", "b", "2", "c", "3")));
        run(Strings.mset(KEY, ONE, OTHER_KEY, TWO));

        assertThat(run(Keys.del("a", "missing"))).isEqualTo(1);
        assertThat(run(Keys.del(List.of("b", "c")))).isEqualTo(2);
        assertThat(run(Keys.del(KEY, OTHER_KEY))).isEqualTo(2);
        assertThat(run(Keys.exists("a", "b", "c"))).isZero();
    }

    @Test
    void unlink_someMissing_countsThoseThatWere() {
        run(Strings.mset(Map.of("a", "1", "b", "2", "c", "3")));
        run(Strings.mset(KEY, ONE, OTHER_KEY, TWO));

        assertThat(run(Keys.unlink("a", "missing"))).isEqualTo(1);
        assertThat(run(Keys.unlink(List.of("b", "c")))).isEqualTo(2);
        assertThat(run(Keys.unlink(KEY, OTHER_KEY))).isEqualTo(2);
    }

    @Test
    void exists_oneOrMany_tellsOrCounts() {
        run(Strings.mset(Map.of("a", "1", "b", "2")));
        run(Strings.set(KEY, ONE));

        assertThat(run(Keys.exists("a"))).isTrue();
        assertThat(run(Keys.exists("missing"))).isFalse();
        assertThat(run(Keys.exists(KEY))).isTrue();
        assertThat(run(Keys.exists(OTHER_KEY))).isFalse();
        assertThat(run(Keys.exists("a", "a", "missing"))).isEqualTo(2);
        assertThat(run(Keys.exists(List.of("a", "b")))).isEqualTo(2);
        assertThat(run(Keys.exists(KEY, OTHER_KEY))).isEqualTo(1);
    }

    @Test
    void touch_someMissing_countsThoseThatExist() {
        run(Strings.set("a", "1"));
        run(Strings.set(KEY, ONE));

        assertThat(run(Keys.touch("a", "missing"))).isEqualTo(1);
        assertThat(run(Keys.touch(List.of("a")))).isEqualTo(1);
        assertThat(run(Keys.touch(KEY, OTHER_KEY))).isEqualTo(1);
    }

    @Test
    void type_eachKind_asRedisNamesIt() {
        run(Lists.rpush("list", "1"));
        run(Sets.sadd(KEY, ONE));

        assertThat(run(Keys.type("list"))).isEqualTo("list");
        assertThat(run(Keys.type(KEY))).isEqualTo("set");
        assertThat(run(Keys.type("missing"))).isEqualTo("none");
    }

    @Test
    void expire_secondsAndMilliseconds_expiresAsSaid() {
        run(Strings.set("k", "1"));
        run(Strings.set(KEY, ONE));

        assertThat(run(Keys.expire("k", Duration.ofSeconds(100)))).isTrue();
        assertThat(remaining(Keys.ttl("k"))).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(100));
        assertThat(run(Keys.expire(KEY, Duration.ofMillis(50_500)))).isTrue();
        assertThat(remaining(Keys.pttl(KEY))).isBetween(Duration.ofSeconds(40), Duration.ofMillis(50_500));
        assertThat(remaining(Keys.ttl(KEY))).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(51));
        assertThat(run(Keys.expire("missing", Duration.ofSeconds(1)))).isFalse();
        assertThat(run(Keys.expire("k", Duration.ofMillis(-1)))).isTrue();
        assertThat(run(Keys.exists("k"))).isFalse();
    }

    @Test
    void expire_onCondition_tellsWhetherItHeld() {
        SERVER.needs(7);
        run(Strings.set("k", "1"));
        run(Strings.set(KEY, ONE));

        assertThat(run(Keys.expire("k", Duration.ofSeconds(100), ExpireCondition.HAS_EXPIRY)))
                .isFalse();
        assertThat(run(Keys.expire("k", Duration.ofSeconds(100), ExpireCondition.NO_EXPIRY)))
                .isTrue();
        assertThat(run(Keys.expire("k", Duration.ofSeconds(50), ExpireCondition.LATER)))
                .isFalse();
        assertThat(run(Keys.expire("k", Duration.ofMillis(50_500), ExpireCondition.EARLIER)))
                .isTrue();
        assertThat(run(Keys.expire(KEY, Duration.ofSeconds(9), ExpireCondition.LATER)))
                .isFalse();
    }

    @Test
    void expireAt_secondsAndMilliseconds_answeredByExpireTime() {
        SERVER.needs(7);
        Instant second = Instant.ofEpochSecond(4_000_000_000L);
        Instant millisecond = second.plusMillis(7);
        run(Strings.set("k", "1"));
        run(Strings.set(KEY, ONE));

        assertThat(run(Keys.expireTime("k"))).isEqualTo(new ExpireTime(true, null));
        assertThat(run(Keys.pexpireTime("missing"))).isEqualTo(new ExpireTime(false, null));
        assertThat(run(Keys.expireAt("k", second))).isTrue();
        assertThat(run(Keys.expireTime("k"))).isEqualTo(new ExpireTime(true, second));
        assertThat(run(Keys.expireAt(KEY, millisecond))).isTrue();
        assertThat(run(Keys.pexpireTime(KEY))).isEqualTo(new ExpireTime(true, millisecond));
        assertThat(run(Keys.expireTime(KEY))).isEqualTo(new ExpireTime(true, second));
        assertThat(run(Keys.pexpireTime("k"))).isEqualTo(new ExpireTime(true, second));
        assertThat(run(Keys.expireAt("k", millisecond, ExpireCondition.EARLIER)))
                .isFalse();
        assertThat(run(Keys.expireAt(KEY, second, ExpireCondition.EARLIER))).isTrue();
    }

    @Test
    void ttl_missingOrUnlimited_saysWhich() {
        run(Strings.set("k", "1"));

        assertThat(run(Keys.ttl("missing"))).isEqualTo(new TimeToLive(false, null));
        assertThat(run(Keys.ttl("k"))).isEqualTo(new TimeToLive(true, null));
        assertThat(run(Keys.pttl("missing"))).isEqualTo(new TimeToLive(false, null));
        assertThat(run(Keys.pttl("k"))).isEqualTo(new TimeToLive(true, null));
    }

    @Test
    void persist_expiringOrNot_tellsWhetherThereWasAnExpiry() {
        run(Strings.setEx("k", Duration.ofSeconds(100), "1"));
        run(Strings.setEx(KEY, Duration.ofSeconds(100), ONE));

        assertThat(run(Keys.persist("k"))).isTrue();
        assertThat(run(Keys.persist("k"))).isFalse();
        assertThat(run(Keys.persist(KEY))).isTrue();
    }

    @Test
    void rename_freeAndTakenNames_answersAsSaid() {
        run(Strings.mset(Map.of("a", "1", "b", "2")));
        run(Strings.set(KEY, ONE));

        assertThat(run(Keys.renameNx("a", "b"))).isFalse();
        assertThat(run(Keys.renameNx("a", "c"))).isTrue();
        assertThat(run(Keys.rename("c", "b"))).isEqualTo("OK");
        assertThat(run(Strings.get("b"))).isEqualTo("1");
        assertThat(run(Keys.rename(KEY, OTHER_KEY))).isEqualTo("OK");
        assertThat(run(Keys.renameNx(OTHER_KEY, KEY))).isTrue();
        assertThatThrownBy(() -> run(Keys.rename("missing", "b"))).isInstanceOf(ServerError.class);
    }

    @Test
    void copy_freeTakenAndOtherDatabase_answersAsSaid() {
        run(Strings.mset(Map.of("a", "1", "b", "2")));
        run(Strings.set(KEY, ONE));

        assertThat(run(Keys.copy("a", "c"))).isTrue();
        assertThat(run(Keys.copy("a", "b"))).isFalse();
        assertThat(run(Keys.copy("a", "b", CopyOptions.ofDefaults().replacing())))
                .isTrue();
        assertThat(run(Strings.get("b"))).isEqualTo("1");
        assertThat(run(Keys.copy("a", "a", CopyOptions.ofDefaults().intoDatabase(1))))
                .isTrue();
        assertThat(run(Keys.copy(KEY, OTHER_KEY))).isTrue();
        assertThat(run(Keys.copy(KEY, OTHER_KEY, CopyOptions.ofDefaults().replacing())))
                .isTrue();
    }

    @Test
    void scan_manyPages_answersEveryKeyOnce() {
        Set<String> expected = new HashSet<>();
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < 500; i++) {
            values.put("key:" + i, "v");
            expected.add("key:" + i);
        }
        run(Strings.mset(values));
        run(Lists.rpush("key:list", "1"));
        run(Strings.set("other", "1"));

        ScanOptions options =
                ScanOptions.ofDefaults().matching("key:*").counting(37).ofType("string");
        assertThat(all(Keys.scan(options))).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(all(Keys.scan())).hasSize(502);
        assertThat(run(Keys.scan(options).next(Scan.START)))
                .satisfies(page -> assertThat(page.cursor()).isNotEqualTo(Scan.START));
        assertThat(all(Keys.scanBytes(ScanOptions.ofDefaults().matching("oth*"))))
                .containsExactly(new byte[] {'o', 't', 'h', 'e', 'r'});
    }

    @Test
    void keys_pattern_answersWhatMatches() {
        run(Strings.mset(Map.of("a1", "1", "a2", "2", "b", "3")));
        run(Strings.set(KEY, ONE));

        assertThat(run(Keys.keys("a*"))).containsExactlyInAnyOrder("a1", "a2");
        assertThat(run(Keys.keys(Binary.bytes(0xff, '*')))).containsExactly(KEY);
    }

    @Test
    void randomKey_oneOrNone_thatOrNull() {
        assertThat(run(Keys.randomKey())).isNull();
        run(Strings.set("k", "1"));
        assertThat(run(Keys.randomKey())).isEqualTo("k");
        assertThat(run(Keys.randomKeyBytes())).isEqualTo(new byte[] {'k'});
    }

    @Test
    void restore_whatDumpAnswered_bringsTheKeyBack() {
        run(Strings.set("k", "1"));
        run(Strings.set(KEY, ONE));
        byte[] text = Objects.requireNonNull(run(Keys.dump("k")));
        byte[] binary = Objects.requireNonNull(run(Keys.dump(KEY)));
        RestoreOptions options = RestoreOptions.ofDefaults();

        assertThat(run(Keys.dump("missing"))).isNull();
        assertThat(run(Keys.restore("copy", text, options))).isEqualTo("OK");
        assertThat(run(Strings.get("copy"))).isEqualTo("1");
        assertThat(run(Keys.pttl("copy"))).isEqualTo(new TimeToLive(true, null));
        assertThatThrownBy(() -> run(Keys.restore("copy", text, options))).isInstanceOf(ServerError.class);

        run(Keys.restore("copy", text, options.replacing().expiring(Expiry.in(Duration.ofSeconds(100)))));
        assertThat(remaining(Keys.pttl("copy"))).isBetween(Duration.ofSeconds(90), Duration.ofSeconds(100));

        run(Keys.restore("copy", text, options.replacing().idleFor(Duration.ofMinutes(5))));
        assertThat(run(Keys.objectIdleTime("copy"))).isBetween(Duration.ofSeconds(290), Duration.ofSeconds(310));

        assertThat(run(Keys.restore(OTHER_KEY, binary, options.usedWithFrequency(9))))
                .isEqualTo("OK");
        assertThat(run(Strings.get(OTHER_KEY))).isEqualTo(ONE);

        SERVER.needs(7);
        Instant time = Instant.ofEpochMilli(4_000_000_000_007L);
        run(Keys.restore("copy", text, options.replacing().expiring(Expiry.at(time))));
        assertThat(run(Keys.pexpireTime("copy"))).isEqualTo(new ExpireTime(true, time));
    }

    @Test
    void object_existingAndMissing_answersOrNull() {
        run(Strings.set("k", "12"));
        run(Strings.set("text", "v"));
        run(Strings.set(KEY, ONE));

        assertThat(run(Keys.objectEncoding("k"))).isEqualTo("int");
        assertThat(run(Keys.objectEncoding(KEY))).isEqualTo("embstr");
        assertThat(run(Keys.objectEncoding("missing"))).isNull();
        assertThat(run(Keys.objectRefCount("k"))).isPositive();
        assertThat(run(Keys.objectRefCount(KEY))).isEqualTo(1);
        assertThat(run(Keys.objectRefCount("missing"))).isNull();
        assertThat(run(Keys.objectIdleTime("text"))).isLessThan(Duration.ofSeconds(30));
        assertThat(run(Keys.objectIdleTime(KEY))).isLessThan(Duration.ofSeconds(30));
        assertThat(run(Keys.objectIdleTime("missing"))).isNull();
    }

    @Test
    void objectFreq_lfuPolicy_answersOrNull() {
        SERVER.deployment().ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu");
        try {
            run(Strings.set("k", "text"));
            run(Strings.set(KEY, ONE));

            assertThat(run(Keys.objectFreq("k"))).isPositive();
            assertThat(run(Keys.objectFreq(KEY))).isPositive();
            assertThat(run(Keys.objectFreq("missing"))).isNull();
        } finally {
            SERVER.deployment().ask("CONFIG", "SET", "maxmemory-policy", "noeviction");
        }
    }

    @Test
    void sort_options_ordersAndAnswersAsSaid() {
        run(Lists.rpush("k", "3", "10", "1"));
        run(Strings.mset(Map.of("w_3", "1", "w_10", "2", "w_1", "3", "name_3", "three")));
        SortOptions numbers = SortOptions.ofDefaults();

        assertThat(run(Keys.sort("k", numbers))).containsExactly("1", "3", "10");
        assertThat(run(Keys.sort("k", numbers.alphabetically()))).containsExactly("1", "10", "3");
        assertThat(run(Keys.sort("k", numbers.largestFirst()))).containsExactly("10", "3", "1");
        assertThat(run(Keys.sort("k", numbers.limit(1, 1)))).containsExactly("3");
        assertThat(run(Keys.sort("k", new SortOptions(null, 1, null, List.of(), false, false))))
                .containsExactly("3", "10");
        assertThat(run(Keys.sortStore("k", "sorted", numbers.limit(0, 2)))).isEqualTo(2);
        assertThat(run(Lists.lrange("sorted", 0, -1))).containsExactly("1", "3");
        assertThat(run(Keys.sort("k", numbers.by("w_*").getting("name_*")))).containsExactly("three", null, null);
        SERVER.needs(7);
        assertThat(run(Keys.sortRo("k", numbers.by("w_*").getting("#").getting("name_*"))))
                .containsExactly("3", "three", "10", null, "1", null);
    }

    @Test
    void sort_binary_ordersBytes() {
        run(Sets.sadd(KEY, THREE, ONE, TWO));
        SortOptions text = SortOptions.ofDefaults().alphabetically();

        assertThat(run(Keys.sort(KEY, text))).containsExactly(ONE, TWO, THREE);
        assertThat(run(Keys.sortStore(KEY, OTHER_KEY, text))).isEqualTo(3);
        assertThat(run(Lists.lrange(OTHER_KEY, -1, -1))).containsExactly(THREE);
        SERVER.needs(7);
        assertThat(run(Keys.sortRo(KEY, text.limit(0, 1)))).containsExactly(ONE);
    }

    private @Nullable Duration remaining(Command<TimeToLive> command) {
        TimeToLive left = run(command);
        return left == null ? null : left.remaining();
    }

    private <T> List<T> all(Scan<T> scan) {
        List<T> all = new ArrayList<>();
        SERVER.client(protocol).scan(scan).forEach(all::add);
        return all;
    }
}
