package dev.millrace.bench.run;

/** A contestant cannot run on this machine at all: it is left out, which is no failure. */
public final class ContestantUnavailable extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says in one line why. */
    public ContestantUnavailable(String reason) {
        super(reason);
    }
}
