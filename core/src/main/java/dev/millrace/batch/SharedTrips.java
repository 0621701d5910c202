package dev.millrace.batch;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
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

    /**
     * How many trips may be under way at once, and how full they are. On a short way few full trips are best: while two are under
     * way, those who wait for the next fill it. On a long one the way would stand empty, so there are more of them: as many as
     * {@code STEP} goes into the shortest of the last trips.
     *
     * @param least trips on the shortest way
     * @param most trips on a long way
     * @param parcels in one trip
     */
    public record Width(int least, int most, int parcels) {
        /** Four of up to 50: a few callers need not wait for each other, and the server works on one for half a millisecond. */
        public static final Width DEFAULT = new Width(4, 4, 50);
    }

    /** A little less than two trips of a few parcels take on loopback. */
    private static final long STEP = 400_000;

    private static final int REMEMBERED = 8;

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
    private final Width width;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Deque<Ticket<P, O>> line = new ArrayDeque<>();

    @GuardedBy("lock")
    private int underWay;

    @GuardedBy("lock")
    private int trips;

    /** What the last trips took, in nanoseconds. */
    @GuardedBy("lock")
    private final long[] took = new long[REMEMBERED];

    @GuardedBy("lock")
    private int made;

    /** Trips that {@code trip} makes, of the default width. */
    public SharedTrips(Load<P> load, Trip<P, O> trip) {
        this(load, trip, Width.DEFAULT);
    }

    /** Trips that {@code trip} makes. */
    public SharedTrips(Load<P> load, Trip<P, O> trip, Width width) {
        this.load = load;
        this.trip = trip;
        this.width = width;
        this.trips = width.least();
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
        long began = System.nanoTime();
        try {
            answer = trip.make(taken.stream().map(ticket -> ticket.parcel).toList());
        } finally {
            note(System.nanoTime() - began);
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
            for (Ticket<P, O> next = line.peek(); next != null && taken.size() < width.parcels(); next = line.peek()) {
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

    /** A trip took so long: how many may be under way follows from the shortest of the last. */
    void note(long nanos) {
        if (width.least() == width.most()) {
            return;
        }
        lock.lock();
        try {
            took[made % REMEMBERED] = nanos;
            made = made == 2 * REMEMBERED - 1 ? REMEMBERED : made + 1;
            long shortest =
                    Arrays.stream(took, 0, Math.min(made, REMEMBERED)).min().orElse(0);
            trips = Math.clamp(shortest / STEP, width.least(), width.most());
        } finally {
            lock.unlock();
        }
    }

    /** Whoever has waited longest makes the next trip, unless as many as there may be are under way without it. */
    void passOn() {
        Ticket<P, O> next;
        lock.lock();
        try {
            next = underWay > trips ? null : line.poll();
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
