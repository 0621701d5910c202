package dev.millrace.queue;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids for jobs that were given none: 64 random bits for this process, and a number. They are made before anything is
 * sent, so that to send a job again is not to enqueue a second one. Thread-safe.
 */
final class JobIds {
    private static final String PROCESS = Long.toUnsignedString(new SecureRandom().nextLong(), 36) + "-";
    private static final AtomicLong NEXT = new AtomicLong();

    private JobIds() {}

    static String next() {
        return PROCESS + Long.toString(NEXT.getAndIncrement(), 36);
    }
}
