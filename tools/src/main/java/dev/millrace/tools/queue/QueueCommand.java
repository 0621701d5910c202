package dev.millrace.tools.queue;

import dev.millrace.tools.BadInput;
import dev.millrace.tools.Version;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code millrace queue}: what is done, its commands do, so one must be named. */
@Command(
        name = "queue",
        description = "Look into the queues of a server and set them right.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            ListCommand.class,
            StatsCommand.class,
            PeekCommand.class,
            ReplayCommand.class,
            ExportCommand.class,
            PurgeCommand.class,
            PauseCommand.class,
            ResumeCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "A queue's name is shown with every byte but letters, digits, '.', '_' and '-' as %%XX, and may be given so:"
                    + " %%XX is a byte, all else stands for itself.",
            "Exit status: 0 done, 1 the server failed on the way, 2 bad input.",
            "",
            "Examples:",
            "  millrace queue list",
            "  millrace queue stats mails --redis redis://localhost:6379",
            "  millrace queue peek mails --state dead -n 20",
            "  millrace queue replay mails --all"
        })
public final class QueueCommand implements Callable<Integer> {

    /** For picocli. */
    public QueueCommand() {}

    @Override
    public Integer call() {
        throw new BadInput("name a command, such as list; `millrace queue --help` lists them");
    }
}
