package dev.millrace.bench.run;

import java.util.List;

/** A contestant gave no measurement: its cell fails, the run goes on. */
public final class ContestantFailed extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> lastWords;

    /**
     * A failure.
     *
     * @param reason one line
     * @param lastWords what its process printed last, for whoever looks for the cause
     */
    public ContestantFailed(String reason, List<String> lastWords) {
        super(reason);
        this.lastWords = List.copyOf(lastWords);
    }

    /** What its process printed last, oldest line first; may be empty. */
    public List<String> lastWords() {
        return lastWords;
    }
}
