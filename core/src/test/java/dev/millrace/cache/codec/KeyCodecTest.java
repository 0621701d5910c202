package dev.millrace.cache.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyCodecTest {
    private static final KeyCodec<UUID> UUIDS = KeyCodec.of(UUID::toString, UUID::fromString);

    @ParameterizedTest
    @ValueSource(strings = {"", "user:1", "{slot}:ü", "\uD83D\uDE00", "\uFFFD", "with space\r\n"})
    void strings_anyText_comesBack(String key) {
        assertThat(KeyCodec.strings().decode(KeyCodec.strings().encode(key))).isEqualTo(key);
    }

    @Test
    void strings_notUtf8_isNoKey() {
        assertThat(KeyCodec.strings().decode(HexFormat.of().parseHex("61FF"))).isNull();
    }

    @Test
    void strings_halfOfASurrogatePair_isRefused() {
        assertThatThrownBy(() -> KeyCodec.strings().encode("a\uD83D")).isInstanceOf(CodecException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 42, Long.MAX_VALUE, Long.MIN_VALUE})
    void longs_anyNumber_comesBackAsDecimalDigits(long key) {
        byte[] bytes = KeyCodec.longs().encode(key);
        assertThat(new String(bytes, StandardCharsets.US_ASCII)).isEqualTo(Long.toString(key));
        assertThat(KeyCodec.longs().decode(bytes)).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "+1", "01", "-0", " 1", "1 ", "1.0", "0x1", "9223372036854775808", "١", "abc"})
    void longs_otherSpellings_areNoKeys(String text) {
        assertThat(KeyCodec.longs().decode(text.getBytes(StandardCharsets.UTF_8)))
                .isNull();
    }

    @Test
    void bytes_anyBytes_comeBackReadOnly() {
        ByteBuffer key = ByteBuffer.wrap(new byte[] {0, (byte) 0xFF, 10, 13});
        byte[] bytes = KeyCodec.bytes().encode(key);
        ByteBuffer decoded = KeyCodec.bytes().decode(bytes);
        bytes[0] = 9;
        assertThat(decoded).isEqualTo(key).hasSameHashCodeAs(key);
        assertThatThrownBy(() -> decoded.put(0, (byte) 1)).isInstanceOf(ReadOnlyBufferException.class);
    }

    @Test
    void bytes_partOfABuffer_isTheKeyAndIsNotMoved() {
        ByteBuffer part =
                ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1).limit(3).asReadOnlyBuffer();
        assertThat(KeyCodec.bytes().encode(part)).containsExactly(2, 3);
        assertThat(part.position()).isEqualTo(1);
    }

    @Test
    void of_textOfAKey_comesBack() {
        UUID key = new UUID(1, 2);
        assertThat(UUIDS.decode(UUIDS.encode(key))).isEqualTo(key);
    }

    @Test
    void of_lenientReader_takesOnlyTheSpellingThatIsWritten() {
        assertThat(UUID.fromString("1-1-1-1-1")).isNotNull();
        assertThat(UUIDS.decode("1-1-1-1-1".getBytes(StandardCharsets.US_ASCII)))
                .isNull();
        assertThat(UUIDS.decode("00000000-0000-0000-0000-00000000000A".getBytes(StandardCharsets.US_ASCII)))
                .isNull();
    }

    @Test
    void of_readerThatThrowsOrGivesNull_isNoKey() {
        byte[] bytes = "secret".getBytes(StandardCharsets.US_ASCII);
        assertThat(UUIDS.decode(bytes)).isNull();
        assertThat(KeyCodec.of(key -> "x", text -> null).decode(bytes)).isNull();
    }

    @Test
    void of_writerThatThrowsOrGivesNull_isRefusedWithoutItsMessage() {
        KeyCodec<String> throwing = KeyCodec.of(
                key -> {
                    throw new IllegalStateException(key);
                },
                text -> text);
        assertThatThrownBy(() -> throwing.encode("secret"))
                .isInstanceOf(CodecException.class)
                .satisfies(CodecTest::saysNothing);
        assertThatThrownBy(() -> KeyCodec.<String>of(key -> null, text -> text).encode("secret"))
                .isInstanceOf(CodecException.class)
                .satisfies(CodecTest::saysNothing);
    }

    @Test
    void decode_randomBytes_givesNullOrAKeyWithTheseBytes() {
        long seed = Seed.next("KeyCodecTest");
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = new byte[random.nextInt(8)];
            random.nextBytes(bytes);
            if (i % 2 == 0) {
                for (int at = 0; at < bytes.length; at++) {
                    bytes[at] = (byte) "0123456789-+ ".charAt(random.nextInt(13));
                }
            }
            for (KeyCodec<?> codec : List.of(KeyCodec.strings(), KeyCodec.longs(), KeyCodec.bytes(), UUIDS)) {
                invertible(codec, bytes, seed);
            }
        }
    }

    private static <K> void invertible(KeyCodec<K> codec, byte[] bytes, long seed) {
        K key = codec.decode(bytes);
        if (key != null) {
            assertThat(codec.encode(key)).as("seed %d", seed).isEqualTo(bytes);
        }
    }
}
