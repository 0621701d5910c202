package dev.millrace.connection;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.metrics.WireLog;
import dev.millrace.resp.RespReader;
import dev.millrace.resp.RespWriter;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Commands that go out together and stay contiguous on their connection: a batch, or a transaction framed by {@code
 * MULTI} and {@code EXEC}. It keeps one outcome per command.
 *
 * <p>Filled by the thread that reads, position by position; {@link #outcome} may be asked for by the calling
 * thread at any time after its call ended, even when it ended early: positions that were answered by then have their
 * own outcome, the others take the failure of the whole.
 */
public final class Unit {
    private static final VarHandle ANSWERED;

    static {
        try {
            ANSWERED = MethodHandles.lookup().findVarHandle(Unit.class, "answered", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Command<?>[] commands;
    private final boolean transaction;
    private final boolean asking;
    private final int weight;
    private final @Nullable Object[] outcomes;
    private int received;

    @SuppressWarnings("unused") // through ANSWERED
    private int answered;

    private @Nullable MillraceException aborted;
    private @Nullable Map<Integer, @Nullable Object> replaced;

    /**
     * A unit of at least one command.
     *
     * @param transaction whether MULTI and EXEC go around them
     */
    public Unit(List<? extends Command<?>> commands, boolean transaction) {
        this(commands, transaction, false);
    }

    private Unit(List<? extends Command<?>> commands, boolean transaction, boolean asking) {
        if (commands.isEmpty()) {
            throw new IllegalArgumentException("a unit needs at least one command");
        }
        this.commands = commands.toArray(new Command<?>[0]);
        this.transaction = transaction;
        this.asking = asking;
        this.outcomes = new Object[this.commands.length];
        long sum = 0;
        for (Command<?> command : this.commands) {
            sum += command.weight();
        }
        this.weight = (int) Math.min(sum, Integer.MAX_VALUE);
    }

    /** The same commands, not run yet. */
    public Unit copy() {
        return new Unit(List.of(commands), transaction, asking);
    }

    /** The same transaction, not run yet, with ASKING before it. */
    public Unit copyAsking() {
        return new Unit(List.of(commands), transaction, true);
    }

    /** How many commands, MULTI and EXEC not counted. */
    public int size() {
        return commands.length;
    }

    /** The command at a position. */
    public Command<?> command(int index) {
        return commands[index];
    }

    /** About how many bytes it takes on the wire. */
    public int weight() {
        return weight;
    }

    /** Whether every command may be sent a second time. */
    public boolean isIdempotent() {
        for (Command<?> command : commands) {
            if (!command.verb().isIdempotent()) {
                return false;
            }
        }
        return true;
    }

    /** Whether MULTI and EXEC go around the commands. */
    public boolean isTransaction() {
        return transaction;
    }

    /**
     * The outcome at a position: a value (null is one) or a {@link MillraceException}.
     *
     * @param whole what the call as a whole failed with, or null; taken by positions that had no answer by then
     */
    public @Nullable Object outcome(int index, @Nullable MillraceException whole) {
        if (replaced != null && replaced.containsKey(index)) {
            return replaced.get(index);
        }
        if (index < (int) ANSWERED.getAcquire(this)) {
            return outcomes[index];
        }
        return whole != null ? whole : new OutcomeUnknown(commands[index] + " has no answer");
    }

    /** Gives a position the outcome of a later try; only by the calling thread, after the call ended. */
    public void replace(int index, @Nullable Object outcome) {
        if (replaced == null) {
            replaced = new HashMap<>();
        }
        replaced.put(index, outcome);
    }

    /** Gives every position its outcome; only by the calling thread, of a unit that was never sent as a whole. */
    public void answer(@Nullable Object[] all) {
        System.arraycopy(all, 0, outcomes, 0, outcomes.length);
        ANSWERED.setRelease(this, outcomes.length);
    }

    /** Takes over how a copy of it ended; only by the calling thread, after both calls ended. */
    public void become(Unit copy, @Nullable MillraceException whole) {
        for (int i = 0; i < commands.length; i++) {
            replace(i, copy.outcome(i, whole));
        }
        aborted = copy.aborted;
    }

    /** Why EXEC ran nothing (WATCH saw a change, or a command was refused when queued); null when it ran. */
    public @Nullable MillraceException aborted() {
        return aborted;
    }

    int commandsOnWire() {
        return commands.length + (transaction ? 2 : 0) + (asking ? 1 : 0);
    }

    void log(String node) {
        if (asking) {
            WireLog.sent(node, "ASKING");
        }
        if (transaction) {
            WireLog.sent(node, "MULTI");
        }
        for (Command<?> command : commands) {
            WireLog.sent(node, command);
        }
        if (transaction) {
            WireLog.sent(node, "EXEC");
        }
    }

    /** What the next reply is the answer to; for the wire log, by the thread that reads. */
    String awaits() {
        int index = received - (transaction ? 1 : 0) - (asking ? 1 : 0);
        return index < 0
                ? asking && received == 0 ? "ASKING" : "MULTI"
                : index < commands.length ? commands[index].verb().name() : "EXEC";
    }

    void encode(RespWriter writer) throws IOException {
        if (asking) {
            writer.raw(AskingCall.ASKING);
        }
        if (transaction) {
            writer.raw(TransactionFrame.MULTI);
        }
        for (Command<?> command : commands) {
            writer.write(command);
        }
        if (transaction) {
            writer.raw(TransactionFrame.EXEC);
        }
    }

    /** Takes the next reply; answers whether it was the last. */
    boolean receive(RespReader reply) {
        int index = received++ - (asking ? 1 : 0);
        if (index < 0) {
            return false; // for ASKING
        }
        if (!transaction) {
            outcomes[index] = Replies.decode(commands[index], reply);
            ANSWERED.setRelease(this, index + 1);
            return index + 1 == commands.length;
        }
        if (index <= commands.length) {
            // +OK for MULTI, then +QUEUED for each; an error here makes EXEC refuse them all, and is the reason.
            if (reply.isError() && aborted == null) {
                aborted = reply.readError();
            }
            return false;
        }
        aborted = TransactionFrame.results(reply, commands, outcomes, aborted);
        ANSWERED.setRelease(this, commands.length);
        return true;
    }

    String describe() {
        return (transaction ? "transaction of " : "batch of ") + commands.length + " (first "
                + commands[0].verb().name() + ")";
    }
}
