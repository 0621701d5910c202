package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The direct connections that lone callers share, a few at the most. Taking and giving back is one compare-and-set on
 * a {@link SlotSet}; a connection is only ever retired by the thread that owns its slot. Connections are opened in the
 * background, one at a time and only as many as callers were missing; until one is there, callers go by the shared
 * connection.
 *
 * <p>When the shared connection was lost or made anew, the server went away for these too: they are closed rather than
 * handed out, so that a restart does not cost one failed call per connection.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the two arrays are the watch's; the rest is volatile or concurrent
final class DirectPool implements AutoCloseable, DeadlineWatch.Watched {
    /** A connection that nobody uses for this long is closed, before the server does it and a caller is the one to find out. */
    private static final long IDLE_NANOS = 5_000_000_000L;

    /** A server that refused a connection, because it has too many or is gone, is not asked again at once. */
    private static final long RETRY_NANOS = 1_000_000_000L;

    private final ConnectionOptions options;
    private final DeadlineWatch watch;
    private final LongSupplier epochOfNode;
    private final Openings openings;
    private final AtomicReferenceArray<@Nullable DirectConnection> slots;
    private final SlotSet free = new SlotSet();
    private final AtomicLong open = new AtomicLong();
    private final AtomicBoolean opening = new AtomicBoolean();
    private final Traffic retired = new Traffic();
    private final long[] commandsSeen;
    private final long[] idleSince;
    private final Object openerLock = new Object();

    @GuardedBy("openerLock")
    private @Nullable Thread opener;

    private volatile long retryAt = System.nanoTime();
    private volatile boolean closed;
    private volatile @Nullable Thread closer;

    DirectPool(ConnectionOptions options, DeadlineWatch watch, LongSupplier epochOfNode) {
        this.options = options;
        this.watch = watch;
        this.epochOfNode = epochOfNode;
        this.openings = new Openings(options, watch);
        this.slots = new AtomicReferenceArray<>(options.limits().directConnections());
        this.commandsSeen = new long[slots.length()];
        this.idleSince = new long[slots.length()];
        watch.add(this);
    }

    /**
     * Takes a free connection.
     *
     * @param limit how many may be in use at one time
     * @return null when none is free; {@link #isOpen} tells whether more callers came than there may be
     */
    @Nullable
    DirectConnection take(int limit) {
        while (true) {
            int slot = free.take(open.get() - limit);
            if (slot < 0) {
                return null;
            }
            DirectConnection connection = slots.get(slot);
            if (connection != null) {
                if (connection.isUsable() && connection.epochOfNode() == epochOfNode.getAsLong()) {
                    return connection;
                }
                retire(slot, connection);
            }
        }
    }

    /** Gives back what {@link #take} answered. */
    void giveBack(DirectConnection connection) {
        int slot = slotOf(connection);
        if (!connection.isUsable() || closed) {
            retire(slot, connection);
            return;
        }
        free.give(slot);
        if (closed) {
            retireIfFree(slot);
        }
    }

    /** Retires what is in a slot, if nobody uses it; looked at after the claim, for before that it may change. */
    private void retireIfFree(int slot) {
        if (free.claim(slot)) {
            DirectConnection connection = slots.get(slot);
            if (connection != null) {
                retire(slot, connection);
            }
        }
    }

    private int slotOf(DirectConnection connection) {
        for (int i = 0; i < slots.length(); i++) {
            if (slots.get(i) == connection) {
                return i;
            }
        }
        throw new IllegalArgumentException("the connection is not of this pool");
    }

    private void retire(int slot, DirectConnection connection) {
        connection.close();
        synchronized (retired) {
            slots.set(slot, null);
            Traffic traffic = connection.traffic();
            retired.commands.add(traffic.commands.get());
            retired.writes.add(traffic.writes.get());
            retired.bytesOut.add(traffic.bytesOut.get());
            retired.bytesIn.add(traffic.bytesIn.get());
        }
        open.decrementAndGet();
        LockSupport.unpark(closer);
    }

    /** How many are in use. */
    long inUse() {
        return open.get() - free.size();
    }

