package dev.millrace.tools.server.http;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line for each request: time, address, method, path without its query, status, milliseconds. Written by a thread of its own,
 * many lines at once; when it is 10,000 lines behind, lines are dropped and counted, and no request waits.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // a thread-safe queue; the writer is the thread's
final class AccessLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    private static final int BEHIND = 10_000;

    private final ArrayBlockingQueue<String> lines = new ArrayBlockingQueue<>(BEHIND);
    private final LongAdder dropped = new LongAdder();
    private final Writer out;
    private final boolean own;
    private final Thread thread;
    private volatile boolean closing;

    private AccessLog(Writer out, boolean own) {
        this.out = out;
        this.own = own;
        this.thread = Thread.ofVirtual().name("millrace-access-log").start(this::work);
    }

    /**
     * @param where a file, which is appended to, or {@code -} for standard output
     * @throws UncheckedIOException if the file can't be written
     */
    static AccessLog to(String where) {
        if (where.equals("-")) {
            return new AccessLog(new OutputStreamWriter(System.out, StandardCharsets.UTF_8), false);
        }
        try {
            return new AccessLog(
                    Files.newBufferedWriter(Path.of(where), StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                    true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void add(String address, String method, String path, int status, float milliseconds) {
        String line = Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + address + " " + method + " "
                + printable(path) + " " + status + " " + Math.round(milliseconds * 10) / 10.0 + " ms\n";
        if (!lines.offer(line)) {
            dropped.increment();
        }
    }

    /** A path can hold what moves the cursor of a terminal. */
    private static String printable(String path) {
        StringBuilder text = new StringBuilder(path.length());
        path.chars().forEach(c -> text.append(c > ' ' && c < 127 ? (char) c : '?'));
        return text.toString();
    }

    private void work() {
        List<String> taken = new ArrayList<>();
        try {
            while (!closing || !lines.isEmpty()) {
                String first = lines.poll(200, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                taken.add(first);
                lines.drainTo(taken, 1_000);
                for (String line : taken) {
                    out.write(line);
                }
                taken.clear();
                long lost = dropped.sumThenReset();
                if (lost > 0) {
                    out.write("(" + lost + " lines were dropped)\n");
                }
                out.flush();
            }
        } catch (IOException e) {
            LOG.error("the access log can't be written, and ends: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join(2_000);
            if (own) {
                out.close();
            }
        } catch (IOException e) {
            LOG.warn("the access log's end is missing: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
