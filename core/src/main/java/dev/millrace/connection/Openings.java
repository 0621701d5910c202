package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Opens the connections of one owner, and ends every attempt under way when the owner closes. */
@ThreadSafe
final class Openings {
    private final ConnectionOptions options;
    private final DeadlineWatch watch;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Set<Opening> underWay = new HashSet<>();

    @GuardedBy("lock")
    private boolean closed;

    Openings(ConnectionOptions options, DeadlineWatch watch) {
        this.options = options;
        this.watch = watch;
    }

    /** Opens a socket and shakes hands, within the connect timeout. */
    OpenConnection open() throws IOException {
        return open(System.nanoTime() + options.timeouts().connect().toNanos());
    }

    /** As {@link #open()}, and by the deadline of the call that needs the connection. */
    OpenConnection openBy(long callDeadline) throws IOException {
        long deadline = System.nanoTime() + options.timeouts().connect().toNanos();
        return open(callDeadline == Long.MAX_VALUE || deadline - callDeadline < 0 ? deadline : callDeadline);
    }

    private OpenConnection open(long deadline) throws IOException {
        Opening opening = new Opening(deadline);
        synchronized (lock) {
            if (closed) {
                throw new IOException("the client is closed");
            }
            underWay.add(opening);
        }
        watch.add(opening);
        try {
            return OpenConnection.open(options, opening);
        } finally {
            watch.remove(opening);
            synchronized (lock) {
                underWay.remove(opening);
            }
        }
    }

    /** Ends the attempts under way, and lets none begin any more. */
    void close() {
        List<Opening> attempts;
        synchronized (lock) {
            closed = true;
            attempts = new ArrayList<>(underWay);
        }
        attempts.forEach(Opening::abort);
    }
}
