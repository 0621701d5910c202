package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.Rejected;
import dev.millrace.command.Value;
import dev.millrace.metrics.Statistics;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Connections lent to one thread at a time, made when they are needed, kept when they come back clean, up to a limit;
 * above it borrowers wait until their deadline.
 */
@ThreadSafe
final class DedicatedPool implements AutoCloseable {
    /** After this long a connection is asked for a PING before it is lent: the server may have closed it. */
    private static final long TRUSTED_NANOS = 1_000_000_000L;

    private static final int MORE_THAN_WAIT = 1 << 24;

    private static final Command<Value> PING = Command.of("PING");

    private record Idle(DirectConnection connection, long since) {}

    private final ConnectionOptions options;
    private final DeadlineWatch watch;
    private final LongSupplier connectsOfNode;
    private final Semaphore permits;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final ArrayDeque<Idle> idle = new ArrayDeque<>();

    @GuardedBy("lock")
    private final Set<DirectConnection> lent = new HashSet<>();

    @GuardedBy("lock")
    private final Set<Thread> started = new HashSet<>();

    @GuardedBy("lock")
    private Statistics retired = Statistics.NONE;

    @GuardedBy("lock")
    private boolean closed;

    DedicatedPool(ConnectionOptions options, DeadlineWatch watch, LongSupplier connectsOfNode) {
        this.options = options;
        this.watch = watch;
        this.connectsOfNode = connectsOfNode;
        this.permits = new Semaphore(options.limits().dedicatedConnections());
    }

    /** Runs one command on a connection of its own. The time it may block is not for waiting for the connection. */
    @Nullable
    Object run(Command<?> command, long deadline) {
        Dedicated borrowed;
        try {
            long blocking = command.verb().isBlocking() ? command.blockingNanos() : 0;
            borrowed = take(
                    blocking == Long.MAX_VALUE
                            ? System.nanoTime() + options.timeouts().command().toNanos()
                            : deadline - blocking);
        } catch (MillraceException e) {
            return e;
        }
        try (borrowed) {
            return borrowed.run(command, deadline);
        }
    }

    /** Runs one command on a connection and a virtual thread of its own. */
    void start(Command<?> command, Promise<?> promise, long deadline) {
        Thread thread = Thread.ofVirtual().name("millrace-dedicated").unstarted(() -> {
            try {
                promise.keep(run(command, deadline));
            } finally {
                synchronized (lock) {
                    started.remove(Thread.currentThread());
                }
            }
        });
        int limit = options.limits().queuedCalls();
        boolean refusedAsFull;
        synchronized (lock) {
            refusedAsFull = started.size() >= limit;
            if (!closed && !refusedAsFull) {
                started.add(thread);
                thread.start();
                return;
            }
        }
        promise.keep(new Rejected(command + " was refused: "
                + (refusedAsFull
                        ? "so many commands wait for a dedicated connection already (limit=" + limit + ")"
                        : "the client is closed")));
    }

    /** Lends a connection. @throws MillraceException if none can be had by the deadline */
    Dedicated take(long deadline) {
        acquire(deadline);
        try {
            DirectConnection connection = idle(deadline);
            if (connection == null) {
                connection = open(deadline);
            }
            return lend(connection);
        } catch (RuntimeException e) {
            permits.release();
            throw e;
        }
    }

    private void acquire(long deadline) {
        try {
            if (!permits.tryAcquire(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                throw new Rejected("no dedicated connection was free by the deadline (limit="
                        + options.limits().dedicatedConnections() + "); close those that are not used, or raise the"
                        + " limit");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotSent("the calling thread was interrupted while it waited for a dedicated connection", e);
        }
    }

    @GuardedBy("lock")
    private void checkOpen() {
        if (closed) {
            throw new Rejected("no dedicated connection: the client is closed");
        }
    }

    private @Nullable DirectConnection idle(long deadline) {
        while (true) {
            Idle waiting;
            synchronized (lock) {
                checkOpen();
                waiting = idle.pollLast();
            }
            if (waiting == null || isAlive(waiting, deadline)) {
                return waiting == null ? null : waiting.connection();
            }
            retire(waiting.connection());
        }
    }

    private boolean isAlive(Idle waiting, long deadline) {
        DirectConnection connection = waiting.connection();
        return connection.isUsable()
                && connection.connectsOfNode() == connectsOfNode.getAsLong()
                && (System.nanoTime() - waiting.since() < TRUSTED_NANOS
                        || !(connection.run(PING, deadline) instanceof MillraceException));
    }

    private DirectConnection open(long deadline) {
        try {
            return DirectConnection.open(options, watch, connectsOfNode.getAsLong(), deadline);
        } catch (IOException e) {
            throw new NotSent(
                    "nothing was sent: " + options.endpoint().name() + " can't be reached (" + Causes.deepest(e) + ")",
                    e);
        }
    }

    private Dedicated lend(DirectConnection connection) {
        try {
            synchronized (lock) {
                checkOpen();
                lent.add(connection);
            }
        } catch (Rejected e) {
            retire(connection);
            throw e;
        }
        return new Dedicated(this, connection);
    }

    void giveBack(DirectConnection connection, boolean changed) {
        boolean keep;
        synchronized (lock) {
            lent.remove(connection);
            keep = !changed && !closed && connection.isUsable();
            if (keep) {
                idle.addLast(new Idle(connection, System.nanoTime()));
            }
        }
        if (!keep) {
            retire(connection);
        }
        permits.release();
    }

    private void retire(DirectConnection connection) {
        connection.close();
        synchronized (lock) {
            retired = retired.plus(statistics(connection, 0));
        }
    }

    private static Statistics statistics(DirectConnection connection, int connections) {
        Traffic traffic = connection.traffic();
        return new Statistics(
                traffic.commands.get(),
                traffic.writes.get(),
                traffic.bytesOut.get(),
                traffic.bytesIn.get(),
                0,
                0,
                connections,
                0,
                0,
                0,
                false);
    }

    Statistics statistics() {
        synchronized (lock) {
            Statistics sum = retired;
            for (Idle waiting : idle) {
                sum = sum.plus(statistics(waiting.connection(), 1));
            }
            for (DirectConnection connection : lent) {
                sum = sum.plus(statistics(connection, 1));
            }
            return sum;
        }
    }

    /** Closes every connection, lent ones too: a command that blocks at the server ends with an unknown outcome. */
    @Override
    public void close() {
        Set<DirectConnection> open;
        Set<Thread> running;
        synchronized (lock) {
            closed = true;
            open = new HashSet<>(lent);
            idle.forEach(waiting -> open.add(waiting.connection()));
            idle.clear();
            running = new HashSet<>(started);
        }
        open.forEach(DirectConnection::close);
        // Who waits for a connection is let in, and finds it closed.
        permits.release(MORE_THAN_WAIT);
        // A callback on a command's thread may be who closes.
        running.remove(Thread.currentThread());
        running.forEach(Threads::join);
    }
}
