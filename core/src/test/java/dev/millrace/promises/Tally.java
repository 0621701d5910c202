package dev.millrace.promises;

import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.command.ServerError;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts how calls ended, and keeps what must not have happened. Thread-safe. */
final class Tally {
    /** How a call ended. */
    enum End {
        VALUE,
        SERVER_ERROR,
        NOT_SENT,
        UNKNOWN,
        REJECTED,
        CANCELLED
    }

    private final Map<End, LongAdder> ends = new EnumMap<>(End.class);
    private final AtomicLong mostConnections = new AtomicLong();
    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();

    Tally() {
        for (End end : End.values()) {
            ends.put(end, new LongAdder());
        }
    }

    /** Counts one call: null for a value. What is no outcome of the client's is a surprise. */
    End count(@Nullable Throwable failure) {
        End end = switch (failure) {
            case null -> End.VALUE;
            case ServerError error -> End.SERVER_ERROR;
            case NotSent notSent -> End.NOT_SENT;
            case OutcomeUnknown unknown -> End.UNKNOWN;
            case Rejected rejected -> End.REJECTED;
            case MillraceException other -> surprise(other);
            case Throwable other -> surprise(other);
        };
        count(end);
        return end;
    }

    private End surprise(Throwable failure) {
        surprise("a call ended in " + failure + (failure.getCause() == null ? "" : " from " + failure.getCause()));
        return End.UNKNOWN;
    }

    void count(End end) {
        adder(end).increment();
    }

    void surprise(String what) {
        surprises.add(what);
    }

    long of(End end) {
        return adder(end).sum();
    }

    /** Notes how many connections were open at some moment. */
    void sawConnections(long open) {
        mostConnections.accumulateAndGet(open, Math::max);
    }

    long mostConnections() {
        return mostConnections.get();
    }

    /** How many calls were given up after they were sent, cancelled, or given up before they were sent. */
    long givenUp() {
        return of(End.UNKNOWN) + of(End.CANCELLED) + of(End.NOT_SENT);
    }

    /** How many calls have ended, in whatever way. */
    long total() {
        return ends.values().stream().mapToLong(LongAdder::sum).sum();
    }

    Collection<String> surprises() {
        return List.copyOf(surprises);
    }

    private LongAdder adder(End end) {
        return ends.getOrDefault(end, new LongAdder());
    }

    @Override
    public String toString() {
        return ends.toString();
    }
}
