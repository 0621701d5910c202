package dev.millrace.queue;

import java.time.Duration;

/**
 * When uploads and batchers leave the pipelined path for the single one, and when they try it again: a circuit breaker.
 * Immutable.
 *
 * <p>After so many failed pipelined trips in a row, all of them within the window, the circuit opens: the jobs that are
 * under way and all that come go one by one, with the ids they have. After the pause one pipelined trip is let through; if
 * it is answered, the circuit closes, and otherwise stays open for another pause.
 *
 * <p>A failure counts if the single path might do better: a lost or late answer, one that can't be read, an error of the
 * script. That the server can't be reached, is full, read-only or loading does not count, for it fails both alike; jobs
 * are pushed back then, each with the failure as its outcome.
 *
 * @param failures how many in a row, 1 to 1,000; 3 by default
 * @param window within which time; 30 s by default
 * @param pause how long the single path is used before the other is tried again; 5 s by default
 */
public record PipelineFallback(int failures, Duration window, Duration pause) {
    /** @throws IllegalArgumentException if one is out of its range */
    public PipelineFallback {
        Names.checkedNumber("a number of failures", failures, 1, 1_000);
        Names.checkedTime("a window", window, false);
        Names.checkedTime("a pause", pause, false);
    }

    /** 3 in a row within 30 s; 5 s. */
    public static PipelineFallback ofDefaults() {
        return new PipelineFallback(3, Duration.ofSeconds(30), Duration.ofSeconds(5));
    }
}
