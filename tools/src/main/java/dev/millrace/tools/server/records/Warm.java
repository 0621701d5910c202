package dev.millrace.tools.server.records;

import dev.millrace.cache.WarmProgress;
import dev.millrace.tools.server.http.Problem;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads records into the cache, a hundred in a trip and a query, no faster than it is told. Confined to the thread of a request.
 */
final class Warm {
    private static final int BATCH = 100;
    private static final int LONGEST_SECONDS = 20;

    /**
     * What is to be warmed.
     *
     * @param keys how many, 1 to 50,000; 1,000 if it is not said
     * @param perSecond how many a second at the most, 1 to 1,000,000; 10,000 if it is not said
     * @param from {@code first}, of the table, or {@code hottest}, what this process's memory is asked for most
     */
    record Wanted(
            @Nullable Integer keys,
            @Nullable Integer perSecond,
            @Nullable String from) {
        Wanted {
            number("keys", keys, 50_000);
            number("perSecond", perSecond, 1_000_000);
            if (from != null && !from.equals("first") && !from.equals("hottest")) {
                throw new IllegalArgumentException("from must be first or hottest");
            }
        }

        private static void number(String field, @Nullable Integer number, int most) {
            if (number != null && (number < 1 || number > most)) {
                throw new IllegalArgumentException(field + " must be a whole number from 1 to " + most);
            }
        }

        int count() {
            return keys == null ? 1_000 : keys;
        }

        int rate() {
            return perSecond == null ? 10_000 : perSecond;
        }

        boolean isHottest() {
            return "hottest".equals(from);
        }
    }

    /**
     * What was warmed.
     *
     * @param keys that were asked for
     * @param warmed of those that were, the ones that there are
     * @param millis how long it took
     * @param progress how far it had come after each batch
     */
    record Done(int keys, int warmed, long millis, List<WarmProgress> progress) {}

    private Warm() {}

    static Done run(PatientTable table, PatientCache patients, Wanted wanted) throws SQLException {
        if (wanted.count() / wanted.rate() > LONGEST_SECONDS) {
            throw Problem.unprocessable(
                    "that takes longer than " + LONGEST_SECONDS + " s; ask for fewer keys, or a higher perSecond");
        }
        List<Long> keys = wanted.isHottest() ? patients.cache().hottest(wanted.count()) : table.first(wanted.count());
        long began = System.nanoTime();
        List<WarmProgress> progress = new ArrayList<>();
        int warmed = 0;
        for (int from = 0; from < keys.size(); from += BATCH) {
            List<Long> some = keys.subList(from, Math.min(keys.size(), from + BATCH));
            pace(began, from, wanted.rate());
            warmed += patients.findAll(some).patients().size();
            progress.add(new WarmProgress(from + some.size(), keys.size(), warmed));
        }
        return new Done(keys.size(), warmed, (System.nanoTime() - began) / 1_000_000, progress);
    }

    private static void pace(long began, int done, int perSecond) {
        long due = began + (long) (done * 1e9 / perSecond);
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
            if (Thread.currentThread().isInterrupted()) {
                throw Problem.unavailable("the server stops", java.time.Duration.ofSeconds(1));
            }
        }
    }
}
