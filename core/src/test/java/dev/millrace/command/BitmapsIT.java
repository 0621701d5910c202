package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.OTHER_KEY;
import static dev.millrace.command.BitFieldOffset.bit;
import static dev.millrace.command.BitFieldOffset.integer;
import static dev.millrace.command.BitFieldOperation.get;
import static dev.millrace.command.BitFieldOperation.incrBy;
import static dev.millrace.command.BitFieldOperation.set;
import static dev.millrace.command.BitFieldType.signed;
import static dev.millrace.command.BitFieldType.unsigned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.OnEveryTopology;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {3, 2})
final class BitmapsIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    private static final byte[] DESTINATION = {(byte) 0xff, 'd'};

    @Test
    void setbit_andGetbit_answerWhatTheBitWas() {
        assertThat(run(Bitmaps.setbit("k", 7, true))).isFalse();
        assertThat(run(Bitmaps.setbit("k", 7, false))).isTrue();
        assertThat(run(Bitmaps.getbit("k", 7))).isFalse();
        assertThat(run(Bitmaps.setbit(KEY, 3, true))).isFalse();
        assertThat(run(Bitmaps.getbit(KEY, 3))).isTrue();
        assertThat(run(Bitmaps.getbit("missing", 4_000_000_000L))).isFalse();
    }

    @Test
    void bitcount_wholeAndParts_countsSetBits() {
        run(Strings.set("k", Binary.bytes(0xff, 0x0f, 0x01)));
        run(Strings.set(KEY, Binary.bytes(0xff, 0x0f)));

        assertThat(run(Bitmaps.bitcount("k"))).isEqualTo(13);
        assertThat(run(Bitmaps.bitcount("k", BitRange.bytes(1, -1)))).isEqualTo(5);
        assertThat(run(Bitmaps.bitcount(KEY))).isEqualTo(12);
        assertThat(run(Bitmaps.bitcount(KEY, BitRange.bytes(1, 1)))).isEqualTo(4);
        SERVER.needs(7);
        assertThat(run(Bitmaps.bitcount("k", BitRange.bits(6, 12)))).isEqualTo(3);
    }

    @Test
    void bitpos_wholeAndParts_findsTheFirst() {
        run(Strings.set("k", Binary.bytes(0x00, 0xff, 0xf0)));
        run(Strings.set(KEY, Binary.bytes(0xff, 0x00, 0x0f)));

        assertThat(run(Bitmaps.bitpos("k", true))).isEqualTo(8);
        assertThat(run(Bitmaps.bitpos("k", false, 1))).isEqualTo(20);
        assertThat(run(Bitmaps.bitpos("k", false, BitRange.bytes(1, 1)))).isEqualTo(-1);
        assertThat(run(Bitmaps.bitpos(KEY, false))).isEqualTo(8);
        assertThat(run(Bitmaps.bitpos(KEY, true, 1))).isEqualTo(20);
        assertThat(run(Bitmaps.bitpos(KEY, true, BitRange.bytes(1, 1)))).isEqualTo(-1);
        SERVER.needs(7);
        assertThat(run(Bitmaps.bitpos("k", true, BitRange.bits(10, 12)))).isEqualTo(10);
    }

    @Test
    void bitop_eachOperation_combinesBits() {
        run(Strings.set("x", Binary.bytes(0b1100)));
        run(Strings.set("y", Binary.bytes(0b1010)));
        run(Strings.set(KEY, Binary.bytes(0b1100)));
        run(Strings.set(OTHER_KEY, Binary.bytes(0b1010)));

        assertThat(run(Bitmaps.bitop(BitOperation.AND, "d", "x", "y"))).isEqualTo(1);
        assertThat(run(Strings.getBytes("d"))).isEqualTo(Binary.bytes(0b1000));
        run(Bitmaps.bitop(BitOperation.OR, "d", "x", "y"));
        assertThat(run(Strings.getBytes("d"))).isEqualTo(Binary.bytes(0b1110));
        run(Bitmaps.bitop(BitOperation.NOT, "d", "x"));
        assertThat(run(Strings.getBytes("d"))).isEqualTo(Binary.bytes(0b11110011));
        assertThat(run(Bitmaps.bitop(BitOperation.XOR, DESTINATION, KEY, OTHER_KEY)))
                .isEqualTo(1);
        assertThat(run(Strings.get(DESTINATION))).isEqualTo(Binary.bytes(0b0110));
    }

    @Test
    void bitfield_mixedSteps_answersEach() {
        assertThat(run(Bitmaps.bitfield(
                        "k",
                        set(unsigned(8), integer(0), 250),
                        incrBy(unsigned(8), integer(0), 10),
                        incrBy(unsigned(8), integer(0), 255, BitFieldOverflow.SAT),
                        incrBy(unsigned(8), integer(0), 1, BitFieldOverflow.FAIL),
                        set(signed(4), bit(8), 9, BitFieldOverflow.FAIL),
                        set(signed(4), bit(8), -3),
                        get(signed(4), bit(8)),
                        get(unsigned(8), integer(0)))))
                .containsExactly(0L, 4L, 255L, null, null, 0L, -3L, 255L);
        assertThat(run(Bitmaps.bitfieldRo("k", get(unsigned(8), integer(0)), get(signed(8), bit(0)))))
                .containsExactly(255L, -1L);
        assertThat(run(Bitmaps.bitfield(KEY, set(signed(64), bit(0), Long.MIN_VALUE))))
                .containsExactly(0L);
        assertThat(run(Bitmaps.bitfieldRo(KEY, get(signed(64), bit(0))))).containsExactly(Long.MIN_VALUE);
    }
}
