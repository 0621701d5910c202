package dev.millrace.tools.server.demo;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What was asked, by kind, and how it went: done, pushed back (the server said: later), or failed.
 *
 * <p>Thread-safe; exact once nobody counts any more.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // adders in a concurrent map
final class Tally {
    private static final class Counts {
        final LongAdder done = new LongAdder();
        final LongAdder pushedBack = new LongAdder();
        final LongAdder failed = new LongAdder();
        volatile @Nullable String lastFailure;
    }

    private final Map<String, Counts> kinds = new ConcurrentSkipListMap<>();

    private Counts of(String kind) {
        return kinds.computeIfAbsent(kind, unknown -> new Counts());
    }

    void done(String kind) {
        of(kind).done.increment();
    }

    void pushedBack(String kind) {
        of(kind).pushedBack.increment();
    }

    /** @param why one line */
    void failed(String kind, String why) {
        Counts counts = of(kind);
        counts.failed.increment();
        counts.lastFailure = why;
    }

    long done() {
        return kinds.values().stream().mapToLong(its -> its.done.sum()).sum();
    }

    long failed() {
        return kinds.values().stream().mapToLong(its -> its.failed.sum()).sum();
    }

    /** A line for each kind, with headings, and one for each that failed with why. */
    List<String> lines() {
        java.util.ArrayList<String> lines = new java.util.ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%-22s %12s %12s %10s", "requests", "done", "pushed back", "failed"));
        kinds.forEach((kind, its) -> lines.add(String.format(
                Locale.ROOT, "%-22s %,12d %,12d %,10d", kind, its.done.sum(), its.pushedBack.sum(), its.failed.sum())));
        kinds.forEach((kind, its) -> {
            if (its.lastFailure != null) {
                lines.add("last failure of " + kind + ": " + its.lastFailure);
            }
        });
        return lines;
    }
}
