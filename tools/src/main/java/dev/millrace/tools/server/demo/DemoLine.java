package dev.millrace.tools.server.demo;

import dev.millrace.tools.progress.ProgressDisplay;
import java.io.PrintStream;
import java.util.Locale;

/** How it goes: a line that is written over once a second on a terminal, and a new one each ten seconds elsewhere. Confined to a thread. */
final class DemoLine {
    private static final String OVER = "\r\u001b[K";
    private static final int SELDOM = 10;

    private final boolean terminal = Boolean.getBoolean(ProgressDisplay.TERMINAL_PROPERTY);
    private final PrintStream out;
    private final Tally tally;
    private final long start = System.nanoTime();
    private int looks;
    private long before;
    private long beforeNanos = start;

    DemoLine(PrintStream out, Tally tally) {
        this.out = out;
        this.tally = tally;
    }

    void look(long tripsSaved) {
        looks++;
        if (!terminal && looks % SELDOM != 0) {
            return;
        }
        long now = System.nanoTime();
        long done = tally.done();
        String line = String.format(
                Locale.ROOT,
                "%4d s: %,d requests, %,.0f a second, %,d failed, %,d round trips saved",
                (now - start) / 1_000_000_000L,
                done,
                (done - before) * 1e9 / Math.max(1, now - beforeNanos),
                tally.failed(),
                tripsSaved);
        before = done;
        beforeNanos = now;
        if (terminal) {
            out.print(OVER + line);
            out.flush();
        } else {
            out.println(line);
        }
    }

    /** What is printed next begins on an empty line. */
    void end() {
        if (terminal) {
            out.print(OVER);
            out.flush();
        }
    }
}
