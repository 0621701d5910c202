package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.metrics.WireLog;
import dev.millrace.resp.ProtocolException;
import dev.millrace.resp.RespReader;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A connection on which one caller at a time does its own I/O: it encodes, writes, reads and decodes, and no other
 * thread takes part. For a lone caller that saves two hand-overs; for commands that change or block their connection
 * it is the only place.
 *
 * <p>Used by one thread at a time, which holds it exclusively. {@link #close()} and {@link #expire} may be called by any
 * thread; a deadline is kept by closing the socket under the caller, so a call that times out, or whose thread is
 * interrupted, costs the connection.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // confined to its holder, but for the deadline
final class DirectConnection implements DeadlineWatch.Watched, AutoCloseable {
    private static final long NONE = Long.MAX_VALUE;
    /** A call that may take for ever is under way all the same, and can be interrupted. */
    private static final long NEVER = Long.MAX_VALUE - 1;

    private static final long EXPIRED = Long.MIN_VALUE;

    private final String name;
    private final OpenConnection connection;
    private final DeadlineWatch watch;
    private final Traffic traffic = new Traffic();
    private final Spin spin = new Spin();
    private final long epochOfNode;

    /** The deadline of the call under way, {@link #NONE} between calls, {@link #EXPIRED} once one has passed. */
    private final AtomicLong deadline = new AtomicLong(NONE);

    /** Whose call is under way; published by the deadline. */
    private @Nullable Thread holder;

    private volatile boolean broken;
    private boolean lone;
    private volatile boolean closed;

    /**
     * A connection that is open.
     *
     * @param epochOfNode the shared connection's epoch, by which it is later known whether the server went away
     */
    DirectConnection(String name, OpenConnection connection, DeadlineWatch watch, long epochOfNode) {
        this.name = name;
        this.connection = connection;
        this.watch = watch;
        this.epochOfNode = epochOfNode;
        traffic.rebase(connection);
        watch.add(this);
    }

    /** Says whether no other caller is at work: for some only then is looking for the reply no one else's loss. */
    void lone(boolean isLone) {
        lone = isLone;
    }

    /** Runs one command; answers its value or the {@link MillraceException} it failed with. */
    @Nullable
    Object run(Command<?> command, long callDeadline) {
        if (!begin(callDeadline)) {
            return new NotSent(command + " was not sent: the connection to " + name + " is closed");
        }
        long writesBefore = connection.writer().writes();
        try {
            checkNothingIsThere();
            if (WireLog.WIRE) {
                WireLog.sent(name, command);
            }
            connection.writer().write(command);
            connection.writer().flush();
            awaitReply(1);
            log(command.verb().name());
            Object outcome = Replies.decode(command, connection.reader());
            account(1);
            end();
            return outcome;
        } catch (IOException | RuntimeException | Error e) {
            return failed(command.toString(), connection.writer().writes() > writesBefore, e);
        }
    }

    /** Runs a unit; null when every position has its outcome, else what the whole failed with. */
    @Nullable
    MillraceException run(Unit unit, long callDeadline) {
        if (!begin(callDeadline)) {
            return new NotSent(unit.describe() + " was not sent: the connection to " + name + " is closed");
        }
        long writesBefore = connection.writer().writes();
        try {
            checkNothingIsThere();
            if (WireLog.WIRE) {
                unit.log(name);
            }
            unit.encode(connection.writer());
            connection.writer().flush();
            do {
                awaitReply(unit.size());
                if (WireLog.WIRE) {
                    log(unit.awaits());
                }
            } while (!unit.receive(connection.reader()));
            account(unit.commandsOnWire());
            end();
            return null;
        } catch (IOException | RuntimeException | Error e) {
            return failed(unit.describe(), connection.writer().writes() > writesBefore, e);
        }
    }

    /** What came behind the last answer may be messages; an answer there would be taken for that of the next call. */
    private void checkNothingIsThere() throws IOException {
        RespReader reader = connection.reader();
        while (reader.hasMore() && reader.next()) {
            if (!reader.isPush()) {
                throw new ProtocolException("a reply came that no command waits for");
            }
        }
    }

    /** Reads until a reply is there that is an answer; pushes are not for this connection. */
    private void awaitReply(int commands) throws IOException {
        RespReader reader = connection.reader();
        do {
            while (!reader.next()) {
                spin.await(connection.transport(), lone, commands);
                if (!reader.fill(connection.transport())) {
                    throw new EOFException("the server closed the connection");
                }
            }
        } while (reader.isPush());
    }

    private void log(String verb) {
        if (WireLog.WIRE) {
            WireLog.received(
                    name, verb, connection.reader().type(), connection.reader().remainingBytes());
        }
    }

    /** Whether more has come than was asked for; push messages are not for this connection. */
    private static boolean hasMore(RespReader reader) {
        try {
            while (reader.next()) {
                if (!reader.isPush()) {
                    return true;
                }
            }
            return false;
        } catch (ProtocolException e) {
            return true;
        }
    }

    private boolean begin(long callDeadline) {
        holder = Thread.currentThread();
        if (broken || !deadline.compareAndSet(NONE, Math.min(callDeadline, NEVER))) {
            return false;
        }
        watch.wake();
        return true;
    }

    private void end() {
        RespReader reader = connection.reader();
        if (hasMore(reader)) {
            broken = true; // nobody waits for it, and nothing tells whose the next reply would be
        }
        reader.trim();
        long set = deadline.get();
        if (set == EXPIRED || !deadline.compareAndSet(set, NONE)) {
            broken = true; // the watch closed the socket in the moment the reply came
        }
    }

    private void account(int commands) {
        traffic.written(connection.writer(), commands);
        traffic.read(connection.reader());
    }

    private MillraceException failed(String what, boolean sent, Throwable cause) {
        boolean late = deadline.get() == EXPIRED;
        broken = true;
        connection.transport().close();
        if (sent && !late && cause instanceof ProtocolException) {
            return Replies.unreadable(what, name, cause);
        }
        String reason = closed
                ? "the client was closed"
                : Thread.currentThread().isInterrupted()
                        ? "the calling thread was interrupted"
                        : late
                                ? "no answer from " + name + " by its deadline"
                                : "the connection to " + name + " was lost: " + Causes.deepest(cause);
        return sent
                ? new OutcomeUnknown(what + " was sent, its outcome is unknown: " + reason, cause)
                : new NotSent(what + " was not sent: " + reason, cause);
    }

    @Override
    public boolean expire(long now) {
        long set = deadline.get();
        if (set == NONE || set == EXPIRED) {
            return false;
        }
        // A platform thread that waits for a socket does not notice an interrupt by itself.
        if ((now - set >= 0 || isInterrupted(holder)) && deadline.compareAndSet(set, EXPIRED)) {
            connection.transport().close();
            return false;
        }
        return true;
    }

    private static boolean isInterrupted(@Nullable Thread thread) {
        return thread != null && thread.isInterrupted();
    }

    /** Whether it can be used again. */
    boolean isUsable() {
        return !broken;
    }

    /** The shared connection's epoch when this one was opened. */
    long epochOfNode() {
        return epochOfNode;
    }

    Traffic traffic() {
        return traffic;
    }

    ServerFacts facts() {
        return connection.facts();
    }

    @Override
    public void close() {
        closed = true;
        broken = true;
        watch.remove(this);
        connection.transport().close();
    }
}
