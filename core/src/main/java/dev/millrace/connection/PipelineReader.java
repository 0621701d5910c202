package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.metrics.WireLog;
import dev.millrace.resp.ProtocolException;
import dev.millrace.resp.RespReader;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The reading half of one generation of a {@link SharedConnection}: parses and decodes a whole read at a time, then
 * wakes everyone whose reply was in it. Nothing here blocks but the read itself, and nothing here runs code of the
 * application's: promises are handed to {@link Completions}.
 *
 * <p>Any doubt about framing ends the generation. Its end, whatever it came from, wakes the writer, which alone decides
 * what becomes of the calls.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the arrays are confined to the reader thread; the flags are volatile
final class PipelineReader {
    private final OpenConnection connection;
    private final InFlight inFlight;
    private final Completions completions;
    private final Runnable wakeWriter;
    private final PipelineDepth depth;
    private final Traffic traffic;
    private final Pushes pushes;
    private final Thread thread;

    private Call[] finished = new Call[256];
    private Call[] promised = new Call[256];

    private volatile @Nullable Throwable failure;
    private volatile @Nullable String endedBecause;
    private volatile boolean writerWaits;
    private volatile long silentSince = System.nanoTime();

    PipelineReader(
            OpenConnection connection,
            InFlight inFlight,
            Completions completions,
            Runnable wakeWriter,
            PipelineDepth depth,
            Traffic traffic,
            Pushes pushes) {
        this.connection = connection;
        this.inFlight = inFlight;
        this.completions = completions;
        this.wakeWriter = wakeWriter;
        this.depth = depth;
        this.traffic = traffic;
        this.pushes = pushes;
        this.thread = Thread.ofVirtual().name("millrace-reader").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        Throwable ended;
        try {
            boolean mayHaveThread = true;
            while (true) {
                read(false, mayHaveThread);
                mayHaveThread = new PlatformTurn("millrace-reader", () -> read(true, true)).run();
            }
        } catch (IOException | RuntimeException | Error e) {
            ended = e;
        }
        pushes.lost();
        failure = ended;
        wakeWriter.run();
    }

    /** Reads until it is another kind of thread's turn, if it may be. */
    private void read(boolean onPlatformThread, boolean inTurns) throws IOException {
        RespReader reader = connection.reader();
        while (!inTurns || depth.platform() == onPlatformThread) {
            if (!reader.fill(connection.transport())) {
                throw new EOFException("the server closed the connection");
            }
            traffic.read(reader);
            take(reader);
        }
    }

    /** Decodes every complete reply that is there. */
    private void take(RespReader reader) throws ProtocolException {
        int woken = 0;
        int kept = 0;
        try {
            while (reader.next()) {
                if (reader.isPush()) {
                    log("push", reader);
                    pushes.arrived(reader);
                    continue;
                }
                Call call = inFlight.first();
                if (call == null) {
                    throw new ProtocolException("a reply came that no command waits for");
                }
                if (Math.max(woken, kept) == finished.length) {
                    makeRoom(); // before the call is finished: one that could not be noted would never be woken
                }
                if (WireLog.WIRE) {
                    log(call.awaits(), reader);
                }
                Call.Received received = call.receive(reader);
                if (received == Call.Received.MORE) {
                    continue;
                }
                inFlight.removeFirst();
                if (received == Call.Received.DISCARDED) {
                    continue;
                }
                if (call.isAsynchronous()) {
                    promised[kept++] = call;
                } else {
                    finished[woken++] = call;
                }
            }
        } finally {
            wake(woken, kept);
        }
    }

    private void log(String verb, RespReader reader) {
        if (WireLog.WIRE) {
            WireLog.received(connection.node(), verb, reader.type(), reader.remainingBytes());
        }
    }

    private void makeRoom() {
        promised = Arrays.copyOf(promised, 2 * promised.length);
        finished = Arrays.copyOf(finished, promised.length);
    }

    private void wake(int woken, int kept) {
        // Volatile, and so between taking calls out of the FIFO and asking whether the writer waits for that: the
        // writer first says that it waits, then looks at the FIFO, and one of the two sees the other.
        silentSince = System.nanoTime();
        for (int i = 0; i < woken; i++) {
            finished[i].wake(completions);
            finished[i] = null;
        }
        if (kept > 0) {
            completions.addAll(promised, kept);
            Arrays.fill(promised, 0, kept, null);
        }
        if (writerWaits) {
            wakeWriter.run();
        }
    }

    /** Whether the writer wants to hear of every read, because it waits for room. */
    void wakeWriterOnProgress(boolean wanted) {
        writerWaits = wanted;
    }

    /** Nothing is expected from the server before this moment. */
    void silentSince(long now) {
        silentSince = now;
    }

    /** Whether the oldest call has been given up and not one byte came for {@code limitNanos}. */
    boolean isSilent(long now, long limitNanos) {
        if (now - silentSince < limitNanos || inFlight.awaitingReply() == 0) {
            return false;
        }
        Call oldest = inFlight.oldest();
        return oldest != null && oldest.wasGivenUpOrDone();
    }

    /** Ends the generation from another thread. */
    void end(String because) {
        endedBecause = because;
        connection.transport().close();
    }

    /** Why another thread ended it, or null. */
    @Nullable
    String endedBecause() {
        return endedBecause;
    }

    boolean hasFailed() {
        return failure != null;
    }

    /** What ended the reading, or null while it goes on. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /**
     * Waits for the end of the thread, however long it takes; its socket must be closed. Its FIFO must not be used for
     * another connection before: a reader that came back late would give that one's calls the replies of this one.
     */
    void join() {
        Threads.await(thread);
    }
}
