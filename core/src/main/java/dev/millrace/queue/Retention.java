package dev.millrace.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How much of what has ended is kept as history. What is over any of the limits is deleted, the oldest first, at most
 * 1,000 jobs with each call; dead letters are not history and never deleted by it.
 *
 * @param count jobs; 0 keeps none, -1 any number
 * @param age for how long; null for ever
 * @param bytes payload bytes in all; -1 any number
 */
public record Retention(long count, @Nullable Duration age, long bytes) {
    /** @throws IllegalArgumentException if one is out of its range */
    public Retention {
        Names.checkedNumber("a history", count, -1, 1L << 40);
        Names.checkedNumber("a history's bytes", bytes, -1, 1L << 50);
        if (age != null) {
            Names.checkedTime("a history's age", age, true);
        }
    }

    /** The last {@code jobs}, however old and large. */
    public static Retention ofCount(long jobs) {
        return new Retention(jobs, null, -1);
    }

    /** Nothing: a job is deleted when it has ended. The fastest. */
    public static Retention none() {
        return ofCount(0);
    }

    String[] arguments() {
        return new String[] {
            Long.toString(count), age == null ? "-1" : Long.toString(Names.millis(age)), Long.toString(bytes)
        };
    }
}
