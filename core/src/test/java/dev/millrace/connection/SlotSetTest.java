package dev.millrace.connection;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.TreeSet;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SlotSetTest {
    @Test
    void slots_allInterleavings_areOwnedByOne() {
        Interleavings.some().sequentialSpecification(Sorted.class).check(Slots.class);
    }

    /** Negative control: a claim in two steps must be caught. */
    @Test
    void claimInTwoSteps_isCaught() {
        assertThatThrownBy(() -> Interleavings.untilCaught()
                        .sequentialSpecification(Sorted.class)
                        .check(TwoStepSlots.class))
                .isInstanceOf(LincheckAssertionError.class);
    }

    /** What is tested. */
    @Param(name = "slot", gen = IntGen.class, conf = "0:2")
    public static class Slots {
        private final SlotSet slots = new SlotSet();

        @Operation
        public int take() {
            return slots.take(0);
        }

        @Operation
        public int takeLeavingOne() {
            return slots.take(1);
        }

        @Operation
        public void give(@Param(name = "slot") int slot) {
            slots.give(slot);
        }

        @Operation
        public boolean claim(@Param(name = "slot") int slot) {
            return slots.claim(slot);
        }
    }

    /** The same as a sorted set. */
    public static class Sorted {
        private final TreeSet<Integer> free = new TreeSet<>();

        public int take() {
            return free.isEmpty() ? -1 : free.removeFirst();
        }

        public int takeLeavingOne() {
            return free.size() <= 1 ? -1 : free.removeFirst();
        }

        public void give(int slot) {
            free.add(slot);
        }

        public boolean claim(int slot) {
            return free.remove(slot);
        }
    }

    /** Looks at the bit and takes it away afterwards. */
    @Param(name = "slot", gen = IntGen.class, conf = "0:2")
    public static class TwoStepSlots {
        private volatile long free;

        @Operation
        public int take() {
            long bits = free;
            long lowest = Long.lowestOneBit(bits);
            free = bits & ~lowest;
            return bits == 0 ? -1 : Long.numberOfTrailingZeros(lowest);
        }

        @Operation
        public void give(@Param(name = "slot") int slot) {
            synchronized (this) {
                free = free | 1L << slot;
            }
        }

        @Operation
        public boolean claim(@Param(name = "slot") int slot) {
            boolean there = (free & 1L << slot) != 0;
            free = free & ~(1L << slot);
            return there;
        }
    }
}
