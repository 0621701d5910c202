package dev.millrace.tools.load;

import dev.millrace.queue.JobSpec;
import java.io.PrintWriter;

/** Counts what a file holds and names what is wrong with it. Confined to one thread. */
final class Checking implements JobSink {
    private static final int NAMED = 20;

    private final PrintWriter err;
    private long jobs;
    private long bad;

    Checking(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void job(long line, JobSpec<byte[]> job) {
        jobs++;
    }

    @Override
    public void bad(long line, String why) {
        if (++bad <= NAMED) {
            err.println("line " + line + ": " + why);
        }
    }

    @Override
    public boolean isEnough() {
        return false;
    }

    long jobs() {
        return jobs;
    }

    long bad() {
        return bad;
    }

    /** Whether there was more wrong than was named. */
    boolean isAbridged() {
        return bad > NAMED;
    }
}
