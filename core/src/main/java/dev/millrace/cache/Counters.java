package dev.millrace.cache;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.LongAdder;

/** What a cache counts. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // adders are
final class Counters {
    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder remoteHits = new LongAdder();
    final LongAdder remoteMisses = new LongAdder();
    final LongAdder loads = new LongAdder();
    final LongAdder loadFailures = new LongAdder();
    final LongAdder loadNanos = new LongAdder();
    final LongAdder coalesced = new LongAdder();
    final LongAdder refreshes = new LongAdder();
    final LongAdder staleServed = new LongAdder();
    final LongAdder invalidations = new LongAdder();
    final LongAdder writes = new LongAdder();
    final LongAdder writeFailures = new LongAdder();
    final LongAdder readFailures = new LongAdder();
    final LongAdder unreadable = new LongAdder();

    /** Counts a load that ended well. */
    void loaded(long nanos) {
        loads.increment();
        loadNanos.add(nanos);
    }

    void written(Written outcome) {
        writes.increment();
        if (!outcome.isOk()) {
            writeFailures.increment();
        }
    }

    CacheStatistics statistics(Memory<?, ?> memory, long now) {
        long[] count = memory.count(now);
        return new CacheStatistics(
                count[0],
                count[1],
                count[0] - count[1],
                memory.weight(),
                hits.sum(),
                misses.sum(),
                remoteHits.sum(),
                remoteMisses.sum(),
                loads.sum(),
                loadFailures.sum(),
                loadNanos.sum(),
                coalesced.sum(),
                refreshes.sum(),
                staleServed.sum(),
                invalidations.sum(),
                memory.evictions(),
                writes.sum(),
                writeFailures.sum(),
                readFailures.sum(),
                unreadable.sum());
    }
}
