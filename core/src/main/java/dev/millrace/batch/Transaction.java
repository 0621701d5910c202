package dev.millrace.batch;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.connection.Timeouts;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Commands that run as one, by {@code MULTI} and {@code EXEC}, in one round trip: no other client's command runs
 * between them. They enter the queue as a unit, so they stay together on a shared connection.
 *
 * <p>Redis does not roll back: a command that fails while it runs (WRONGTYPE) has its error in its own reply, and the
 * others have run. On a cluster all keys must be of one slot. Confined to one thread; used once.
 */
public final class Transaction {
    private final UnitRunner runner;
    private final Duration timeout;
    private final Gathered gathered = new Gathered();

    /** A transaction that {@code runner} will run. */
    public Transaction(UnitRunner runner, Duration timeout) {
        this.runner = runner;
        this.timeout = timeout;
    }

    /**
     * Adds a command.
     *
     * @return where its answer will be, after {@link #run()}
     * @throws Misuse if the transaction has run
     */
    public <T> Reply<T> add(Command<T> command) {
        Command<T> whole = command.withScriptSource();
        // Inside EXEC a NOSCRIPT can't be mended any more, so a script goes whole.
        return gathered.add(whole == null ? command : whole);
    }

    /** How many commands it has. */
    public int size() {
        return gathered.size();
    }

    /**
     * Runs the transaction and waits for it, up to the client's command timeout. An empty one sends nothing.
     *
     * @throws MillraceException if it did not run: a watched key was changed, a command was refused when it was queued
     *     (its error), or what any call may end with
     */
    public void run() {
        run(timeout);
    }

    /** As {@link #run()}, with a deadline of its own. */
    public void run(Duration within) {
        @Nullable MillraceException failure = gathered.run(runner, true, Timeouts.nanosOf(within));
        if (failure != null) {
            throw failure.raised();
        }
    }
}
