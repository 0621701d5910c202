package dev.millrace.queue;

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
 * Single jobs of callers that come at once share trips: a call of the script costs the server several times what a job in it
 * does. A few callers each make a trip of their own, at once. Who comes while so many are under way waits for the next of them
 * to end, and then the first of those who wait takes the others' jobs along.
 *
 * <p>A caller's job is in exactly one place: in the line, in a trip, or ended. Only whoever takes a job out of the line, under
 * the lock, decides how it ends. A caller waits in the line until its deadline, and for a trip that has taken its job until
 * that ends, which it does by its own deadline.
 *
 * <p>Thread-safe. Not final, so that a test can take a step out.
 */
@ThreadSafe
class SharedTrips<T> {
    /** Makes a trip with some jobs: what became of each, or what the trip failed with. */
    @FunctionalInterface
    interface Trip<T> {
        Uplink.Answered make(List<Parcel<T>> parcels);
    }

    /** Trips under way at once: a few callers need not wait for each other, and over a long way many wait for few. */
    private static final int TRIPS = 4;

    /** Jobs in one trip: the server works on them for less than half a millisecond. */
    private static final int JOBS = 50;

    private enum State {
        /** In the line, or in a trip. */
        WAITING,
        /** Out of the line, to make the next trip. */
        LEADING,
        /** Out of the line; the trip with others failed for one of them, so it goes by itself. */
        ALONE,
        ENDED
    }

    private static final class Ticket<T> {
        final Parcel<T> parcel;
        final Thread caller = Thread.currentThread();
        volatile State state = State.WAITING;
        // Published by the state.
        @Nullable
        EnqueueOutcome outcome;

        @Nullable
        MillraceException failure;

        Ticket(Parcel<T> parcel) {
            this.parcel = parcel;
        }

        void become(State next) {
            state = next;
            LockSupport.unpark(caller);
        }
    }

    private final Trip<T> trip;
    private final int trips;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Deque<Ticket<T>> line = new ArrayDeque<>();

    @GuardedBy("lock")
    private int underWay;

    SharedTrips(Trip<T> trip) {
        this(trip, TRIPS);
    }

    /** @param trips how many may be under way at once; fewer for tests, in which few callers are to meet */
    SharedTrips(Trip<T> trip, int trips) {
        this.trip = trip;
        this.trips = trips;
    }

    /**
     * Enqueues a job, in a trip of its own or with others'.
     *
     * @param waitNanos how long it may wait for a trip
     * @throws MillraceException if it can't be enqueued, or may not have been
     */
    EnqueueOutcome enqueue(Parcel<T> parcel, long waitNanos) {
        Ticket<T> mine = new Ticket<>(parcel);
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

    private void await(Ticket<T> mine, long deadline) {
        boolean interrupted = false;
        boolean inLine = true;
        while (mine.state == State.WAITING) {
            long left = deadline - System.nanoTime();
            if (inLine && (left <= 0 || interrupted)) {
                inLine = false;
                if (leave(mine)) {
                    mine.failure = new NotSent(
                            interrupted
                                    ? "a job was not sent: the calling thread was interrupted"
                                    : "a job was not sent: the trips of others did not end by its deadline");
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

    private boolean leave(Ticket<T> mine) {
        lock.lock();
        try {
            return line.remove(mine);
        } finally {
            lock.unlock();
        }
    }

    private void lead(Ticket<T> mine) {
        List<Ticket<T>> taken = taken(mine);
        Uplink.Answered answer =
                new Uplink.Answered(List.of(), new OutcomeUnknown("the trip of several jobs ended early"));
        try {
            answer = trip.make(taken.stream().map(ticket -> ticket.parcel).toList());
        } finally {
            passOn();
            end(taken, answer);
        }
    }

    /** The leader's job, and those behind it that can go in one call with it. */
    private List<Ticket<T>> taken(Ticket<T> mine) {
        List<Ticket<T>> taken = new ArrayList<>();
        taken.add(mine);
        Deduplication deduplication = mine.parcel.outgoing().deduplication();
        long bytes = mine.parcel.outgoing().bytes();
        lock.lock();
        try {
            for (Ticket<T> next = line.peek(); next != null && taken.size() < JOBS; next = line.peek()) {
                bytes += next.parcel.outgoing().bytes();
                if (bytes > Pace.BYTES
                        || !next.parcel.outgoing().deduplication().equals(deduplication)) {
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
        Ticket<T> next;
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

    private static <T> void end(List<Ticket<T>> taken, Uplink.Answered answer) {
        MillraceException failure = answer.failure();
        boolean forOne = failure != null && taken.size() > 1 && Uplink.mayBeForOneJob(failure);
        boolean forLeader = failure instanceof NotSent && Thread.currentThread().isInterrupted();
        for (int i = 0; i < taken.size(); i++) {
            Ticket<T> ticket = taken.get(i);
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
