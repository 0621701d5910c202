package dev.millrace.queue;

/**
 * A job's place in its lane as one number that a sorted set keeps exactly: {@code (511 - priority) · 2⁴⁴ + sequence}, 53
 * bits. The lowest leaves first: a higher priority before a lower one, and within a priority who came first. The scripts
 * make them; this is for reading.
 */
final class Score {
    static final int HIGHEST_PRIORITY = 511;
    static final long SEQUENCES = 1L << 44;

    private Score() {}

    static long of(int priority, long sequence) {
        if (priority < 0 || priority > HIGHEST_PRIORITY || sequence < 0 || sequence >= SEQUENCES) {
            throw new IllegalArgumentException(
                    "a priority of " + priority + " and a sequence of " + sequence + " do not fit into a score");
        }
        return (HIGHEST_PRIORITY - priority) * SEQUENCES + sequence;
    }

    static int priority(double score) {
        return HIGHEST_PRIORITY - (int) ((long) score / SEQUENCES);
    }

    static long sequence(double score) {
        return (long) score % SEQUENCES;
    }
}
