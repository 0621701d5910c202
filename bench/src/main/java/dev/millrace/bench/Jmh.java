package dev.millrace.bench;

/**
 * The command {@code jmh}: the microbenchmarks of {@link dev.millrace.bench.jmh} and of the hand-off, run by JMH's own
 * command line, whose options it takes as they are; {@code ./millrace jmh -l} lists the benchmarks, {@code -h} or
 * {@code --help} the options.
 */
public final class Jmh {
    private Jmh() {}

    /** Runs JMH with these arguments. */
    public static void main(String[] arguments) throws Exception {
        boolean help = arguments.length > 0 && arguments[0].equals("--help"); // as every other command has it
        org.openjdk.jmh.Main.main(help ? new String[] {"-h"} : arguments);
    }
}
