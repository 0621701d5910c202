package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Where callers leave their calls for the writer: a lock-free stack that the writer takes whole with one exchange.
 *
 * <p>The calls themselves are its nodes, so an entry costs nothing. Each carries the depth and the bytes of all below
 * it; both bounds are therefore checked on the top alone, exactly, without a counter that would have to be kept right.
 * Who pushes onto an empty stack knows that the writer may be asleep and wakes it; nobody else has to. The writer puts
 * the order right when it {@linkplain InFlight#stage stages} what it took: the order of pushes is the order on the wire.
 *
 * <p>After R. K. Treiber, "Systems programming: coping with parallelism", 1986; taking everything at once leaves no
 * room for the ABA problem.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // by compare-and-set on top
final class CallQueue {
    /** What became of a push. */
    enum Push {
        /** It is the first: the writer must be woken. */
        FIRST,
        /** It is behind others: whoever was first has woken the writer. */
        BEHIND,
        /** A bound is reached; nothing changed. */
        FULL,
        /** The queue takes no more; nothing changed. */
        CLOSED
    }

    private static final VarHandle TOP;

    static {
        try {
            TOP = MethodHandles.lookup().findVarHandle(CallQueue.class, "top", Call.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Call closedMark;
    private final int maxCalls;
    private final long maxBytes;

    @SuppressWarnings("unused") // through TOP
    private volatile @Nullable Call top;

    CallQueue(int maxCalls, long maxBytes) {
        this.maxCalls = maxCalls;
        this.maxBytes = maxBytes;
        this.closedMark = new ClosedMark();
    }

    /** Adds a call, unless a bound forbids it. One call is always taken by an empty queue, however large it is. */
    Push push(Call call) {
        while (true) {
            Call before = top;
            if (before == null) {
                call.below = null;
                call.depth = 1;
                call.stackedWeight = call.weight;
            } else if (before == closedMark) {
                return Push.CLOSED;
            } else if (before.depth >= maxCalls || before.stackedWeight + call.weight > maxBytes) {
                return Push.FULL;
            } else {
                call.below = before;
                call.depth = before.depth + 1;
                call.stackedWeight = before.stackedWeight + call.weight;
            }
            if (TOP.compareAndSet(this, before, call)) {
                return before == null ? Push.FIRST : Push.BEHIND;
            }
        }
    }

    /** Takes everything, newest first; null when there is nothing, or the queue is closed. */
    @Nullable
    Call takeAll() {
        while (true) {
            Call taken = top;
            if (taken == null || taken == closedMark) {
                return null;
            }
            if (TOP.compareAndSet(this, taken, null)) {
                return taken;
            }
        }
    }

    /** Takes what is left, newest first, and lets nothing more in. */
    @Nullable
    Call close() {
        Call taken = (Call) TOP.getAndSet(this, closedMark);
        return taken == closedMark ? null : taken;
    }

    /** The newest call, for walking down the stack while others push and take: what is seen may be gone already. */
    @Nullable
    Call peek() {
        Call newest = top;
        return newest == closedMark ? null : newest;
    }

    boolean isEmpty() {
        return peek() == null;
    }

    /** How many calls wait. */
    int size() {
        Call newest = peek();
        return newest == null ? 0 : newest.depth;
    }

    /** Whether one more call of this weight would be refused now. */
    boolean isFullFor(int weight) {
        Call newest = peek();
        return newest != null && (newest.depth >= maxCalls || newest.stackedWeight + weight > maxBytes);
    }

    int maxCalls() {
        return maxCalls;
    }
}
