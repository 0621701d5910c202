package dev.millrace.tools;

import dev.millrace.tools.bench.BenchCommand;
import dev.millrace.tools.doctor.DoctorCommand;
import dev.millrace.tools.load.LoadCommand;
import dev.millrace.tools.queue.QueueCommand;
import dev.millrace.tools.server.ServeCommand;
import dev.millrace.tools.server.check.CheckCommand;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The root of the command line; what is done, its commands do, so one must be named. */
@Command(
        name = "millrace",
        description = "A Java toolkit for Redis and Valkey that spends as few round trips as possible.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            BenchCommand.class,
            ServeCommand.class,
            CheckCommand.class,
            DoctorCommand.class,
            QueueCommand.class,
            LoadCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "`millrace COMMAND --help` tells more about a command."})
final class MillraceCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        throw new BadInput("name a command, such as bench; `millrace --help` lists them");
    }
}
