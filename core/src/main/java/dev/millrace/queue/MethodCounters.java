package dev.millrace.queue;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.LongAdder;

/** Counts the trips of one method. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // adders are
final class MethodCounters {
    private final LongAdder calls = new LongAdder();
    private final LongAdder jobs = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /** @param answered how many jobs were; @param partlyFailed whether any was not */
    void ended(int answered, boolean partlyFailed, long took) {
        if (answered > 0) {
            calls.increment();
            jobs.add(answered);
            nanos.add(took);
        }
        if (partlyFailed) {
            failed.increment();
        }
    }

    MethodStatistics.Trips trips() {
        return new MethodStatistics.Trips(calls.sum(), jobs.sum(), nanos.sum(), failed.sum());
    }
}
