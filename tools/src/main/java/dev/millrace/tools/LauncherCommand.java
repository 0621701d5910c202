package dev.millrace.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * Lists a command that lives in a module of its own, for it brings other clients' libraries or tools of its own; the
 * launcher script starts it there and never comes here.
 */
@Command(mixinStandardHelpOptions = false)
final class LauncherCommand implements Callable<Integer> {
    private final String name;

    @Unmatched
    private List<String> arguments = new ArrayList<>();

    private LauncherCommand(String name) {
        this.name = name;
    }

    /** Lists all of them. */
    static CommandLine addAll(CommandLine root) {
        add(root, "peers", "Measure Millrace side by side with other Redis clients on the same server.");
        add(root, "jmh", "Measure the codec, the hand-off and the routing, by JMH; -l lists, -h helps.");
        add(root, "jcstress", "Try the hand-off between threads on this machine's processors, by jcstress.");
        return root;
    }

    private static void add(CommandLine root, String name, String description) {
        CommandLine command = new CommandLine(new LauncherCommand(name));
        command.getCommandSpec().usageMessage().description(description);
        root.addSubcommand(name, command);
    }

    @Override
    public Integer call() {
        throw new BadInput(
                name + " is started by the launcher script: ./millrace " + name + " " + String.join(" ", arguments));
    }
}
