package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
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

    private static final Command<Value> PING = Command.of("PING");
    private static final Command<Value> ASKING = Command.of("ASKING");

    private record Idle(DirectConnection connection, long since) {}

    /** More permits than there can be waiters: each finds the pool closed. */
    private static final int EVERYONE = 1 << 30;

    private final ConnectionOptions options;
    private final DeadlineWatch watch;
    private final LongSupplier epochOfNode;
    private final Openings openings;
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

    DedicatedPool(ConnectionOptions options, DeadlineWatch watch, LongSupplier epochOfNode) {
        this.options = options;
        this.watch = watch;
        this.epochOfNode = epochOfNode;
        this.openings = new Openings(options, watch);
        this.permits = new Semaphore(options.limits().dedicatedConnections());
    }

    /** Runs one command on a connection of its own, after ASKING where that is wanted. The time it may block is not for waiting for the connection. */
    @Nullable
    Object run(Command<?> command, boolean asking, long deadline) {
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
            if (asking && borrowed.run(ASKING, deadline) instanceof MillraceException failure) {
                return new NotSent(command + " was not sent: " + failure.getMessage(), failure);
            }
            return borrowed.run(command, deadline);
        }
    }

    /** Runs one command on a connection and a virtual thread of its own; refused above the limit of queued calls. */
    void start(Command<?> command, boolean asking, Promise<?> promise, long deadline) {
        int most = options.limits().queuedCalls();
        Thread thread =
                Thread.ofVirtual().name("millrace-dedicated").unstarted(() -> keep(promise, command, asking, deadline));
        String why;
        synchronized (lock) {
            if (!closed && started.size() < most) {
                started.add(thread);
                thread.start();
                return;
            }
            why = closed
                    ? "the client is closed"
                    : started.size() + " calls run or wait on dedicated connections (limit=" + most + ")";
        }
        promise.keep(new Rejected(command + " was refused: " + why));
    }

    private void keep(Promise<?> promise, Command<?> command, boolean asking, long deadline) {
        try {
            promise.keep(run(command, asking, deadline));
        } catch (Error e) {
            promise.keep(new OutcomeUnknown(command + " was broken off: " + e, e));
            throw e;
        } finally {
            synchronized (lock) {
                started.remove(Thread.currentThread());
            }
        }
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
        } catch (RuntimeException | Error e) {
            permits.release();
            throw e;
        }
    }

    private void acquire(long deadline) {
        try {
            long left = deadline == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, deadline - System.nanoTime());
            if (!permits.tryAcquire(left, TimeUnit.NANOSECONDS)) {
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
                if (waiting == null) {
                    return null;
                }
                lent.add(waiting.connection()); // from now on, so that close() ends a PING that waits, too
            }
            if (isAlive(waiting, deadline)) {
                return waiting.connection();
            }
            synchronized (lock) {
                lent.remove(waiting.connection());
            }
            retire(waiting.connection());
        }
    }

    private boolean isAlive(Idle waiting, long deadline) {
        DirectConnection connection = waiting.connection();
        return connection.isUsable()
                && connection.epochOfNode() == epochOfNode.getAsLong()
                && (System.nanoTime() - waiting.since() < TRUSTED_NANOS
                        || !(connection.run(PING, pingDeadline(deadline)) instanceof MillraceException));
    }

    /** A command that may block for ever has no deadline; a PING has. */
    private long pingDeadline(long callDeadline) {
        long deadline = System.nanoTime() + options.timeouts().connect().toNanos();
        return callDeadline == Long.MAX_VALUE || deadline - callDeadline < 0 ? deadline : callDeadline;
    }

    private DirectConnection open(long deadline) {
        String name = options.endpoint().name();
        try {
            long epoch = epochOfNode.getAsLong(); // asked for before: what changes meanwhile makes it stale
            return new DirectConnection(name, openings.openBy(deadline), watch, epoch);
        } catch (IOException e) {
            throw new NotSent("nothing was sent: " + name + " can't be reached (" + Causes.deepest(e) + ")", e);
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
        close(Thread.currentThread());
    }

    /** As {@link #close()}; a callback that {@code caller} runs is not waited for. */
    void close(Thread caller) {
        Set<DirectConnection> open;
        Set<Thread> running;
        synchronized (lock) {
            closed = true;
            open = new HashSet<>(lent);
            idle.forEach(waiting -> open.add(waiting.connection()));
            idle.clear();
            running = new HashSet<>(started);
            running.remove(caller);
        }
        openings.close();
        open.forEach(DirectConnection::close);
        permits.release(EVERYONE);
        Threads.joinAll(running);
    }
}
