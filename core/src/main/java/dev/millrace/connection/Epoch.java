package dev.millrace.connection;

/**
 * A stretch of time in which a server has said of each key that changed. What was read in an epoch is as good as the
 * server's own while the epoch is fresh: until its connection is lost, all keys are flushed or slots move away, and for
 * no longer than a bound after the moment up to which all changes are known to have arrived.
 *
 * <p>That moment moves on with each answer: when a question was asked at t and is answered, every change that was
 * acknowledged before t has been read, for the server sends in order. A process that was stopped for a while, or whose
 * connection is dead without a sign, therefore finds its epoch stale by the clock alone.
 *
 * <p>Thread-safe. {@link #isFresh} is one volatile read and a comparison.
 */
public final class Epoch {
    private final long boundNanos;
    private final Object lock = new Object();
    private volatile long freshUntil;
    private boolean ended;

    /**
     * An epoch that begins now.
     *
     * @param boundNanos how old what is known may be
     */
    Epoch(long boundNanos) {
        this.boundNanos = boundNanos;
        this.freshUntil = System.nanoTime() + boundNanos;
    }

    private Epoch(long boundNanos, long freshUntil) {
        this.boundNanos = boundNanos;
        this.freshUntil = freshUntil;
    }

    /** Whether what was read in it is still known to be current, at a moment of {@link System#nanoTime()}. */
    public boolean isFresh(long now) {
        return now - freshUntil < 0;
    }

    /** Until when it is fresh unless more is heard; in the past once it has ended. */
    public long freshUntil() {
        return freshUntil;
    }

    /**
     * All changes before a moment are known; does nothing once it has ended. What brings less than a sixteenth of the
     * bound is let go: every hit reads this field, and would wait for its new value.
     */
    void confirm(long asked) {
        long until = asked + boundNanos;
        long gained = boundNanos >> 4;
        if (until - freshUntil <= gained) {
            return;
        }
        synchronized (lock) {
            if (!ended && until - freshUntil > gained) {
                freshUntil = until;
            }
        }
    }

    /** Ends it, for good. */
    void end() {
        synchronized (lock) {
            ended = true;
            long now = System.nanoTime();
            if (now - freshUntil < 0) {
                freshUntil = now;
            }
        }
    }

    /** One that takes its place on the same connection, and knows as much. */
    Epoch successor() {
        synchronized (lock) {
            return new Epoch(boundNanos, freshUntil);
        }
    }
}
