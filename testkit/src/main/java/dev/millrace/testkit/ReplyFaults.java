package dev.millrace.testkit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The faults that are armed for single replies, shared by all connections of a proxy: "the third reply from now is
 * dropped" means the third on whatever connection it comes.
 *
 * <p>Thread-safe. While nothing is armed the cost is one volatile read per delivered chunk.
 */
final class ReplyFaults {

    /** What becomes of a reply. */
    enum Fate {
        PASS,
        DROP,
        DUPLICATE,
        CUT
    }

    /** A fate and, for a cut, after how many bytes of the reply. */
    record Verdict(Fate fate, long cutAfter) {
        static final Verdict PASS = new Verdict(Fate.PASS, 0);
    }

    private static final class Armed {
        private final Verdict verdict;
        private final boolean pushes;
        private long replies;

        Armed(Verdict verdict, boolean pushes, long replies) {
            this.verdict = verdict;
            this.pushes = pushes;
            this.replies = replies;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final List<Armed> armed = new ArrayList<>();

    private volatile boolean any;

    boolean isAnyArmed() {
        return any;
    }

    /** Arms a fault for the n-th frame that begins from now on, counted among replies or among pushes. */
    void arm(Verdict verdict, boolean pushes, long nth) {
        if (nth < 1) {
            throw new IllegalArgumentException("the next reply is number 1; %d is not positive".formatted(nth));
        }
        lock.lock();
        try {
            armed.add(new Armed(verdict, pushes, nth));
            any = true;
        } finally {
            lock.unlock();
        }
    }

    void disarm() {
        lock.lock();
        try {
            armed.clear();
            any = false;
        } finally {
            lock.unlock();
        }
    }

    /** Called once for each frame that begins. Where several faults meet on one frame, the first armed wins. */
    Verdict next(boolean push) {
        lock.lock();
        try {
            Verdict verdict = Verdict.PASS;
            for (Iterator<Armed> each = armed.iterator(); each.hasNext(); ) {
                Armed fault = each.next();
                if (fault.pushes == push && --fault.replies == 0) {
                    each.remove();
                    verdict = verdict.fate() == Fate.PASS ? fault.verdict : verdict;
                }
            }
            any = !armed.isEmpty();
            return verdict;
        } finally {
            lock.unlock();
        }
    }
}
