package dev.millrace.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Chunks on their way through a delay: each with the moment at which it is to be delivered, in order.
 *
 * <p>One thread puts, one takes; taking does not remove, so that {@link #isEmpty} says false until the chunk has really
 * been delivered. That is what lets the reader deliver by itself when there is nothing to wait for, without overtaking.
 *
 * <p>Bounded by the capacity of the buffers it holds: at {@value #BOUND_BYTES} bytes the reader waits, and with it, by
 * TCP's own flow control, the sender.
 */
final class DelayLine {

    static final long BOUND_BYTES = 64L * 1024 * 1024;

    /** What comes down the line: bytes, or the end of the stream. */
    enum Kind {
        BYTES,
        FIN,
        RESET
    }

    record Parcel(Kind kind, ByteBuffer bytes, long dueNanos) {}

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition drained = lock.newCondition();

    @GuardedBy("lock")
    private final ArrayDeque<Parcel> parcels = new ArrayDeque<>();

    @GuardedBy("lock")
    private final ChunkPool pool = new ChunkPool();

    @GuardedBy("lock")
    private long heldBytes;

    @GuardedBy("lock")
    private boolean shut;

    private volatile boolean empty = true;

    boolean isEmpty() {
        return empty;
    }

    /** A buffer for the reader to read into. */
    ByteBuffer readBuffer() {
        lock.lock();
        try {
            return pool.take(ChunkPool.LARGEST);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Adds the bytes, waiting while the line is full.
     *
     * @return the buffer to read into next, the same one if its bytes were few and have been copied
     */
    ByteBuffer put(ByteBuffer bytes, long dueNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (heldBytes >= BOUND_BYTES && !shut) {
                drained.await();
            }
            if (shut) {
                return bytes;
            }
            boolean copied = ChunkPool.isWorthCopying(bytes.remaining());
            ByteBuffer chunk = copied ? pool.take(bytes.remaining()).put(bytes).flip() : bytes;
            heldBytes += chunk.capacity();
            add(new Parcel(Kind.BYTES, chunk, dueNanos));
            return copied ? bytes : pool.take(ChunkPool.LARGEST);
        } finally {
            lock.unlock();
        }
    }

    void putEnd(Kind kind, long dueNanos) {
        lock.lock();
        try {
            if (!shut) {
                add(new Parcel(kind, NOTHING, dueNanos));
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void add(Parcel parcel) {
        if (parcels.isEmpty()) {
            empty = false;
            filled.signal();
        }
        parcels.addLast(parcel);
    }

    /** The first parcel, waited for; null once the line is shut. */
    @Nullable
    Parcel first() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (parcels.isEmpty() && !shut) {
                filled.await();
            }
            return shut ? null : parcels.peekFirst();
        } finally {
            lock.unlock();
        }
    }

    /** Removes the first parcel, which has been delivered. */
    void delivered() {
        lock.lock();
        try {
            Parcel parcel = parcels.pollFirst();
            if (parcel != null && parcel.kind() == Kind.BYTES) {
                heldBytes -= parcel.bytes().capacity();
                pool.giveBack(parcel.bytes());
                drained.signal();
            }
            empty = parcels.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Throws away what is on the way and whatever still comes; both ends return. */
    void shut() {
        lock.lock();
        try {
            shut = true;
            filled.signalAll();
            drained.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
