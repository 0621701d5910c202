package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.LongAdder;

/**
 * Decides whether callers are few enough to do their own I/O.
 *
 * <p>Counted are the blocking callers inside the shared connection, from their call until they go on: replies that wait
 * for a processor to wake their caller count too, for where callers outnumber processors the server is nearly always
 * ahead of them and the FIFO nearly always short. The writer looks at each of its writes. When the count has not passed
 * the number of direct connections for a whole window of writes, callers are few: each may take a direct connection and
 * skip two hand-overs between threads. When a caller finds all direct connections taken, callers are many, at once, and
 * a new window begins. A window that led to a wrong guess makes the next one twice as long, up to a limit, so a load on
 * the border does not flap; a load that stays few long enough makes it short again.
 *
 * <p>{@link #few()} is one volatile read. {@link #observe} is called by one writer, the others by any caller.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the window is the writer's; the rest is volatile
final class PipelineDepth {
    private static final int SHORTEST_WINDOW = 32;
    private static final int LONGEST_WINDOW = 8192;

    private final int limit;
    private final LongAdder inside = new LongAdder();
    private volatile boolean few;
    private volatile int window = SHORTEST_WINDOW;
    private volatile long fewSince;

    private int writes;
    private int peak;

    /** @param limit how many callers count as few; 0 for never */
    PipelineDepth(int limit) {
        this.limit = limit;
    }

    /** Whether callers may do their own I/O. */
    boolean few() {
        return few;
    }

    /** A blocking caller comes. */
    void enter() {
        inside.increment();
    }

    /** A blocking caller goes on, with its outcome. */
    void leave() {
        inside.decrement();
    }

    /** The writer is about to write. */
    void observe() {
        if (few || limit == 0) {
            return;
        }
        peak = (int) Math.max(peak, inside.sum());
        if (peak > limit) {
            writes = 0;
            peak = 0;
        } else if (++writes >= window) {
            writes = 0;
            peak = 0;
            fewSince = System.nanoTime();
            few = true;
        }
    }

    /** A caller found every direct connection taken. */
    void overflow() {
        if (few) {
            boolean wrongGuess = System.nanoTime() - fewSince < 100_000_000L;
            window = wrongGuess ? Math.min(LONGEST_WINDOW, 2 * window) : SHORTEST_WINDOW;
            few = false;
        }
    }
}
