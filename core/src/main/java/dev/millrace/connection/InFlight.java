package dev.millrace.connection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The FIFO of one connection: calls in the order they go over the wire, from the moment the writer took them until
 * their last reply came.
 *
 * <pre>
 *      completed            written             staged
 *  ────────┼───── sent ────────┼──── not yet ──────┼────────▶
 *      (reader)             (writer)            (writer)
 * </pre>
 *
 * <p>One writer and one reader thread. {@code written} is published before the bytes of the call can reach the socket,
 * so when its reply comes the reader sees the call. {@link #forEach} may run on any thread at any time; it sees calls
 * that are finished already, which the steps of {@link Call} make harmless. Between two generations of the connection
 * the writer owns all three ends, because it has waited for the reader to end.
 */
final class InFlight {
    private static final VarHandle COMPLETED = handle("completed");
    private static final VarHandle COMPLETED_BYTES = handle("completedBytes");
    private static final VarHandle WRITTEN = handle("written");
    private static final VarHandle STAGED = handle("staged");
    private static final VarHandle TAKING = handle("taking");
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Call[].class);

    private final Call[] slots;
    private final int mask;

    @SuppressWarnings("unused")
    private long p01, p02, p03, p04, p05, p06, p07;

    private long completed;
    private long completedBytes;

    @SuppressWarnings("unused")
    private long p11, p12, p13, p14, p15, p16, p17;

    private long written;
    private long writtenBytes;
    private long staged;

    @SuppressWarnings("unused") // through TAKING
    private long taking;

    @SuppressWarnings("unused")
    private long p21, p22, p23, p24, p25, p26, p27;

    /** A FIFO for at least {@code capacity} calls. */
    InFlight(int capacity) {
        int size = Integer.highestOneBit(Math.max(2, capacity - 1)) << 1;
        this.slots = new Call[size];
        this.mask = size - 1;
    }

    private static VarHandle handle(String field) {
        try {
            return MethodHandles.lookup().findVarHandle(InFlight.class, field, long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // ---- writer ----

    /** How many more calls can be staged. */
    int room() {
        return slots.length - (int) (staged - (long) COMPLETED.getAcquire(this));
    }

    /**
     * Takes everything from the queue, oldest first; there must be {@link #room()} for it. While the calls are neither
     * there nor here, {@link #isIdle} knows of them.
     *
     * @return whether there was anything
     */
    boolean stageFrom(CallQueue queue) {
        TAKING.setRelease(this, 1L); // seen by whoever sees the queue empty, for that comes by a compare-and-set
        Call newest = queue.takeAll();
        if (newest != null) {
            stage(newest);
        }
        TAKING.setRelease(this, 0L);
        return newest != null;
    }

    /** As {@link #stageFrom}, and closes the queue. */
    void stageRest(CallQueue queue) {
        TAKING.setRelease(this, 1L);
        Call newest = queue.close();
        if (newest != null) {
            stage(newest);
        }
        TAKING.setRelease(this, 0L);
    }

    /** Takes over a stack from the queue, oldest first; there must be {@link #room()} for it. */
    void stage(Call newest) {
        int count = newest.depth;
        long at = staged + count - 1;
        Call call = newest;
        while (call != null) {
            Call below = call.below;
            call.below = null;
            SLOT.setRelease(slots, (int) at-- & mask, call);
            call = below;
        }
        STAGED.setRelease(this, staged + count);
    }

    /** How many staged calls are not written. */
    int unwritten() {
        return (int) (staged - written);
    }

    /** The staged call {@code offset} places behind the last written one. */
    Call staged(int offset) {
        return slots[(int) (written + offset) & mask];
    }

    /**
     * Moves the staged call at {@code offset} to the end of the written ones. Calls before it that were not moved have
     * been given up; they are dropped by {@link #dropUnwritten}, whose argument grows by one for each.
     */
    void markWritten(Call call) {
        SLOT.setRelease(slots, (int) written & mask, call);
        writtenBytes += call.weight;
        WRITTEN.setRelease(this, written + 1);
    }

    /** About how many bytes are written and not answered. */
    long unansweredBytes() {
        return writtenBytes - (long) COMPLETED_BYTES.getAcquire(this);
    }

    /** Removes the next {@code count} staged places, whose calls were moved or given up; those behind them close up. */
    void dropUnwritten(int count) {
        if (count == 0) {
            return;
        }
        long end = staged - count;
        for (long i = written; i < end; i++) {
            SLOT.setRelease(slots, (int) i & mask, slots[(int) (i + count) & mask]);
        }
        for (long i = end; i < staged; i++) {
            SLOT.setRelease(slots, (int) i & mask, null);
        }
        STAGED.setRelease(this, end);
    }

    /** Removes the staged calls that have been given up; the others close up. */
    void dropGivenUp() {
        long kept = written;
        for (long i = written; i < staged; i++) {
            Call call = slots[(int) i & mask];
            if (!call.wasGivenUpOrDone()) {
                SLOT.setRelease(slots, (int) kept++ & mask, call);
            }
        }
        for (long i = kept; i < staged; i++) {
            SLOT.setRelease(slots, (int) i & mask, null);
        }
        STAGED.setRelease(this, kept);
    }

    // ---- reader ----

    /** The call whose reply comes next, or null when none was written. */
    @Nullable
    Call first() {
        return completed < (long) WRITTEN.getAcquire(this) ? slots[(int) completed & mask] : null;
    }

    /** Removes the {@link #first()} call. */
    void removeFirst() {
        COMPLETED_BYTES.setRelease(this, completedBytes + slots[(int) completed & mask].weight);
        SLOT.setRelease(slots, (int) completed & mask, null);
        COMPLETED.setRelease(this, completed + 1);
    }

    // ---- any thread ----

    /** The oldest call that is written and not answered, as far as another thread can tell; null when there is none. */
    @Nullable
    Call oldest() {
        return (Call) SLOT.getAcquire(slots, (int) (long) COMPLETED.getAcquire(this) & mask);
    }

    /**
     * Whether no call is in the queue, here, or on its way from there to here. Looked at in the order in which a call
     * goes, so that none slips past.
     */
    boolean isIdle(CallQueue queue) {
        return queue.isEmpty() && (long) TAKING.getAcquire(this) == 0 && size() == 0;
    }

    /** How many calls are written and not answered, or staged for it. */
    int size() {
        long done = (long) COMPLETED.getAcquire(this);
        return (int) Math.max(0, (long) STAGED.getAcquire(this) - done);
    }

    /** How many calls are written and not answered. */
    int awaitingReply() {
        long done = (long) COMPLETED.getAcquire(this);
        return (int) Math.max(0, (long) WRITTEN.getAcquire(this) - done);
    }

    /** Shows every call that is in here now, about in order; some may be finished by the time they are shown. */
    void forEach(Consumer<Call> visitor) {
        long from = (long) COMPLETED.getAcquire(this);
        long to = (long) STAGED.getAcquire(this);
        for (long i = from; i < to; i++) {
            Call call = (Call) SLOT.getAcquire(slots, (int) i & mask);
            if (call != null) {
                visitor.accept(call);
            }
        }
    }
}
