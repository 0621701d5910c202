package dev.millrace.topology;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.ServerError;
import dev.millrace.connection.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Scripts that the server did not have when a batch called them by their digests: they are sent whole, together, and
 * their answers take the places of the refusals. A refused call has done nothing, so it may always be sent again.
 */
public final class LostScripts {
    private LostScripts() {}

    /**
     * Sends the lost scripts of a batch that has run.
     *
     * @param whole what the batch as a whole failed with, or null
     * @param runner runs a unit and answers what the whole of it failed with, or null
     */
    public static void resend(
            Unit unit, @Nullable MillraceException whole, Function<Unit, @Nullable MillraceException> runner) {
        List<Integer> positions = new ArrayList<>();
        List<Command<?>> commands = new ArrayList<>();
        for (int i = 0; i < unit.size(); i++) {
            if (unit.outcome(i, whole) instanceof ServerError.NoScript) {
                Command<?> source = unit.command(i).withScriptSource();
                if (source != null) {
                    positions.add(i);
                    commands.add(source);
                }
            }
        }
        if (commands.isEmpty()) {
            return;
        }
        Unit again = new Unit(commands, false);
        MillraceException failure = runner.apply(again);
        for (int i = 0; i < commands.size(); i++) {
            unit.replace(positions.get(i), again.outcome(i, failure));
        }
    }
}
