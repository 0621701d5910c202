package dev.millrace.batch;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.connection.Unit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands with the replies they will have; what a batch and a transaction have in common. Confined to one thread. */
final class Gathered {
    private final List<Command<?>> commands = new ArrayList<>();
    private final List<Reply<?>> replies = new ArrayList<>();
    private boolean ran;

    <T> Reply<T> add(Command<T> command) {
        if (ran) {
            throw new Misuse("the batch has run already; make a new one for further commands").raised();
        }
        Reply<T> reply = new Reply<>(command.verb().name());
        commands.add(command);
        replies.add(reply);
        return reply;
    }

    int size() {
        return commands.size();
    }

    /** What the whole failed with, or null; every reply is filled either way. */
    @Nullable
    MillraceException run(UnitRunner runner, boolean transaction, long timeoutNanos) {
        if (ran) {
            throw new Misuse("the batch has run already; make a new one to run the commands again").raised();
        }
        ran = true;
        if (commands.isEmpty()) {
            return null;
        }
        Unit unit = new Unit(commands, transaction);
        MillraceException whole;
        try {
            whole = runner.run(unit, timeoutNanos);
        } catch (MillraceException e) {
            replies.forEach(reply -> reply.set(e));
            throw e;
        }
        for (int i = 0; i < replies.size(); i++) {
            replies.get(i).set(unit.outcome(i, whole));
        }
        return whole != null ? whole : unit.aborted();
    }
}
