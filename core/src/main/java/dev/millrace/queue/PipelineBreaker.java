package dev.millrace.queue;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.resilience.CircuitBreaker;
import java.util.function.LongSupplier;

/**
 * The circuit of {@link PipelineFallback}. Who wants to go the pipelined path asks for a {@link Permit}, and says with it
 * how the trip ended, whatever happens: while a probe is out no other is let through.
 *
 * <p>What a trip tells that began before the circuit opened is of no use after it; the permit's generation says so.
 * {@link CircuitBreaker} is about something else: whether a server can be reached, by the time that it could not.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // guarded by its own monitor, which is held for a few instructions
final class PipelineBreaker {
    /** Whether a trip may go, and in which life of the circuit it was asked. */
    record Permit(boolean granted, boolean probe, long generation) {}

    /** How a permitted trip ended. */
    enum Ended {
        /** It was answered. */
        ANSWERED,
        /** It failed, and the single path might not. */
        FAILED,
        /** It failed in a way that says nothing of the path. */
        NEITHER
    }

    private final PipelineFallback how;
    private final LongSupplier clock;

    @GuardedBy("this")
    private int row;

    @GuardedBy("this")
    private long firstOfRow;

    @GuardedBy("this")
    private boolean open;

    @GuardedBy("this")
    private boolean probing;

    @GuardedBy("this")
    private long nextProbe;

    @GuardedBy("this")
    private long generation;

    @GuardedBy("this")
    private long timesOpened;

    /** @param clock in ns */
    PipelineBreaker(PipelineFallback how, LongSupplier clock) {
        this.how = how;
        this.clock = clock;
    }

    synchronized Permit permit() {
        if (!open) {
            return new Permit(true, false, generation);
        }
        boolean probe = !probing && clock.getAsLong() - nextProbe >= 0;
        probing |= probe;
        return new Permit(probe, probe, generation);
    }

    synchronized void ended(Permit permit, Ended how) {
        if (permit.generation() != generation) {
            return;
        }
        if (permit.probe()) {
            probing = false;
            switch (how) {
                case ANSWERED -> {
                    open = false;
                    row = 0;
                    generation++;
                }
                case FAILED -> nextProbe = clock.getAsLong() + this.how.pause().toNanos();
                case NEITHER -> {
                    // the next one may try
                }
            }
        } else if (how == Ended.ANSWERED) {
            row = 0;
        } else if (how == Ended.FAILED) {
            failed(clock.getAsLong());
        }
    }

    @GuardedBy("this")
    private void failed(long now) {
        if (row == 0 || now - firstOfRow > how.window().toNanos()) {
            row = 0;
            firstOfRow = now;
        }
        if (++row >= how.failures()) {
            open = true;
            nextProbe = now + how.pause().toNanos();
            generation++;
            timesOpened++;
        }
    }

    synchronized CircuitBreaker.State state() {
        return open ? CircuitBreaker.State.OPEN : CircuitBreaker.State.CLOSED;
    }

    synchronized long timesOpened() {
        return timesOpened;
    }
}
