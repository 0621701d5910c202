package dev.millrace.queue;

import java.util.Objects;

/**
 * Says for an upload whether its jobs go pipelined or one by one. Immutable.
 *
 * @param choice by the thresholds, or always the same; automatic by default
 * @param points an upload of more points than this goes pipelined; 500 by default, from 0. What a job's points are say
 *     {@link QueueOptions#points()}
 * @param waiting while more jobs than this wait in the queue every upload goes pipelined; 1,000 by default, from 0
 */
public record PipelinePolicy(Choice choice, long points, long waiting) {
    /** What decides. */
    public enum Choice {
        /** The thresholds. */
        AUTOMATIC,
        /** Nothing: every upload goes pipelined. */
        ALWAYS,
        /** Nothing: every upload goes one by one. */
        NEVER
    }

    /** @throws IllegalArgumentException if a threshold is negative */
    public PipelinePolicy {
        Objects.requireNonNull(choice);
        Names.checkedNumber("a threshold of points", points, 0, Long.MAX_VALUE);
        Names.checkedNumber("a threshold of waiting jobs", waiting, 0, Long.MAX_VALUE);
    }

    /** Pipelined from the 501st point on, or while more than 1,000 jobs wait. */
    public static PipelinePolicy automatic() {
        return automatic(500, 1_000);
    }

    /** Pipelined if an upload has more points than this, or more jobs than this wait. */
    public static PipelinePolicy automatic(long points, long waiting) {
        return new PipelinePolicy(Choice.AUTOMATIC, points, waiting);
    }

    /** Every upload pipelined. */
    public static PipelinePolicy always() {
        return new PipelinePolicy(Choice.ALWAYS, 500, 1_000);
    }

    /** Every upload one by one. */
    public static PipelinePolicy never() {
        return new PipelinePolicy(Choice.NEVER, 500, 1_000);
    }

    /** @param jobsWaiting how many jobs wait; -1 if that is not known */
    QueueMethod method(long itsPoints, long jobsWaiting) {
        return switch (choice) {
            case ALWAYS -> QueueMethod.PIPELINED;
            case NEVER -> QueueMethod.STANDARD;
            case AUTOMATIC ->
                itsPoints > points || jobsWaiting > waiting ? QueueMethod.PIPELINED : QueueMethod.STANDARD;
        };
    }
}
