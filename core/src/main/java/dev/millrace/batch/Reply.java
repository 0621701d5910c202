package dev.millrace.batch;

import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one command of a batch or transaction: a value or an error of its own, once the whole has run. Another
 * command's failure does not touch it.
 *
 * <p>Filled by the thread that runs the batch; safe to hand to another thread afterwards by the usual means.
 *
 * @param <T> what the command's reply decodes to
 */
public final class Reply<T> {
    private final String what;
    private boolean done;
    private @Nullable Object outcome;

    Reply(String what) {
        this.what = what;
    }

    void set(@Nullable Object result) {
        outcome = result;
        done = true;
    }

    /**
     * The value; null where the command's reply is "absent".
     *
     * @throws MillraceException if the command failed; the failure is its own
     * @throws Misuse if the batch has not run yet
     */
    @SuppressWarnings("unchecked")
    public @Nullable T get() {
        checkDone();
        if (outcome instanceof MillraceException failure) {
            throw failure.raised();
        }
        return (T) outcome;
    }

    /** The value, or {@code fallback} where it is absent or the command failed. */
    @SuppressWarnings("unchecked")
    public T orElse(T fallback) {
        checkDone();
        return outcome == null || outcome instanceof MillraceException ? fallback : (T) outcome;
    }

    /**
     * What the command failed with, or null when it has a value.
     *
     * @throws Misuse if the batch has not run yet
     */
    public @Nullable MillraceException error() {
        checkDone();
        return outcome instanceof MillraceException failure ? failure : null;
    }

    private void checkDone() {
        if (!done) {
            throw new Misuse("the reply to " + what + " was asked for before its batch ran; call run() first").raised();
        }
    }
}
