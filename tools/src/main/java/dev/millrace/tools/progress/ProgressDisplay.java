package dev.millrace.tools.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Where progress is shown: bars on a terminal, plain lines every three seconds elsewhere, or nothing. Immutable and
 * thread-safe; on a terminal one task should run at a time, for a bar owns its line.
 */
public final class ProgressDisplay {
    /**
     * System property that says whether standard error is a terminal: {@code true} or {@code false}. A JVM cannot find out
     * by itself; the launcher can, and sets it.
     */
    public static final String TERMINAL_PROPERTY = "millrace.terminal";

    private static final Duration LINE_INTERVAL = Duration.ofSeconds(3);

    private enum Kind {
        BARS,
        LINES,
        SILENT
    }

    private final Kind kind;
    private final PrintStream out;
    private final LongSupplier nanoClock;

    private ProgressDisplay(Kind kind, PrintStream out, LongSupplier nanoClock) {
        this.kind = kind;
        this.out = out;
        this.nanoClock = nanoClock;
    }

    /** On standard error: bars if {@link #TERMINAL_PROPERTY} is {@code true}, lines otherwise. */
    public static ProgressDisplay onStandardError() {
        return Boolean.getBoolean(TERMINAL_PROPERTY)
                ? new ProgressDisplay(Kind.BARS, System.err, System::nanoTime)
                : lines(System.err, System::nanoTime);
    }

    /** Plain lines on a stream of your own; the clock counts nanoseconds from any origin. */
    public static ProgressDisplay lines(PrintStream out, LongSupplier nanoClock) {
        return new ProgressDisplay(Kind.LINES, out, nanoClock);
    }

    /** Shows nothing. */
    public static ProgressDisplay silent() {
        return new ProgressDisplay(Kind.SILENT, System.err, System::nanoTime);
    }

    /**
     * Starts showing a task; close what is returned when it ends.
     *
     * @param task a few words, for example {@code migrate-50k}
     * @param total steps in all, at least 0
     * @throws IllegalArgumentException if total is negative
     */
    public Progress start(String task, long total) {
        if (total < 0) {
            throw new IllegalArgumentException("total must not be negative, got " + total);
        }
        return switch (kind) {
            case BARS -> new BarProgress(task, total, out);
            case LINES -> new LineProgress(task, total, out, nanoClock, LINE_INTERVAL);
            case SILENT -> Progress.silent();
        };
    }
}
