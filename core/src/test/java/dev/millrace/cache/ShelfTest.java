package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.cache.Shelf.Aside;
import dev.millrace.cache.codec.Codec;
import dev.millrace.cache.codec.CodecException;
import dev.millrace.cache.codec.Compression;
import dev.millrace.cache.codec.Frame;
import dev.millrace.cache.codec.KeyCodec;
import dev.millrace.cache.codec.Seed;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Where keys are written, and what is found there. */
class ShelfTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private static <K> Shelf<K, String> shelf(CacheOptions.Builder<K, String> builder) {
        CacheOptions<K, String> options = builder.build();
        return new Shelf<>(options, new Ttls(options.ttls()), new EarlyRefresh(options.beta()));
    }

    private static Shelf<ByteBuffer, String> ofBytes() {
        return shelf(CacheOptions.builder("c", KeyCodec.bytes(), Codec.strings()));
    }

    private static Shelf<String, String> ofText() {
        return shelf(CacheOptions.ofStrings("c"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    // ---- addresses ----

    @Test
    void address_isPrefixAndKey_withATildeBeforeOne() {
        Shelf<String, String> shelf = ofText();
        assertThat(text(shelf.address("a"))).isEqualTo("c:a");
        assertThat(text(shelf.address(""))).isEqualTo("c:");
        assertThat(text(shelf.address("a~"))).isEqualTo("c:a~");
        assertThat(text(shelf.address("~"))).isEqualTo("c:~~");
        assertThat(text(shelf.address("~t:{x}"))).isEqualTo("c:~~t:{x}");
        assertThat(text(shelf.address("~~"))).isEqualTo("c:~~~");
    }

    @Test
    void key_ofWhatIsNoAddress_isNull() {
        Shelf<String, String> shelf = ofText();
        for (String other : List.of("", "c", "d:a", "C:a", "c:~", "c:~t:{x}", "c:~r:a", "c:~h", "c:~g:{x}", "c:~a")) {
            assertThat(shelf.key(bytes(other))).as(other).isNull();
        }
        assertThat(shelf.key(new byte[] {'c', ':', (byte) 0xFF})).as("no UTF-8").isNull();
    }

    @Test
    void address_ofAnyBytes_comesBackAndIsNeverAside() {
        Shelf<ByteBuffer, String> shelf = ofBytes();
        long seed = Seed.next("ShelfTest");
        SplittableRandom random = new SplittableRandom(seed);
        Map<ByteBuffer, ByteBuffer> keys = new HashMap<>();
        byte[] alphabet = bytes("~~~trgh:{}a\0\u00ff");
        for (int i = 0; i < 20_000; i++) {
            byte[] raw = new byte[random.nextInt(8)];
            for (int at = 0; at < raw.length; at++) {
                raw[at] = alphabet[random.nextInt(alphabet.length)];
            }
            ByteBuffer key = ByteBuffer.wrap(raw);
            byte[] address = shelf.address(key);

            assertThat(shelf.key(address)).as("seed %d, round %d", seed, i).isEqualTo(key);
            ByteBuffer other = keys.put(ByteBuffer.wrap(address), key);
            assertThat(other == null || other.equals(key))
                    .as("seed %d, round %d: two keys at one address", seed, i)
                    .isTrue();
        }
        for (Aside aside : Aside.values()) {
            for (ByteBuffer of : List.copyOf(keys.values())) {
                byte[] beside = shelf.aside(aside, of.array());
                assertThat(shelf.key(beside)).isNull();
                assertThat(keys).doesNotContainKey(ByteBuffer.wrap(beside));
            }
        }
    }

    // ---- tags ----

    @Test
    void tags_ofAnyCharacters_haveOneSlotEachAndStayApart() {
        Shelf<String, String> shelf = ofText();
        Map<String, String> sets = new HashMap<>();
        for (String tag : List.of("a", "{", "}", "{}", "}{", "%", "%7B", "%257B", "a}b", "", "~", "\uD83D\uDE00")) {
            if (tag.isEmpty()) {
                assertThatIllegalArgumentException().isThrownBy(() -> Tags.inBraces(tag));
                continue;
            }
            String inBraces = text(Tags.inBraces(tag));
            assertThat(inBraces).startsWith("{").endsWith("}");
            String name = inBraces.substring(1, inBraces.length() - 1);
            assertThat(name).as("what the slot is of").isNotEmpty().doesNotContain("{", "}");
            assertThat(sets.put(inBraces, tag)).isNull();
            assertThat(text(shelf.aside(Aside.TAG, Tags.inBraces(tag)))).isEqualTo("c:~t:" + inBraces);
        }
    }

    // ---- stored values ----

    @Test
    void stored_ofEachKind_isTold() {
        Compression compression = Compression.none();
        byte[] token = new byte[12];
        assertThat(Stored.of(bytes("v"), compression, Codec.strings())).isEqualTo(new Stored.Found<>("v"));
        assertThat(Stored.of(new byte[0], compression, Codec.strings())).isEqualTo(new Stored.Found<>(""));
        assertThat(Stored.of(Frame.absent(), compression, Codec.strings())).isEqualTo(new Stored.None<>());
        assertThat(Stored.of(Frame.lease(token), compression, Codec.strings()))
                .isInstanceOfSatisfying(
                        Stored.Leased.class,
                        leased -> assertThat(leased.token()).isEqualTo(token));
        assertThat(Stored.of(new byte[] {(byte) 0xFF}, compression, Codec.strings()))
                .isInstanceOf(Stored.Unreadable.class);
        byte[] cut = new byte[] {(byte) 0xF5, 0x4D, 0x52};
        assertThat(Stored.of(cut, compression, Codec.strings())).isInstanceOf(Stored.Unreadable.class);
    }

    @Test
    void stored_codecFails_isUnreadableWithoutItsWords() {
        List<RuntimeException> failures = List.of(new IllegalStateException("secret"), new CodecException("two bytes"));
        List<String> told = new ArrayList<>();
        for (RuntimeException failure : failures) {
            Codec<String> failing = new Codec<>() {
                @Override
                public byte[] encode(String value) {
                    throw failure;
                }

                @Override
                public String decode(byte[] bytes) {
                    throw failure;
                }
            };
            if (Stored.of(bytes("v"), Compression.none(), failing) instanceof Stored.Unreadable<String> unreadable) {
                told.add(unreadable.why());
            }
        }
        assertThat(told).containsExactly("the codec failed with IllegalStateException", "two bytes");
    }

    // ---- entries ----

    private static Reading reading(byte[] raw, long remainingNanos) {
        return new Reading(System.nanoTime(), raw, remainingNanos, true, null, null);
    }

    @Test
    void entry_untracked_isBelievedShortly() {
        long before = System.nanoTime();
        Entry<String> entry = ofText().entry("v", "k", reading(bytes("v"), 10 * MINUTE));
        long lasting = entry.expiresAt - before;
        assertThat(lasting).isBetween(900_000_000L, 1_000_000_000L + (System.nanoTime() - before));
        assertThat(entry.weight).isEqualTo(1);
        assertThat(entry.endsAt - before).isGreaterThanOrEqualTo(10 * MINUTE);
    }

    @Test
    void entry_serverKeepsItShorter_endsWithIt() {
        long before = System.nanoTime();
        Entry<String> entry = ofText().entry("v", "k", reading(bytes("v"), 1_000_000));
        assertThat(entry.expiresAt - before).isBetween(1_000_000L, 1_000_000L + (System.nanoTime() - before));
    }

    @Test
    void entry_absent_isNeverRefreshedEarlyAndEndsAsNegativeSays() {
        Shelf<String, String> shelf = shelf(CacheOptions.ofStrings("c").negative(Duration.ofMillis(10)));
        long before = System.nanoTime();
        Entry<String> entry = shelf.entry(null, "k", reading(null, Long.MAX_VALUE));
        assertThat(entry.expiresAt - before).isLessThanOrEqualTo(10_000_000L + (System.nanoTime() - before));
        assertThat(entry.refreshFrom - before)
                .isGreaterThan(Duration.ofDays(3650).toNanos());
    }

    @Test
    void entry_boundedByBytes_weighsKeyAndValueAndItsOwn() {
        Shelf<String, String> shelf = shelf(CacheOptions.ofStrings("c").maxBytes(1_000));
        assertThat(shelf.entry("value", "key", reading(bytes("value"), MINUTE)).weight)
                .isEqualTo(64 + 3 + 5);
        assertThat(shelf.entry(null, "key", reading(null, MINUTE)).weight).isEqualTo(64 + 3);
    }
}
