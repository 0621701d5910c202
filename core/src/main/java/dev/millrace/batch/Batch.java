package dev.millrace.batch;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.connection.Timeouts;
import java.time.Duration;

/**
 * Commands that are sent together, in one round trip to a node, and answered one by one.
 *
 * <pre>{@code
 * var batch = redis.batch();
 * Reply<Boolean> skipped = batch.add(exists("skipped:42"));
 * Reply<String> votes = batch.add(get("votes:42"));
 * batch.run();
 * votes.get();
 * }</pre>
 *
 * <p>Not atomic: other callers' commands may run between these, and one that fails does not stop the others; for
 * all-or-nothing use a {@link Transaction}. The commands to one node keep their order. Confined to one thread; used
 * once.
 */
public final class Batch {
    private final UnitRunner runner;
    private final Duration timeout;
    private final Gathered gathered = new Gathered();

    /** A batch that {@code runner} will run. */
    public Batch(UnitRunner runner, Duration timeout) {
        this.runner = runner;
        this.timeout = timeout;
    }

    /**
     * Adds a command.
     *
     * @return where its answer will be, after {@link #run()}
     * @throws Misuse if the batch has run
     */
    public <T> Reply<T> add(Command<T> command) {
        return gathered.add(command);
    }

    /** How many commands it has. */
    public int size() {
        return gathered.size();
    }

    /**
     * Sends the commands and waits for all answers, up to the client's command timeout. A command that fails has its
     * failure in its reply; this method returns all the same. An empty batch sends nothing.
     *
     * @throws Misuse if the batch has run, or has a command that blocks or changes its connection
     */
    public void run() {
        run(timeout);
    }

    /** As {@link #run()}, with a deadline of its own. */
    public void run(Duration within) {
        MillraceException unused = gathered.run(runner, false, Timeouts.nanosOf(within));
    }
}
