package dev.millrace.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.testkit.DelayLine.Kind;
import dev.millrace.testkit.DelayLine.Parcel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One direction of one connection.
 *
 * <p>Order: a chunk is delivered by the loop itself only if none of this flow is on the {@link DelayLine}; both are
 * decided under the flow's lock, so nothing overtakes. Bounds: the loop reads no more of the source while {@value
 * #LINE_BOUND} bytes are on the line or {@value #BACKLOG_BOUND} wait for the receiver; TCP's own flow control then
 * reaches the sender.
 *
 * <p>Thread-safe. The lock is held while writing to the receiving socket, which never blocks.
 */
final class Flow {

    private static final long LINE_BOUND = 64L * 1024 * 1024;
    private static final long BACKLOG_BOUND = 256L * 1024;

    /** How a flow ends when all that came before has been delivered. */
    private enum End {
        FIN,
        RESET,
        CUT
    }

    private final Conveyor conveyor;
    private final ProxyLink link;
    private final FaultProxy proxy;
    private final SocketChannel source;
    private final SocketChannel target;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Backlog backlog;

    @GuardedBy("lock")
    private final Outlet outlet;

    @GuardedBy("lock")
    private int parcelsOnLine;

    @GuardedBy("lock")
    private long bytesOnLine;

    @GuardedBy("lock")
    private boolean sourceEnded;

    @GuardedBy("lock")
    private @Nullable End endAfterBacklog;

    @GuardedBy("lock")
    private @Nullable SelectionKey sourceKey;

    @GuardedBy("lock")
    private @Nullable SelectionKey targetKey;

    Flow(Conveyor conveyor, ProxyLink link, FaultProxy proxy, SocketChannel source, SocketChannel target) {
        this.conveyor = conveyor;
        this.link = link;
        this.proxy = proxy;
        this.source = source;
        this.target = target;
        this.backlog = new Backlog(target, conveyor.direction(), proxy);
        this.outlet = new Outlet(backlog, conveyor.direction(), proxy);
    }

    /** The loop's: begins to read. */
    void open() {
        lock.lock();
        try {
            sourceKey = source.register(conveyor.selector(), 0, this);
            targetKey = target.register(conveyor.selector(), 0, this);
            updateInterest();
        } catch (ClosedChannelException closedMeanwhile) {
            // The connection was closed before it began.
        } finally {
            lock.unlock();
        }
    }

    /** The loop's: the source has something to read. */
    void read(ByteBuffer buffer) {
        if (proxy.gate().isDown(Gate.reading(conveyor.direction()))) {
            updateInterest();
            return;
        }
        int count;
        try {
            count = source.read(buffer.clear());
        } catch (IOException reset) {
            sourceEnded(Kind.RESET);
            return;
        }
        long arrived = System.nanoTime();
        if (count < 0) {
            sourceEnded(Kind.FIN);
        } else if (count > 0) {
            if (conveyor.direction() == Direction.TO_SERVER) {
                proxy.counters().requestWrites.increment();
            }
            pass(buffer.flip(), arrived);
        }
    }

    private void pass(ByteBuffer bytes, long arrived) {
        lock.lock();
        try {
            long delay = proxy.delayNanos();
            if (passesAtOnce(delay)) {
                deliver(bytes);
            } else {
                parcelsOnLine++;
                bytesOnLine += conveyor.enqueue(this, bytes, arrived + delay);
            }
            updateInterest();
        } finally {
            lock.unlock();
        }
    }

    private void sourceEnded(Kind end) {
        lock.lock();
        try {
            if (sourceEnded) {
                return;
            }
            sourceEnded = true;
            long delay = proxy.delayNanos();
            if (passesAtOnce(delay)) {
                end(end == Kind.FIN ? End.FIN : End.RESET);
            } else {
                parcelsOnLine++;
                conveyor.enqueueEnd(this, end, System.nanoTime() + delay);
            }
            updateInterest();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private boolean passesAtOnce(long delay) {
        return delay == 0 && parcelsOnLine == 0 && !proxy.gate().isDown(Gate.delivering(conveyor.direction()));
    }

    /** The deliverer's: a parcel is due. */
    void deliver(Parcel parcel) {
        lock.lock();
        try {
            parcelsOnLine--;
            switch (parcel.kind()) {
                case BYTES -> {
                    bytesOnLine -= parcel.bytes().capacity();
                    deliver(parcel.bytes());
                }
                case FIN -> end(End.FIN);
                case RESET -> end(End.RESET);
            }
            updateInterest();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void deliver(ByteBuffer bytes) {
        try {
            if (!outlet.deliver(bytes)) {
                outlet.mute();
                end(End.CUT);
            }
        } catch (IOException receiverGone) {
            receiverGone();
        }
    }

    /** The loop's: the receiver takes more. */
    void flush() {
        lock.lock();
        try {
            backlog.flush();
            End end = endAfterBacklog;
            if (end != null && backlog.isEmpty()) {
                end(end);
            }
            updateInterest();
        } catch (IOException receiverGone) {
            receiverGone();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A receiver that is gone ends this direction only. What it said before it went may still be on its way in the
     * other direction, which will see the same end in its turn.
     */
    @GuardedBy("lock")
    private void receiverGone() {
        outlet.mute();
        backlog.clear();
        link.ended(conveyor.direction(), true);
        updateInterest();
    }

    @GuardedBy("lock")
    private void end(End end) {
        if (!backlog.isEmpty()) {
            endAfterBacklog = end;
            return;
        }
        switch (end) {
            case FIN -> {
                shutOutput();
                link.ended(conveyor.direction(), false);
            }
            case RESET -> link.reset();
            case CUT -> link.cut();
        }
    }

    /** Ends the direction towards its receiver now; what still comes is thrown away. */
    void halfClose() {
        lock.lock();
        try {
            if (target.isConnected()) {
                outlet.mute();
                backlog.clear();
                shutOutput();
                updateInterest();
                return;
            }
        } finally {
            lock.unlock();
        }
        link.cut(); // there is no half of a connection that is not made yet
    }

    private void shutOutput() {
        try {
            target.shutdownOutput();
        } catch (IOException alreadyEnded) {
            // The receiver has gone: it needs no notice of the end.
        }
    }

    /** Asks the selector for what the flow can do now, from any thread. */
    void updateInterest() {
        lock.lock();
        try {
            boolean reads = !sourceEnded
                    && bytesOnLine < LINE_BOUND
                    && backlog.size() < BACKLOG_BOUND
                    && !proxy.gate().isDown(Gate.reading(conveyor.direction()));
            boolean changed = setInterest(sourceKey, reads ? SelectionKey.OP_READ : 0);
            changed |= setInterest(targetKey, backlog.isEmpty() ? 0 : SelectionKey.OP_WRITE);
            if (changed) {
                conveyor.wake();
            }
        } catch (CancelledKeyException closedMeanwhile) {
            // A closed connection waits for nothing.
        } finally {
            lock.unlock();
        }
    }

    private static boolean setInterest(@Nullable SelectionKey key, int wanted) {
        return key != null
                && key.interestOps() != wanted
                && key.interestOps(wanted).isValid();
    }

    /** The connection is closed. */
    void closed() {
        conveyor.discard(this);
        conveyor.wake();
    }
}
