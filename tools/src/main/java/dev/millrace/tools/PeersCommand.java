package dev.millrace.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * Lists {@code peers} among the commands. It lives in a module of its own, for it brings other clients' libraries; the
 * launcher script starts it there and never comes here.
 */
@Command(
        name = "peers",
        description = "Measure Millrace side by side with other Redis clients on the same server.",
        mixinStandardHelpOptions = false)
final class PeersCommand implements Callable<Integer> {
    @Unmatched
    private List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() {
        throw new BadInput("peers is started by the launcher script: ./millrace peers " + String.join(" ", arguments));
    }
}
