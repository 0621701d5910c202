package dev.millrace.bench;

import dev.millrace.bench.client.ClientName;
import dev.millrace.bench.run.ContestantFailed;
import dev.millrace.bench.run.RunListener;
import dev.millrace.bench.workload.Cell;
import dev.millrace.tools.progress.Progress;
import dev.millrace.tools.progress.ProgressDisplay;
import java.io.PrintWriter;

/** Shows a run to who waits for it: a progress for each cell, a line for each mishap. Confined to the run's thread,
 * but for {@link #beQuiet}. */
final class RunProgress implements RunListener {
    private final ProgressDisplay display;
    private final PrintWriter errors;
    private Progress cell = Progress.silent();
    private volatile boolean quiet;

    RunProgress(ProgressDisplay display, PrintWriter errors) {
        this.display = display;
        this.errors = errors;
    }

    @Override
    public void cellStarted(Cell started, int turns) {
        cell = display.start(started.label(), turns);
    }

    @Override
    public void turnEnded(ClientName client) {
        cell.advance();
    }

    @Override
    public void cellEnded(Cell ended) {
        cell.close();
    }

    @Override
    public void skipped(ClientName client, String reason) {
        say(client.label() + " is left out: " + reason);
    }

    @Override
    public void failed(ClientName client, Cell where, ContestantFailed failure) {
        say(client.label() + " failed in " + where.label() + ": " + failure.getMessage());
        failure.lastWords().forEach(line -> say("    " + line));
    }

    /** Says nothing any more: the end of the run makes its clients fail, and that is no news. Any thread may ask. */
    void beQuiet() {
        quiet = true;
    }

    private void say(String line) {
        if (quiet) {
            return;
        }
        errors.println(line);
        errors.flush();
    }
}
