package dev.millrace.tools;

import java.io.PrintWriter;
import picocli.CommandLine;

/** Entry of the command line: runs the command that the arguments name and ends the JVM with its exit status. */
public final class Main {
    private Main() {}

    /** Runs a command and ends the JVM: 0 done, 1 done and found wrong, 2 bad input. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** Runs a command with output of your own, and returns its exit status. */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return commandLine().setOut(out).setErr(err).execute(arguments);
    }

    private static CommandLine commandLine() {
        return OneLineErrors.install(LauncherCommand.addAll(new CommandLine(new MillraceCommand())));
    }
}
