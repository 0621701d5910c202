package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.resp.RespReader;
import dev.millrace.resp.RespWriter;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One unit of work on its way through a shared connection: a command, or a batch or transaction that stays together.
 *
 * <p>Life: QUEUED → SENT (the writer has begun to encode it) → COMPLETING → DONE, or from QUEUED or SENT straight to
 * COMPLETING when it is given up (deadline, interrupt, connection lost, close). Each step is a compare-and-set, so
 * exactly one thread finishes a call, and whether it had been sent is exact: a call given up while QUEUED is never
 * written. A call given up after it was SENT keeps its place in the FIFO; its reply is read and thrown away.
 *
 * <p>{@link #outcome} is written by whoever won COMPLETING, and published by the release store of DONE. The links of
 * the stack ({@link #below} and the two sums) belong to {@link CallQueue}. The call is also the node of that stack and
 * holds no lock, so a command costs one object here.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // by the hand-off described above, which the checker can't see
abstract class Call {
    /** What a reply was to a call. */
    enum Received {
        /** Not its last one. */
        MORE,
        /** Its last; the call is done, and {@link #wake} is the reader's to call. */
        FINISHED,
        /** Its last, but the call had been given up: whoever did that has woken its caller. */
        DISCARDED
    }

    private static final int YIELDS = 4;
    private static final int QUEUED = 0;
    private static final int SENT = 1;
    private static final int COMPLETING = 2;
    private static final int DONE = 3;
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Call.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // through STATE
    private volatile int state;

    /** The thread to wake, or the promise to keep. */
    private final Object waiter;

    /** System.nanoTime() at which the call is given up. */
    final long deadline;

    /** About how many bytes it takes on the wire. */
    final int weight;

    private @Nullable Object outcome;

    @Nullable
    Call below;

    int depth;
    long stackedWeight;

    /**
     * A call that has not been queued yet.
     *
     * @param waiter the calling {@link Thread}, which will {@link #await}, or the {@link Promise} to complete
     */
    Call(Object waiter, int weight, long deadline) {
        this.waiter = waiter;
        this.weight = weight;
        this.deadline = deadline;
    }

    /** Encodes the work; called once, by the writer, after {@link #trySend()}. */
    abstract void encode(RespWriter writer) throws IOException;

    /** How many commands it sends. */
    abstract int commands();

    /**
     * Takes the next reply; called by the reader only. What is decoded is decoded before the call is claimed: an Error
     * on the way leaves the call to be given up with its connection.
     */
    abstract Received receive(RespReader reply);

    /** Prints its commands to the wire log. */
    void log(String node) {}

    /** What its next reply is the answer to: a verb, for the wire log. */
    String awaits() {
        return describe();
    }

    /** What it is, for messages: verb and counts, never an argument. */
    abstract String describe();

    /** QUEUED → SENT; false when it was given up, and must not be written. */
    final boolean trySend() {
        return STATE.compareAndSet(this, QUEUED, SENT);
    }

    /** SENT → DONE with an outcome, for the reader; discarded when the call was given up meanwhile. */
    final Received answer(@Nullable Object result) {
        if (!STATE.compareAndSet(this, SENT, COMPLETING)) {
            return Received.DISCARDED;
        }
        complete(result);
        return Received.FINISHED;
    }

    /** Publishes the outcome; only by the thread that has moved the call to COMPLETING. */
    private void complete(@Nullable Object result) {
        outcome = result;
        STATE.setRelease(this, DONE);
    }

    /** Wakes the calling thread, or completes the promise by way of {@code completions}. */
    final void wake(Completions completions) {
        if (waiter instanceof Thread thread) {
            LockSupport.unpark(thread);
        } else {
            completions.add(this);
        }
    }

    /** Whether a promise waits for it, and no thread. */
    final boolean isAsynchronous() {
        return !(waiter instanceof Thread);
    }

    /** Completes the promise with the outcome; run where callbacks of the application may run. */
    final void keepPromise() {
        ((Promise<?>) waiter).keep(outcome);
    }

    final boolean isDone() {
        return (int) STATE.getAcquire(this) == DONE;
    }

    final boolean wasGivenUpOrDone() {
        return (int) STATE.getAcquire(this) >= COMPLETING;
    }

    /**
     * Gives the call up if it is not finished: {@link NotSent} when the writer had not reached it, {@link
     * OutcomeUnknown} when it had.
     *
     * @param reason what happened and the counts around it; asked for only if this thread is the one to finish it
     * @return whether this thread finished it
     */
    final boolean giveUp(Supplier<String> reason, @Nullable Throwable cause, Completions completions) {
        if (STATE.compareAndSet(this, QUEUED, COMPLETING)) {
            finish(new NotSent(describe() + " was not sent: " + reason.get(), cause), completions);
            return true;
        }
        if (STATE.compareAndSet(this, SENT, COMPLETING)) {
            finish(
                    new OutcomeUnknown(describe() + " was sent, its outcome is unknown: " + reason.get(), cause),
                    completions);
            return true;
        }
        return false;
    }

    /** Ends a call that was sent with a failure of the connection's choice, unless it is finished. */
    final boolean fail(Supplier<? extends MillraceException> failure, Completions completions) {
        if (STATE.compareAndSet(this, SENT, COMPLETING)) {
            finish(failure.get(), completions);
            return true;
        }
        return false;
    }

    /** Refuses a call that was not sent, with a failure of the connection's choice. */
    final boolean refuse(Supplier<? extends MillraceException> failure, Completions completions) {
        if (STATE.compareAndSet(this, QUEUED, COMPLETING)) {
            finish(failure.get(), completions);
            return true;
        }
        return false;
    }

    private void finish(MillraceException failure, Completions completions) {
        complete(failure);
        wake(completions);
    }

    /**
     * Waits until the call is finished; the deadline is kept by {@link DeadlineWatch}, so that no timer is armed per
     * call. An interrupt gives the call up and stays set.
     *
     * @return the outcome: a value (null is one), or the {@link MillraceException} it failed with
     */
    final @Nullable Object await(Completions completions) {
        boolean interrupted = false;
        if (!Thread.currentThread().isVirtual()) {
            letOthersRun();
        }
        while (!isDone()) {
            LockSupport.park();
            if (Thread.interrupted()) {
                interrupted = true;
                giveUp(() -> "the calling thread was interrupted", null, completions);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return outcome;
    }

    /**
     * Gives the processor to whoever is ready, a few times: where callers outnumber processors the answer is there by
     * then more often than not, and neither a sleep nor a wake-up was needed. Where nobody is ready it takes a
     * microsecond or two.
     */
    private void letOthersRun() {
        for (int i = 0; i < YIELDS && !isDone(); i++) {
            Thread.yield();
        }
    }

    /** The outcome of a call that is done. */
    final @Nullable Object outcome() {
        return outcome;
    }
}
