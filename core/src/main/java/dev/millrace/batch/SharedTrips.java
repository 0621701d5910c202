package dev.millrace.batch;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What single callers send at once shares trips: a call of a script costs the server several times what one item in it does. A few callers each make a trip of their own, at once. Who comes while so many are under way waits for the next of them
 * to end, and then the first of those who wait takes the others' parcels along.
 *
 * <p>A caller's parcel is in exactly one place: in the line, in a trip, or ended. Only whoever takes a parcel out of the line, under
 * the lock, decides how it ends. A caller waits in the line until its deadline, and for a trip that has taken its parcel until
 * that ends, which it does by its own deadline.
 *
 * <p>Thread-safe. Not final, so that a test can take a step out.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public class SharedTrips<P, O> {
    /** Makes a trip with some parcels: what became of each, or what the trip failed with. */
    @FunctionalInterface
    public interface Trip<P, O> {
        /** Makes it; never throws what a call can fail with. */
        Answered<O> make(List<P> parcels);
    }

    /** What may go in one trip. */
    public interface Load<P> {
        /** About how many bytes a parcel takes on the wire. */
        long bytes(P parcel);

        /** Whether a parcel may go in one trip with the leader's. */
        boolean together(P leader, P next);

        /** Whether a trip may have failed for one of its parcels, so that each is to go by itself. */
        boolean mayBeForOne(MillraceException failure);
    }

    /**
     * How a trip ended.
     *
     * @param outcomes one for each parcel, in order, where it did not fail
     * @param failure what all of it failed with, or null
     */
    public record Answered<O>(List<O> outcomes, @Nullable MillraceException failure) {}

    /** Trips under way at once: a few callers need not wait for each other, and over a long way many wait for few. */
    private static final int TRIPS = 4;

    /** Parcels in one trip: the server works on them for less than half a millisecond. */
    private static final int PARCELS = 50;

    private static final long BYTES = 64 << 10;

    private enum State {
        /** In the line, or in a trip. */
        WAITING,
        /** Out of the line, to make the next trip. */
        LEADING,
        /** Out of the line; the trip with others failed for one of them, so it goes by itself. */
        ALONE,
        ENDED
    }

    private static final class Ticket<P, O> {
        final P parcel;
        final Thread caller = Thread.currentThread();
        volatile State state = State.WAITING;
        // Published by the state.
        @Nullable
        O outcome;

        @Nullable
        MillraceException failure;

        Ticket(P parcel) {
            this.parcel = parcel;
        }

        void become(State next) {
            state = next;
            LockSupport.unpark(caller);
        }
    }

    private final Trip<P, O> trip;
    private final Load<P> load;
    private final int trips;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Deque<Ticket<P, O>> line = new ArrayDeque<>();

    @GuardedBy("lock")
    private int underWay;

    /** Trips that {@code trip} makes, four at once at the most. */
    public SharedTrips(Load<P> load, Trip<P, O> trip) {
        this(load, trip, TRIPS);
    }

    /** @param trips how many may be under way at once; fewer for tests, in which few callers are to meet */
    SharedTrips(Load<P> load, Trip<P, O> trip, int trips) {
        this.load = load;
        this.trip = trip;
        this.trips = trips;
    }

    /**
     * Sends a parcel, in a trip of its own or with others', and waits for its outcome.
     *
     * @param waitNanos how long it may wait for a trip
     * @throws MillraceException if it can't be sent, or may not have been
     */
    public O send(P parcel, long waitNanos) {
        Ticket<P, O> mine = new Ticket<>(parcel);
        lock.lock();
        try {
            if (underWay < trips) {
                underWay++;
                mine.state = State.LEADING;
            } else {
                line.add(mine);
            }
        } finally {
            lock.unlock();
        }
        await(mine, System.nanoTime() + waitNanos);
        if (mine.state == State.LEADING) {
            lead(mine);
        }
        if (mine.state == State.ALONE) {
            end(List.of(mine), trip.make(List.of(parcel)));
        }
        MillraceException failure = mine.failure;
        if (failure != null) {
            throw failure.raised();
        }
        return Objects.requireNonNull(mine.outcome);
    }

    private void await(Ticket<P, O> mine, long deadline) {
        boolean interrupted = false;
        boolean inLine = true;
        while (mine.state == State.WAITING) {
            long left = deadline - System.nanoTime();
            if (inLine && (left <= 0 || interrupted)) {
                inLine = false;
                if (leave(mine)) {
                    mine.failure = new NotSent(
                            interrupted
                                    ? "it was not sent: the calling thread was interrupted"
                                    : "it was not sent: the trips of others did not end by its deadline");
                    mine.state = State.ENDED;
                }
            } else if (inLine) {
                LockSupport.parkNanos(this, left);
            } else {
                LockSupport.park(this); // a trip has it, and ends by its deadline
            }
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean leave(Ticket<P, O> mine) {
        lock.lock();
        try {
            return line.remove(mine);
        } finally {
            lock.unlock();
        }
    }

    private void lead(Ticket<P, O> mine) {
        List<Ticket<P, O>> taken = taken(mine);
        Answered<O> answer = new Answered<>(List.of(), new OutcomeUnknown("the trip of several callers ended early"));
        try {
            answer = trip.make(taken.stream().map(ticket -> ticket.parcel).toList());
        } finally {
            passOn();
            end(taken, answer);
        }
    }

    /** The leader's parcel, and those behind it that can go in one call with it. */
    private List<Ticket<P, O>> taken(Ticket<P, O> mine) {
        List<Ticket<P, O>> taken = new ArrayList<>();
        taken.add(mine);
        long bytes = load.bytes(mine.parcel);
        lock.lock();
        try {
            for (Ticket<P, O> next = line.peek(); next != null && taken.size() < PARCELS; next = line.peek()) {
                bytes += load.bytes(next.parcel);
                if (bytes > BYTES || !load.together(mine.parcel, next.parcel)) {
                    break;
                }
                taken.add(line.remove());
            }
        } finally {
            lock.unlock();
        }
        return taken;
    }

    /** Whoever has waited longest makes the next trip. */
    void passOn() {
        Ticket<P, O> next;
        lock.lock();
        try {
            next = line.poll();
            if (next == null) {
                underWay--;
            }
        } finally {
            lock.unlock();
        }
        if (next != null) {
            next.become(State.LEADING);
        }
    }

    private void end(List<Ticket<P, O>> taken, Answered<O> answer) {
        MillraceException failure = answer.failure();
        boolean forOne = failure != null && taken.size() > 1 && load.mayBeForOne(failure);
        boolean forLeader = failure instanceof NotSent && Thread.currentThread().isInterrupted();
        for (int i = 0; i < taken.size(); i++) {
            Ticket<P, O> ticket = taken.get(i);
            if (forOne || (forLeader && i > 0)) {
                ticket.become(State.ALONE);
                continue;
            }
            ticket.failure = failure;
            ticket.outcome = failure == null ? answer.outcomes().get(i) : null;
            ticket.become(State.ENDED);
        }
    }
}
