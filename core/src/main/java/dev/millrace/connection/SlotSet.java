package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Which of up to 64 slots are free: a word with a bit for each. Whoever takes a bit owns what is in its slot, alone,
 * until it gives the bit back.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // by compare-and-set on the word
final class SlotSet {
    private static final VarHandle FREE;

    static {
        try {
            FREE = MethodHandles.lookup().findVarHandle(SlotSet.class, "free", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through FREE
    private volatile long free;

    /** Takes the lowest free slot; -1 when none is free, or no more than {@code kept} are. */
    int take(long kept) {
        while (true) {
            long bits = free;
            if (bits == 0 || Long.bitCount(bits) <= kept) {
                return -1;
            }
            long lowest = Long.lowestOneBit(bits);
            if (FREE.compareAndSet(this, bits, bits & ~lowest)) {
                return Long.numberOfTrailingZeros(lowest);
            }
        }
    }

    /** Makes a slot free that the caller owns. */
    void give(int slot) {
        long ignored = (long) FREE.getAndBitwiseOr(this, 1L << slot);
    }

    /** Takes one particular slot; false when it is not free. */
    boolean claim(int slot) {
        long bit = 1L << slot;
        return ((long) FREE.getAndBitwiseAnd(this, ~bit) & bit) != 0;
    }

    /** How many slots are free. */
    int size() {
        return Long.bitCount(free);
    }
}
