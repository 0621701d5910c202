package dev.millrace.tools.server.http;

import com.google.errorprone.annotations.ThreadSafe;
import java.time.Duration;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Ends requests whose bodies drip: each holds a connection and a thread, and a byte now and then keeps it from being idle. What
 * counts is the time for which a body was waited for; beyond that for which a connection may be idle, at least
 * {@value #LEAST} bytes must have come for each second. Reading on then fails with a {@link Problem} (408), whoever reads: the
 * parser of forms as well.
 *
 * <p>Thread-safe; what is kept of a request is its reader's, one at a time.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // Jetty's wrapper is set up before it is used
final class LeastRate extends Handler.Wrapper {
    /** Bytes a second: a line of a telegraph. */
    static final long LEAST = 256;

    private final long graceNanos;

    LeastRate(Duration grace) {
        this.graceNanos = grace.toNanos();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        return super.handle(new Timed(request), response, callback);
    }

    /** A request whose reader's waiting is counted. */
    private final class Timed extends Request.Wrapper {
        private long bytes;
        private long waitedNanos;
        private long emptySince;
        private boolean isEmpty;
        private Content.@Nullable Chunk failure;

        Timed(Request request) {
            super(request);
        }

        @Override
        public Content.@Nullable Chunk read() {
            if (failure != null) {
                return failure;
            }
            Content.Chunk chunk = super.read();
            if (isEmpty) {
                waitedNanos += System.nanoTime() - emptySince;
                isEmpty = false;
            }
            if (chunk == null) {
                emptySince = System.nanoTime();
                isEmpty = true;
                return null;
            }
            bytes += chunk.remaining();
            if (!chunk.isLast() && isTooSlow()) {
                chunk.release();
                failure = Content.Chunk.from(
                        Problem.of(
                                408, "Request timeout", "the body came more slowly than " + LEAST + " bytes a second"),
                        true);
                return failure;
            }
            return chunk;
        }

        private boolean isTooSlow() {
            long late = waitedNanos - graceNanos;
            return late > 0 && bytes < late / 1e9 * LEAST;
        }
    }
}
