package dev.millrace.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Chunks on their way through a delay, in order, each with the moment at which it is to be delivered.
 *
 * <p>Thread-safe, made for one thread that puts and one that takes. Never waits to put: each {@link Flow} keeps its own
 * bound by reading no more once too much of it is here.
 */
final class DelayLine {

    /** What comes down the line: bytes, or the end of a stream. */
    enum Kind {
        BYTES,
        FIN,
        RESET
    }

    record Parcel(Flow flow, Kind kind, ByteBuffer bytes, long dueNanos) {}

    /** The capacity the line holds for a chunk, and the buffer to read into next. */
    record Held(int capacity, ByteBuffer next) {}

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();

    @GuardedBy("lock")
    private final ArrayDeque<Parcel> parcels = new ArrayDeque<>();

    @GuardedBy("lock")
    private final ChunkPool pool = new ChunkPool();

    /** A buffer to read into. */
    ByteBuffer readBuffer() {
        lock.lock();
        try {
            return pool.take(ChunkPool.LARGEST);
        } finally {
            lock.unlock();
        }
    }

    /** Adds the bytes: few are copied and the buffer stays the reader's, many take the buffer with them. */
    Held put(Flow flow, ByteBuffer bytes, long dueNanos) {
        lock.lock();
        try {
            boolean copied = ChunkPool.isWorthCopying(bytes.remaining());
            ByteBuffer chunk = copied ? pool.take(bytes.remaining()).put(bytes).flip() : bytes;
            add(new Parcel(flow, Kind.BYTES, chunk, dueNanos));
            return new Held(chunk.capacity(), copied ? bytes : pool.take(ChunkPool.LARGEST));
        } finally {
            lock.unlock();
        }
    }

    void putEnd(Flow flow, Kind end, long dueNanos) {
        lock.lock();
        try {
            add(new Parcel(flow, end, NOTHING, dueNanos));
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void add(Parcel parcel) {
        if (parcels.isEmpty()) {
            filled.signal();
        }
        parcels.addLast(parcel);
    }

    /** Waits until there is a parcel; returns when the first one is due. */
    long awaitFirst() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (parcels.isEmpty()) {
                filled.await();
            }
            return parcels.getFirst().dueNanos();
        } finally {
            lock.unlock();
        }
    }

    /** Removes and returns the first parcel if it is due by then. */
    @Nullable
    Parcel pollDue(long nanoTime) {
        lock.lock();
        try {
            Parcel first = parcels.peekFirst();
            return first != null && first.dueNanos() - nanoTime <= 0 ? parcels.pollFirst() : null;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the buffer of a delivered parcel back. */
    void recycle(Parcel parcel) {
        if (parcel.kind() == Kind.BYTES) {
            lock.lock();
            try {
                pool.giveBack(parcel.bytes());
            } finally {
                lock.unlock();
            }
        }
    }

    void discard(Flow flow) {
        lock.lock();
        try {
            parcels.removeIf(parcel -> parcel.flow() == flow);
        } finally {
            lock.unlock();
        }
    }
}
