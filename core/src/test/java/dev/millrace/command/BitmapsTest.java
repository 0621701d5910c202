package dev.millrace.command;

import static dev.millrace.command.BitFieldOffset.bit;
import static dev.millrace.command.BitFieldOffset.integer;
import static dev.millrace.command.BitFieldOperation.get;
import static dev.millrace.command.BitFieldOperation.incrBy;
import static dev.millrace.command.BitFieldOperation.set;
import static dev.millrace.command.BitFieldType.signed;
import static dev.millrace.command.BitFieldType.unsigned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

final class BitmapsTest {
    @Test
    void bitfield_overflow_saidOnlyWhereItChanges() {
        assertThat(Sent.words(Bitmaps.bitfield(
                        "k",
                        set(unsigned(8), bit(3), 1),
                        incrBy(signed(5), integer(2), -1, BitFieldOverflow.SAT),
                        get(unsigned(1), bit(0)),
                        set(unsigned(8), bit(3), 1, BitFieldOverflow.SAT),
                        incrBy(unsigned(63), integer(0), 2))))
                .isEqualTo("BITFIELD k SET u8 3 1 OVERFLOW SAT INCRBY i5 #2 -1 GET u1 0 SET u8 3 1"
                        + " OVERFLOW WRAP INCRBY u63 #0 2");
    }

    @Test
    void bitfield_outOfRange_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> unsigned(64)).withMessageContaining("1 to 63 bits");
        assertThatIllegalArgumentException().isThrownBy(() -> signed(65)).withMessageContaining("1 to 64 bits");
        assertThatIllegalArgumentException().isThrownBy(() -> signed(0));
        assertThatIllegalArgumentException().isThrownBy(() -> bit(-1));
    }

    @Test
    void bitcount_unit_namedOnlyWhereItIsBits() {
        assertThat(Sent.words(Bitmaps.bitcount("k", BitRange.bytes(0, -1)))).isEqualTo("BITCOUNT k 0 -1");
        assertThat(Sent.words(Bitmaps.bitpos("k", true, BitRange.bits(0, -1)))).isEqualTo("BITPOS k 1 0 -1 BIT");
    }

    @Test
    void bitop_notOfTwo_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bitmaps.bitop(BitOperation.NOT, "d", "x", "y"))
                .withMessage("BITOP NOT takes one source, not 2");
        assertThat(Sent.keys(Bitmaps.bitop(BitOperation.AND, "d", "x", "y"))).containsExactly("d", "x", "y");
    }
}
