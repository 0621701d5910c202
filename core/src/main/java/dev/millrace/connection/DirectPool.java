package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.MillraceException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The direct connections that lone callers share, a few at the most. Taking and giving back is one compare-and-set on
 * a word with a bit per free connection. Connections are opened in the background, one at a time and only as many as
 * callers were missing; until one is there, callers go by the shared connection.
 *
 * <p>When the shared connection was lost and made anew, the server went away for these too: they are closed rather
 * than handed out, so that a restart does not cost one failed call per connection.
 */
@ThreadSafe
final class DirectPool implements AutoCloseable, DeadlineWatch.Watched {
    /** A connection that nobody uses for this long is closed, before the server does it and a caller is the one to find out. */
    private static final long IDLE_NANOS = 5_000_000_000L;

    private final ConnectionOptions options;
    private final DeadlineWatch watch;
    private final LongSupplier connectsOfNode;
    private final AtomicReferenceArray<@Nullable DirectConnection> slots;
    private final AtomicLong free = new AtomicLong();
    private final AtomicLong open = new AtomicLong();
    private final AtomicBoolean opening = new AtomicBoolean();
    private final Traffic retired = new Traffic();
    private final long[] commandsSeen;
    private final long[] idleSince;
    private volatile @Nullable Thread opener;
    private volatile boolean closed;

    DirectPool(ConnectionOptions options, DeadlineWatch watch, LongSupplier connectsOfNode) {
        this.options = options;
        this.watch = watch;
        this.connectsOfNode = connectsOfNode;
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
            long bits = free.get();
            if (bits == 0 || open.get() - Long.bitCount(bits) >= limit) {
                return null;
            }
            long lowest = Long.lowestOneBit(bits);
            if (free.compareAndSet(bits, bits & ~lowest)) {
                int slot = Long.numberOfTrailingZeros(lowest);
                DirectConnection connection = slots.get(slot);
                if (connection == null) {
                    continue;
                }
                if (connection.isUsable() && connection.connectsOfNode() == connectsOfNode.getAsLong()) {
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
        free.getAndUpdate(bits -> bits | 1L << slot);
        if (closed && claim(slot)) {
            retire(slot, connection);
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
        slots.set(slot, null);
        open.decrementAndGet();
        connection.close();
        synchronized (retired) {
            Traffic traffic = connection.traffic();
            retired.commands.add(traffic.commands.get());
            retired.writes.add(traffic.writes.get());
            retired.bytesOut.add(traffic.bytesOut.get());
            retired.bytesIn.add(traffic.bytesIn.get());
        }
    }

    /** How many are in use. */
    long inUse() {
        return open.get() - Long.bitCount(free.get());
    }

    /** Whether at least this many connections are open: callers that got none are too many. */
    boolean isOpen(int connections) {
        return open.get() >= connections;
    }

    /** Opens one more in the background, unless one is being opened. */
    void grow() {
        if (!closed && !isOpen(slots.length()) && opening.compareAndSet(false, true)) {
            opener = Thread.ofVirtual().name("millrace-direct-opener").start(this::openOne);
        }
    }

    private void openOne() {
        try {
            DirectConnection connection = DirectConnection.open(options, watch, connectsOfNode.getAsLong());
            for (int i = 0; i < slots.length(); i++) {
                if (slots.compareAndSet(i, null, connection)) {
                    open.incrementAndGet();
                    giveBack(connection);
                    return;
                }
            }
            connection.close();
        } catch (IOException | MillraceException e) {
            // The shared connection finds out for itself whether the server is gone, and reports it.
            open.get();
        } finally {
            opening.set(false);
        }
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
            } else if (now - idleSince[i] > IDLE_NANOS && claim(i)) {
                idleSince[i] = 0;
                retire(i, connection);
            }
        }
        return false;
    }

    /** Takes the free connection in a slot; false when it is in use. */
    private boolean claim(int slot) {
        long bit = 1L << slot;
        return (free.getAndUpdate(bits -> bits & ~bit) & bit) != 0;
    }

    long openConnections() {
        return open.get();
    }

    /** What went over these connections: commands, writes, bytes out, bytes in. */
    long[] traffic() {
        long[] sum = {0, 0, 0, 0};
        synchronized (retired) {
            add(sum, retired);
        }
        for (int i = 0; i < slots.length(); i++) {
            DirectConnection connection = slots.get(i);
            if (connection != null) {
                add(sum, connection.traffic());
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

    /** Closes the free ones; those in use are closed when they are given back. */
    @Override
    public void close() {
        closed = true;
        watch.remove(this);
        Thread lastOpener = opener;
        if (lastOpener != null) {
            Threads.join(lastOpener);
        }
        for (int i = 0; i < slots.length(); i++) {
            DirectConnection connection = slots.get(i);
            if (connection != null && claim(i)) {
                retire(i, connection);
            }
        }
    }
}
