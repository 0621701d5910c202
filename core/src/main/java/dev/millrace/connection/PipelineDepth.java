package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Decides whether callers are few enough to do their own I/O, and what kind of threads does it for those who are not.
 *
 * <p>Counted are the blocking callers inside the shared connection, from their call until they go on: replies that wait
 * for a processor to wake their caller count too, for where callers outnumber processors the server is nearly always
 * ahead of them and the FIFO nearly always short. The writer looks at each of its writes. When the count has not passed
 * a limit for a whole {@link Window} of writes, callers are few: each may take a direct connection and skip two
 * hand-overs between threads.
 *
 * <p>There are two limits, because the price of one's own I/O differs: a platform thread blocks in the kernel, and four
 * of them beat the shared connection; a virtual thread has to be parked on a poller and scheduled again for each
 * reply, while on the shared connection one such wake-up serves all, so two is where that turns.
 *
 * <p>The shared connection's own threads are virtual unless most of the callers inside are platform threads. Then the
 * processors are shared out by the operating system, and a virtual thread that it does not see would be woken and
 * scheduled twice.
 *
 * <p>{@link #few} is one volatile read. {@link #observe} is called by one writer, the others by any caller.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the windows' own fields are the writer's or volatile
final class PipelineDepth {
    /** More virtual callers than this are better off on the shared connection. */
    static final int FEW_VIRTUAL = 2;

    /** So many writes in a row must have found more callers of the other kind before the I/O threads change. */
    private static final int MAJORITIES = 256;

    private final LongAdder virtualInside = new LongAdder();
    private final LongAdder platformInside = new LongAdder();
    private volatile boolean platformIo;
    private int majorities; // the writer's
    private final Window platform;
    private final Window virtual;

    /** @param limit how many platform callers count as few; 0 for never */
    PipelineDepth(int limit) {
        this(limit, System::nanoTime);
    }

    PipelineDepth(int limit, LongSupplier nanoTime) {
        this.platform = new Window(limit, nanoTime);
        this.virtual = new Window(Math.min(limit, FEW_VIRTUAL), nanoTime);
    }

    /** Whether a caller of this kind may do its own I/O. */
    boolean few(boolean virtualThread) {
        return window(virtualThread).few;
    }

    /** How many callers of this kind count as few. */
    int limit(boolean virtualThread) {
        return window(virtualThread).limit;
    }

    /** A caller of this kind found all the connections taken that there are for it. */
    void overflow(boolean virtualThread) {
        window(virtualThread).overflow();
    }

    private Window window(boolean virtualThread) {
        return virtualThread ? virtual : platform;
    }

    /** A blocking caller comes. */
    void enter() {
        insideOfItsKind().increment();
    }

    /** A blocking caller goes on, with its outcome; the thread that came. */
    void leave() {
        insideOfItsKind().decrement();
    }

    private LongAdder insideOfItsKind() {
        return Thread.currentThread().isVirtual() ? virtualInside : platformInside;
    }

    /** Whether reading and writing is for platform threads, because most callers are. */
    boolean platform() {
        return platformIo;
    }

    /** The writer is about to write. */
    void observe() {
        long onPlatform = platformInside.sum();
        long onVirtual = virtualInside.sum();
        if (onPlatform > onVirtual == platformIo) {
            majorities = 0;
        } else if (++majorities >= MAJORITIES) {
            majorities = 0;
            platformIo = !platformIo;
        }
        if (platform.limit > 0 && !(platform.few && virtual.few)) {
            long callers = onPlatform + onVirtual;
            platform.observe(callers);
            virtual.observe(callers);
        }
    }

    /**
     * How long callers must have been few before they count as few. A window that led to a wrong guess makes the next
     * one twice as long, up to a limit, so a load on the border does not flap; a guess that was right for long enough
     * makes it short again.
     */
    private static final class Window {
        private static final int SHORTEST = 32;
        private static final int LONGEST = 8192;
        private static final long WRONG_GUESS_NANOS = 100_000_000;

        private final int limit;
        private final LongSupplier nanoTime;
        private volatile boolean few;
        private volatile int length = SHORTEST;
        private volatile long fewSince;
        private int writes;

        Window(int limit, LongSupplier nanoTime) {
            this.limit = limit;
            this.nanoTime = nanoTime;
        }

        void observe(long callers) {
            if (few || limit == 0) {
                return;
            }
            if (callers > limit) {
                writes = 0;
            } else if (++writes >= length) {
                writes = 0;
                fewSince = nanoTime.getAsLong();
                few = true;
            }
        }

        void overflow() {
            if (few) {
                boolean wrong = nanoTime.getAsLong() - fewSince < WRONG_GUESS_NANOS;
                length = wrong ? Math.min(LONGEST, 2 * length) : SHORTEST;
                few = false;
            }
        }
    }
}
