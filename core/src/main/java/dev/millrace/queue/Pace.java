package dev.millrace.queue;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many jobs of many go in one trip. The server serves what it has been sent on one connection before it turns to the
 * next, so a long trip of an upload holds up everybody who has one job to enqueue, for as long as the server works on it.
 * Short trips waste the way there and back. So the server is given work for no longer than one and a half times as long as a
 * trip is on its way, and one call's at least: whoever waits behind an upload waits about as long as for the network.
 *
 * <p>How long each takes is known from trips of one call and of two, which are made now and then: the second call is the
 * server's work, what is left of the first is the way.
 *
 * <p>Thread-safe; the uploads of one queue share what they learn.
 */
@ThreadSafe
final class Pace {
    /** Jobs in one call of the script. */
    static final int JOBS = 50;

    /** Bytes in one call of the script. */
    static final int BYTES = 64 << 10;

    /** Calls in one trip, at the most. */
    private static final int MOST = 32;

    /** Work by way. */
    private static final double RATIO = 1.5;

    /** Of so many trips one is of a single call, and one of two. */
    private static final int PROBE_EACH = 32;

    /** Of how many trips the shortest time counts: what else the machines do makes them longer, never shorter. */
    private static final int REMEMBERED = 8;

    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private int trips;

    /** Times of trips of one call, in ns. */
    @GuardedBy("lock")
    private final Deque<Long> ones = new ArrayDeque<>();

    /** Times of trips of two. */
    @GuardedBy("lock")
    private final Deque<Long> twos = new ArrayDeque<>();

    /** How many calls the next trip has. */
    int calls() {
        lock.lock();
        try {
            int place = trips++ % PROBE_EACH;
            if (place == 0 || ones.isEmpty()) {
                return 1;
            }
            if (place == PROBE_EACH / 2 || twos.isEmpty()) {
                return 2;
            }
            double one = Collections.min(ones);
            double work = Math.max(Collections.min(twos) - one, one / MOST);
            double way = one - work;
            return (int) Math.clamp(RATIO * way / work, 1, MOST);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Learns from a trip that was answered.
     *
     * @param sent how many calls it had
     */
    void took(int sent, long nanos) {
        lock.lock();
        try {
            if (sent == 1) {
                remember(ones, nanos);
            } else if (sent == 2) {
                remember(twos, nanos);
            }
        } finally {
            lock.unlock();
        }
    }

    private static void remember(Deque<Long> times, long nanos) {
        if (times.size() == REMEMBERED) {
            times.removeFirst();
        }
        times.addLast(nanos);
    }
}
