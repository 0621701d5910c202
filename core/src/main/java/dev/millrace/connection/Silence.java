package dev.millrace.connection;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Notices that a server which owes answers has sent nothing for a while. A server that was killed is known by its lost
 * connections at once; one that is frozen, or cut off, would be known by the first call that gives up only. Looks a few
 * times a second, on the thread of the watch, to which it is confined.
 */
final class Silence implements DeadlineWatch.Watched {
    /** Much longer than a healthy server is silent, shorter than callers are patient. */
    static final Duration LIMIT = Duration.ofSeconds(1);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /**
     * What a server and its callers are at.
     *
     * @param received how many bytes have come so far
     * @param owed how many calls wait for an answer
     */
    record Traffic(long received, long owed) {}

    private final Supplier<Traffic> traffic;
    private final Runnable told;
    private long nextLook;
    private long since;
    private long received = -1;

    /** @param told told each time the limit has passed anew; must not block */
    Silence(Supplier<Traffic> traffic, Runnable told, long now) {
        this.traffic = traffic;
        this.told = told;
        this.nextLook = now;
        this.since = now;
    }

    @Override
    public boolean expire(long now) {
        if (now - nextLook < 0) {
            return false;
        }
        nextLook = now + LOOK_NANOS;
        Traffic current = traffic.get();
        if (current.owed() == 0 || current.received() != received) {
            received = current.received();
            since = now;
        } else if (now - since >= LIMIT.toNanos()) {
            since = now;
            told.run();
        }
        return false; // what is outstanding, others know
    }
}
