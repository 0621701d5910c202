package dev.millrace.state;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.LongAdder;

/** What a state counts. Thread-safe. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class StateCounters {
    /** Changes behind that needed no write of their own. */
    final LongAdder coalesced = new LongAdder();
    /** Fields that were written to Redis. */
    final LongAdder written = new LongAdder();
    /** Writes behind that failed, by record; what they were to write is kept. */
    final LongAdder failed = new LongAdder();
    /** Changes that stay in memory only: lossy ones over the limit, and values that their codec refuses. */
    final LongAdder dropped = new LongAdder();
    /** Values in Redis that can't be read. */
    final LongAdder malformed = new LongAdder();
    /** Changes by other processes that are in memory now. */
    final LongAdder followed = new LongAdder();
    /** Records that were read again because a change of them was missed. */
    final LongAdder reread = new LongAdder();
    /** Times that all was read again. */
    final LongAdder reconciled = new LongAdder();
    /** Records of dead processes that were removed. */
    final LongAdder reaped = new LongAdder();
    /** Writes that met another version and were made again. */
    final LongAdder conflicts = new LongAdder();
}
