package dev.millrace.tools;

import dev.millrace.command.MillraceException;
import dev.millrace.testkit.ServerStartException;
import dev.millrace.tools.flight.FlightException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns failures of a command into one line and an exit status: 2 for what the user can mend, 1 when the server failed
 * on the way. What nobody foresaw keeps its stack trace, for it is a bug and must be found. Stateless.
 */
public final class OneLineErrors {
    private OneLineErrors() {}

    /** Gives a command line, its subcommands included, these messages; returns it. */
    public static CommandLine install(CommandLine commandLine) {
        return commandLine
                .setParameterExceptionHandler(OneLineErrors::badArguments)
                .setExecutionExceptionHandler(OneLineErrors::failed)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true);
    }

    private static int badArguments(ParameterException mistake, String[] arguments) {
        CommandLine command = mistake.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(name + ": " + message(mistake) + "; `" + name + " --help` lists what is possible");
        command.getErr().flush();
        return ExitCode.USAGE;
    }

    private static String message(ParameterException mistake) {
        String commands = String.join(
                ", ", mistake.getCommandLine().getCommandSpec().subcommands().keySet());
        if (!commands.isEmpty()
                && mistake instanceof UnmatchedArgumentException unknown
                && !unknown.isUnknownOption()) {
            return "there is no command '" + unknown.getUnmatched().getFirst() + "'; choose from " + commands;
        }
        return oneLine(mistake);
    }

    private static int failed(Exception failure, CommandLine command, ParseResult parsed) throws Exception {
        String name = command.getCommandSpec().qualifiedName();
        int status = switch (failure) {
            case BadInput mistake -> ExitCode.USAGE;
            case FlightException mistake -> ExitCode.USAGE;
            case ServerStartException missing -> ExitCode.USAGE;
            case MillraceException server -> ExitCode.SOFTWARE;
            default -> throw failure;
        };
        command.getErr().println(name + ": " + oneLine(failure));
        command.getErr().flush();
        return status;
    }

    private static String oneLine(Exception failure) {
        return String.valueOf(failure.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
