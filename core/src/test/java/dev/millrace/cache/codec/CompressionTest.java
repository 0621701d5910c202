package dev.millrace.cache.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CompressionTest {
    static Stream<Compression> all() {
        return Stream.of(
                Compression.none(),
                Compression.zstd(),
                Compression.zstd(1),
                Compression.zstd(19),
                Compression.lz4(),
                Compression.zstd().above(0).savingAtLeast(0),
                Compression.lz4().above(0).savingAtLeast(0));
    }

    static Stream<Compression> compressing() {
        return Stream.of(Compression.zstd(), Compression.lz4());
    }

    @ParameterizedTest
    @MethodSource("all")
    void wrap_valuesOfEverySize_comeBackUnderEverySetting(Compression writer) {
        for (int length : new int[] {0, 1, 3, 4, 5, 11, 127, 128, 1023, 1024, 1025, 16_383, 16_384, 70_000, 300_000}) {
            for (byte[] value : List.of(Samples.text(length), Samples.noise(length, length), new byte[length])) {
                byte[] stored = writer.wrap(value);
                assertThat(stored.length).isLessThanOrEqualTo(value.length);
                for (Compression reader : List.of(Compression.none(), Compression.zstd(), Compression.lz4())) {
                    assertThat(reader.read(stored))
                            .as("%d bytes written by %s", length, writer)
                            .isEqualTo(new Frame.Payload(value));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void wrap_hugeValue_comesBack(Compression writer) {
        byte[] value = Samples.text(5_000_000);
        assertThat(writer.read(writer.wrap(value))).isEqualTo(new Frame.Payload(value));
    }

    @ParameterizedTest
    @MethodSource("compressing")
    void wrap_valueAboveTheThreshold_isCompressed(Compression compression) {
        assertThat(compression.wrap(Samples.text(1025))).hasSizeLessThan(600).startsWith(Samples.MAGIC);
        assertThat(compression.above(100).wrap(Samples.text(101))).hasSizeLessThan(101);
    }

    @ParameterizedTest
    @MethodSource("compressing")
    void wrap_valueUpToTheThreshold_isTheSameArray(Compression compression) {
        byte[] value = Samples.text(1024);
        assertThat(compression.wrap(value)).isSameAs(value);
        byte[] small = new byte[100];
        assertThat(compression.above(100).wrap(small)).isSameAs(small);
    }

    @ParameterizedTest
    @MethodSource("compressing")
    void wrap_valueThatDoesNotCompress_isTheSameArray(Compression compression) {
        byte[] value = Samples.noise(10_000, 3);
        assertThat(compression.wrap(value)).isSameAs(value);
        assertThat(compression.savingAtLeast(0).wrap(value)).isSameAs(value);
    }

    @ParameterizedTest
    @MethodSource("compressing")
    void wrap_savingRule_countsTheFrameAndKeepsExactlyWhatReachesIt(Compression compression) {
        byte[] value = Samples.joined(Samples.noise(7_000, 4), new byte[3_000]);
        int framed = compression.savingAtLeast(0).wrap(value).length;
        assertThat(framed).isBetween(7_000, 7_100);
        double saved = 1 - framed / 10_000.0;
        assertThat(compression.savingAtLeast(saved - 0.0001).wrap(value)).hasSize(framed);
        assertThat(compression.savingAtLeast(saved + 0.0001).wrap(value)).isSameAs(value);
    }

    @ParameterizedTest
    @MethodSource("compressing")
    void wrap_valueAboveTheCap_staysPlainBecauseNoReaderWouldTakeIt(Compression compression) {
        Compression capped = compression.maxBytes(5000);
        byte[] value = Samples.text(5001);
        assertThat(capped.wrap(value)).isSameAs(value);
        assertThat(capped.read(value)).isEqualTo(new Frame.Payload(value));
        assertThat(capped.wrap(Samples.text(5000))).hasSizeLessThan(5000);
    }

    @ParameterizedTest
    @MethodSource("compressing")
    void read_valueAboveTheReadersCap_isUnreadableAndSaysBothSizes(Compression compression) {
        assertThat(compression.maxBytes(4999).read(compression.wrap(Samples.text(5000))))
                .isEqualTo(new Frame.Unreadable("a value of 5000 bytes is larger than the limit of 4999"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void wrap_plainValueThatLooksLikeAFrame_isFramedAndComesBack(Compression compression) {
        for (byte[] value : new byte[][] {
            Samples.MAGIC,
            Frame.absent(),
            Frame.lease(new byte[8]),
            Compression.zstd().wrap(Samples.text(3000)),
            Samples.joined(Samples.MAGIC, Samples.noise(2000, 5)),
            {(byte) 0xF5},
            {(byte) 0xF5, 0x4D},
            {(byte) 0xF5, 0x4D, 0x52}
        }) {
            byte[] stored = compression.wrap(value);
            assertThat(stored).isNotEqualTo(value).startsWith(Samples.MAGIC);
            assertThat(compression.read(stored)).isEqualTo(new Frame.Payload(value));
        }
    }

    @Test
    void wrap_plainValueOneBitFromTheMagic_isFramedAndComesBack() {
        for (int bit = 0; bit < 32; bit++) {
            byte[] value = Samples.joined(Samples.MAGIC, new byte[] {1, 2, 3});
            value[bit / 8] ^= (byte) (1 << bit % 8);
            byte[] stored = Compression.none().wrap(value);
            assertThat(stored).startsWith(Samples.MAGIC);
            assertThat(Compression.none().read(stored)).isEqualTo(new Frame.Payload(value));
        }
    }

    @Test
    void wrap_plainValueTwoBitsFromTheMagic_staysPlain() {
        byte[] value = {(byte) 0xF5, 0x4D, 0x52, (byte) 0xF9, 1};
        assertThat(Compression.none().wrap(value)).isSameAs(value);
        assertThat(Compression.none().read(value)).isEqualTo(new Frame.Payload(value));
    }

    @Test
    void options_outOfRange_areRefusedWithTheRange() {
        assertThatThrownBy(() -> Compression.zstd(0)).hasMessageContaining("from 1 to 19, not 0");
        assertThatThrownBy(() -> Compression.zstd(20)).hasMessageContaining("from 1 to 19, not 20");
        assertThatThrownBy(() -> Compression.none().above(-1)).isInstanceOf(IllegalArgumentException.class);
        for (double part : new double[] {-0.1, 1, 1.5, Double.NaN}) {
            assertThatThrownBy(() -> Compression.none().savingAtLeast(part))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (int bytes : new int[] {0, -1, (512 << 20) + 1}) {
            assertThatThrownBy(() -> Compression.none().maxBytes(bytes)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void toString_everySetting_tellsIt() {
        assertThat(Compression.none()).hasToString("Compression[none]");
        assertThat(Compression.zstd().above(10))
                .hasToString("Compression[zstd level 3, above 10 bytes, saving at least 0.1, at most 67108864 bytes]");
        assertThat(Compression.lz4().savingAtLeast(0.5).maxBytes(99))
                .hasToString("Compression[lz4, above 1024 bytes, saving at least 0.5, at most 99 bytes]");
    }
}
