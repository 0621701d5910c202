package dev.millrace.tools.server.demo;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How fast things happen, and until when. Thread-safe. */
final class Pace {
    private final double speed;
    private final CountDownLatch ended = new CountDownLatch(1);

    /** @param speed 1 for the usual rates, 2 for twice as many requests */
    Pace(double speed) {
        this.speed = speed;
    }

    /**
     * Rests between two actions.
     *
     * @param millis at speed 1
     * @return whether to go on
     */
    boolean rest(long millis) throws InterruptedException {
        return !ended.await(Math.max(1_000, Math.round(millis * 1_000 / speed)), TimeUnit.MICROSECONDS);
    }

    /** Waits for the end; true if it came within the time. */
    boolean awaitEnd(Duration within) throws InterruptedException {
        return ended.await(within.toNanos(), TimeUnit.NANOSECONDS);
    }

    boolean isOver() {
        return ended.getCount() == 0;
    }

    /** Everybody ends what he is doing. */
    void end() {
        ended.countDown();
    }
}