    /** Whether at least this many connections are open: callers that got none are too many. */
    boolean isOpen(int connections) {
        return open.get() >= connections;
    }

    /** Opens one more in the background, unless one is being opened. */
    void grow() {
        if (!closed
                && !isOpen(slots.length())
                && System.nanoTime() - retryAt >= 0
                && opening.compareAndSet(false, true)) {
            // A virtual thread would leave the socket non-blocking, which is dear for the platform threads that use it.
            Thread thread =
                    Thread.ofPlatform().daemon().name("millrace-direct-opener").unstarted(this::openOne);
            synchronized (openerLock) {
                if (closed) {
                    return;
                }
                opener = thread;
                thread.start();
            }
        }
    }

    private void openOne() {
        boolean opened = false;
        try {
            long epoch = epochOfNode.getAsLong(); // asked for before: what changes meanwhile makes it stale
            DirectConnection connection =
                    new DirectConnection(options.endpoint().name(), openings.open(), watch, epoch);
            opened = install(connection);
            if (!opened) {
                connection.close();
            }
        } catch (IOException | RuntimeException e) {
            // The shared connection finds out for itself whether the server is gone, and reports it.
            opened = false;
        } finally {
            if (!opened) {
                retryAt = System.nanoTime() + RETRY_NANOS;
            }
            opening.set(false);
        }
    }

    private boolean install(DirectConnection connection) {
        for (int i = 0; i < slots.length(); i++) {
            if (slots.compareAndSet(i, null, connection)) {
                open.incrementAndGet();
                giveBack(connection);
                return true;
            }
        }
        return false;
    }

    /** Closes connections that nobody has used for a while; the watch's thread alone keeps the two arrays. */
    @Override
    public boolean expire(long now) {
        for (int i = 0; i < slots.length(); i++) {
            DirectConnection connection = slots.get(i);
            if (connection == null) {
                continue;
            }
            long commands = connection.traffic().commands.get();
            if (commands != commandsSeen[i] || idleSince[i] == 0) {
                commandsSeen[i] = commands;
                idleSince[i] = now;
            } else if (now - idleSince[i] > IDLE_NANOS) {
                idleSince[i] = 0;
                retireIfFree(i);
            }
        }
        return false;
    }

    long openConnections() {
        return open.get();
    }

    /** What went over these connections: commands, writes, bytes out, bytes in. */
    long[] traffic() {
        long[] sum = {0, 0, 0, 0};
        synchronized (retired) {
            add(sum, retired);
            for (int i = 0; i < slots.length(); i++) {
                DirectConnection connection = slots.get(i);
                if (connection != null) {
                    add(sum, connection.traffic());
                }
            }
        }
        return sum;
    }

    private static void add(long[] sum, Traffic traffic) {
        sum[0] += traffic.commands.get();
        sum[1] += traffic.writes.get();
        sum[2] += traffic.bytesOut.get();
        sum[3] += traffic.bytesIn.get();
    }

    /** Hands out no new connections and closes the free ones; those in use are closed as they come back. */
    void startClosing() {
        synchronized (openerLock) {
            closed = true;
        }
        openings.close();
        retireFree();
    }

    private void retireFree() {
        for (int i = 0; i < slots.length(); i++) {
            retireIfFree(i);
        }
    }

    /**
     * Waits for connections in use until the deadline, then closes them too: their calls end with an unknown outcome.
     * An interrupt shortens the wait and stays set.
     */
    void close(long deadline) {
        startClosing();
        Thread lastOpener;
        synchronized (openerLock) {
            lastOpener = opener;
        }
        if (lastOpener != null) {
            Threads.joinUninterrupted(lastOpener);
        }
        closer = Thread.currentThread();
        while (open.get() > 0
                && deadline - System.nanoTime() > 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(deadline - System.nanoTime());
        }
        closer = null;
        for (int i = 0; i < slots.length(); i++) {
            DirectConnection connection = slots.get(i);
            if (connection != null) {
                connection.close();
            }
        }
        watch.remove(this);
    }

    @Override
    public void close() {
        close(System.nanoTime());
    }
}
