package dev.millrace.tools.progress;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Plain lines, one every few seconds at most and one at the end, for logs and pipes. Thread-safe: the reporter that finds
 * the interval over prints, the others go on.
 */
final class LineProgress implements Progress {
    private final String task;
    private final long total;
    private final PrintStream out;
    private final LongSupplier nanoClock;
    private final long intervalNanos;
    private final long startNanos;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong nextLineNanos;
    private final AtomicBoolean closed = new AtomicBoolean();

    LineProgress(String task, long total, PrintStream out, LongSupplier nanoClock, Duration interval) {
        this.task = task;
        this.total = total;
        this.out = out;
        this.nanoClock = nanoClock;
        this.intervalNanos = interval.toNanos();
        this.startNanos = nanoClock.getAsLong();
        this.nextLineNanos = new AtomicLong(startNanos + intervalNanos);
    }

    @Override
    public void advance(long steps) {
        if (steps <= 0) {
            return;
        }
        long now = nanoClock.getAsLong();
        long soFar = done.addAndGet(steps);
        long due = nextLineNanos.get();
        if (now - due >= 0 && nextLineNanos.compareAndSet(due, now + intervalNanos)) {
            print(soFar, now);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            print(done.get(), nanoClock.getAsLong());
        }
    }

    private void print(long soFar, long now) {
        double seconds = (now - startNanos) / 1e9;
        out.println(String.format(
                Locale.ROOT,
                "%s: %,d of %,d (%d%%) after %.1f s",
                task,
                soFar,
                total,
                total == 0 ? 100 : soFar * 100 / total,
                seconds));
    }
}
