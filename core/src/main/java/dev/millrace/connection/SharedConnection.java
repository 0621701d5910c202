package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.Rejected;
import dev.millrace.command.ServerError;
import dev.millrace.metrics.ClientListener;
import dev.millrace.metrics.Statistics;
import dev.millrace.metrics.WireLog;
import dev.millrace.resp.ProtocolException;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connection that all callers of a node share, pipelined by itself.
 *
 * <pre>
 * caller ─▶ {@link CallQueue} ─▶ writer ─▶ {@link InFlight} ══ one write ══▶ server
 * caller ◀── woken with its outcome ◀── {@link PipelineReader} ◀═══════════════┘
 * </pre>
 *
 * <p>One writer thread lives as long as this object and owns everything about the connection: it opens it when the
 * first call comes, drains the queue into as few writes as it can, notices with the reader when it is lost, decides what
 * becomes of each call, and opens the next one. Each socket is a <em>generation</em> with a reader thread of its own,
 * which only ever decodes and wakes; reading never waits for writing. Both are virtual threads: under virtual callers
 * the scheduler runs every caller that is ready before it comes back to the writer, so that batches form by themselves.
 * While most callers are platform threads, each leaves its work to a platform thread ({@link PlatformTurn}).
 *
 * <p>When a generation ends, calls that were written are {@code OutcomeUnknown}; calls that were not go over the next
 * one, in their order.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // confined parts are marked; the others are concurrent or volatile
final class SharedConnection implements DeadlineWatch.Watched, AutoCloseable {
    /** A connection that is lost sooner than this, twice in a row, is not made anew at once. */
    private static final long STABLE_NANOS = 1_000_000_000L;

    private final ConnectionOptions options;
    private final String name;
    private final DeadlineWatch watch;
    private final Completions completions;
    private final ClientListener listener;
    private final Reachability reachability;
    private final PipelineDepth depth;
    private final Pushes pushes;
    private final CallQueue queue;
    private final InFlight inFlight;
    private final Room room = new Room();
    private final Traffic traffic = new Traffic();
    private final Counter connects = new Counter();
    private final Counter failedConnects = new Counter();
    private final AtomicLong timeouts = new AtomicLong();
    private final Thread writerThread;
    /** Who writes at the moment: the thread above, or a platform thread in its turn. */
    private volatile Thread writing;

    private final Openings openings;
    private final Counter epoch = new Counter();

    private volatile @Nullable PipelineReader generation;
    private volatile @Nullable ServerFacts facts;
    private volatile boolean closing;
    private volatile boolean retiring;
    private volatile long closeDeadline;

    // Confined to the writer thread.
    private boolean reconnect;
    private boolean queueClosed;
    private int quickLosses;

    /**
     * A connection that opens when the first call comes.
     *
     * @param purpose what it is for, in thread names
     * @param depth is asked to look at each write whether callers are few
     * @param pushes hears of messages that answer nothing
     */
    SharedConnection(
            ConnectionOptions options,
            String purpose,
            DeadlineWatch watch,
            Completions completions,
            ClientListener listener,
            PipelineDepth depth,
            Pushes pushes) {
        this.options = options;
        this.name = options.endpoint().name();
        this.watch = watch;
        this.completions = completions;
        this.listener = listener;
        this.depth = depth;
        this.pushes = pushes;
        this.reachability = new Reachability(options, listener);
        this.queue =
                new CallQueue(options.limits().queuedCalls(), options.limits().queuedBytes());
        this.inFlight = new InFlight(2 * options.limits().queuedCalls());
        this.openings = new Openings(options, watch);
        this.writerThread =
                Thread.ofVirtual().name("millrace-" + purpose + "-writer").unstarted(this::run);
        this.writing = writerThread;
        watch.add(this);
        writerThread.start();
    }

    // ---- callers ----

    /**
     * Queues a call. A full queue makes a blocking caller wait for room until the call's deadline.
     *
     * @return null when it was taken; else why not, and the call will never be run
     */
    @Nullable
    MillraceException submit(Call call) {
        while (true) {
            Supplier<? extends MillraceException> refusal = reachability.refusal();
            if (refusal != null) {
                return refusal.get();
            }
            switch (queue.push(call)) {
                case FIRST -> {
                    wakeWriter();
                    watch.wake();
                    return null;
                }
                case BEHIND -> {
                    return null;
                }
                case CLOSED -> {
                    return new Rejected(call.describe() + " was refused: the client is closed");
                }
                case FULL -> {
                    if (call.isAsynchronous()) {
                        return full(call);
                    }
                    if (!room.await(
                            () -> queue.isFullFor(call.weight) && reachability.refusal() == null, call.deadline)) {
                        return full(call);
                    }
                }
            }
        }
    }

    private Rejected full(Call call) {
        return new Rejected(call.describe() + " to " + name + " was refused: the queue is full (queued=" + queue.size()
                + ", limit=" + queue.maxCalls() + " calls or "
                + options.limits().queuedBytes() + " bytes, in flight=" + inFlight.awaitingReply() + ")");
    }

    /** To be called after the change that the writer is to see, for it may not be the same thread afterwards. */
    private void wakeWriter() {
        LockSupport.unpark(writing);
    }

    // ---- the writer ----

    private void run() {
        try {
            while (!finished()) {
                if (inFlight.unwritten() == 0 && queue.isEmpty() && !reconnect && !closing) {
                    LockSupport.park();
                    continue;
                }
                OpenConnection opened = connect();
                if (opened != null) {
                    serve(opened);
                } else if (closing) {
                    return;
                }
            }
        } finally {
            closing = true; // also when something here is broken: calls that nobody would write must be refused
            refuseWaiting(() -> new Rejected("the client is closed"));
        }
    }

    /** Whether there is nothing more to do, ever. */
    private boolean finished() {
        if (!closing) {
            return false;
        }
        if (retiring) {
            refuseRest();
        } else {
            closeQueue();
        }
        return inFlight.size() == 0 || System.nanoTime() - closeDeadline >= 0;
    }

    private void closeQueue() {
        if (!queueClosed && inFlight.room() >= queue.maxCalls()) {
            queueClosed = true;
            inFlight.stageRest(queue);
            room.signal();
        }
    }

    /** What is not written yet is for the server that has taken this one's place. */
    private void refuseRest() {
        if (!queueClosed) {
            queueClosed = true;
            refuseWaiting(() -> new Rejected("nothing was sent: " + name + " is not used any more"));
        }
    }

    private @Nullable OpenConnection connect() {
        try {
            reachability.trying();
            OpenConnection opened = openings.open();
            connects.add(1);
            epoch.add(1);
            facts = opened.facts();
            pushes.connected(opened.facts());
            reconnect = false;
            reachability.connected();
            WireLog.connection(name, "connected, " + opened.facts().describe());
            return opened;
        } catch (ServerError e) {
            failedToConnect(e, String.valueOf(e.getMessage()), () -> ServerError.of(String.valueOf(e.getMessage())));
        } catch (ConnectFailure e) {
            String reason = String.valueOf(e.getMessage());
            failedToConnect(e, reason, e.isFinal() ? () -> new NotSent("nothing was sent: " + reason, e) : null);
        } catch (IOException | RuntimeException | Error e) {
            failedToConnect(e, Causes.deepest(e), null);
        }
        return null;
    }

    /**
     * @param refusal what callers are told at once, when waiting would not help; null for a server that may come back
     */
    private void failedToConnect(
            Throwable cause, String reason, @Nullable Supplier<? extends MillraceException> refusal) {
        if (retiring) {
            return; // it was ended, and says nothing of the server
        }
        failedConnects.add(1);
        WireLog.connection(name, "not connected: " + reason);
        long next = reachability.failed(cause, reason, refusal);
        Supplier<? extends MillraceException> told = refusal != null ? refusal : reachability.refusal();
        if (told != null) {
            refuseWaiting(told);
            reconnect = refusal == null;
        } else {
            forgetGivenUp();
        }
        waitUntil(next);
    }

    private void waitUntil(long next) {
        while (!closing && System.nanoTime() - next < 0) {
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    /** Ends everything that waits and was not sent. */
    private void refuseWaiting(Supplier<? extends MillraceException> failure) {
        int staged = inFlight.unwritten();
        for (int i = 0; i < staged; i++) {
            inFlight.staged(i).refuse(failure, completions);
        }
        inFlight.dropUnwritten(staged);
        Call call = closing ? queue.close() : queue.takeAll();
        while (call != null) {
            Call below = call.below;
            call.refuse(failure, completions);
            call = below;
        }
        room.signal();
    }

    /** Drops calls that have reached their deadline while there was no connection, so that they take no room. */
    private void forgetGivenUp() {
        if (mayStage() && inFlight.stageFrom(queue)) {
            room.signal();
        }
        inFlight.dropGivenUp();
    }

    private void serve(OpenConnection connection) {
        traffic.rebase(connection);
        PipelineReader reader =
                new PipelineReader(connection, inFlight, completions, this::wakeWriter, depth, traffic, pushes);
        generation = reader;
        long servedSince = System.nanoTime();
        Throwable cause = null;
        try {
            reader.start();
            boolean mayHaveThread = true;
            while (!reader.hasFailed() && !finished()) {
                write(connection, reader, false, mayHaveThread);
                if (!reader.hasFailed() && !finished()) {
                    mayHaveThread = writeOnPlatformThread(connection, reader);
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            cause = e;
        }
        // Asked for now: what the reader fails with once the socket is closed is of our own making.
        if (reader.failure() != null) {
            cause = reader.failure();
        }
        connection.transport().close();
        reader.join();
        generation = null;
        connection.writer().clear();
        String because = reader.endedBecause();
        end(because != null ? because : cause == null ? ending() : reason(cause), cause);
        quickLosses = System.nanoTime() - servedSince < STABLE_NANOS ? quickLosses + 1 : 0;
        if (quickLosses > 1) {
            waitUntil(System.nanoTime()
                    + reachability.jitter(quickLosses - 1)); // a server that takes connections only to drop them
        }
    }

    private boolean writeOnPlatformThread(OpenConnection connection, PipelineReader reader) throws IOException {
        PlatformTurn turn = new PlatformTurn(writerThread.getName(), () -> write(connection, reader, true, true));
        // Before it first looks at the queue, as below: who has pushed to an empty queue since wakes the right one.
        writing = turn.thread();
        try {
            return turn.run();
        } finally {
            writing = writerThread;
        }
    }

    /** Writes until it is another kind of thread's turn, if it may be, or the generation is at its end. */
    private void write(OpenConnection connection, PipelineReader reader, boolean onPlatformThread, boolean inTurns)
            throws IOException {
        while (!reader.hasFailed() && !finished() && (!inTurns || depth.platform() == onPlatformThread)) {
            if (onPlatformThread && !queue.isEmpty()) {
                // Callers that are ready run first and queue theirs: among virtual threads the scheduler sees to that.
                Thread.yield();
            }
            if (!write(connection, reader)) {
                pause(reader);
            }
        }
    }

    private String ending() {
        return retiring ? "it is not used any more" : "the client was closed";
    }

    private static String reason(Throwable cause) {
        return cause instanceof EOFException ? "the server closed the connection" : Causes.deepest(cause);
    }

    /** Parks until there is something to write: a call in an empty queue, room behind the reader, or an end. */
    private void pause(PipelineReader reader) {
        boolean watchful = closing || !queue.isEmpty();
        if (watchful) {
            reader.wakeWriterOnProgress(true);
            if (mayStage() && !queue.isEmpty() || reader.hasFailed() || finished() || inFlight.unwritten() > 0) {
                reader.wakeWriterOnProgress(false);
                return;
            }
        }
        if (closing) {
            LockSupport.parkNanos(Math.max(1, closeDeadline - System.nanoTime()));
        } else {
            LockSupport.park();
        }
        if (watchful) {
            reader.wakeWriterOnProgress(false);
        }
    }

    /** What an earlier connection left unwritten goes first, so that bytes are bounded across reconnects too. */
    private boolean mayStage() {
        return inFlight.unwritten() == 0
                && inFlight.room() >= queue.maxCalls()
                && inFlight.unansweredBytes() < options.limits().queuedBytes();
    }

    /** Takes what is queued and writes it; false when there was nothing to write, or no room for its replies. */
    private boolean write(OpenConnection connection, PipelineReader reader) throws IOException {
        if (mayStage()) {
            if (inFlight.stageFrom(queue)) {
                room.signal();
            }
        }
        if (inFlight.unwritten() == 0) {
            return false;
        }
        depth.observe();
        if (inFlight.awaitingReply() == 0) {
            reader.silentSince(System.nanoTime());
        }
        int dropped = 0;
        int commands = 0;
        try {
            while (inFlight.unwritten() > dropped) {
                Call call = inFlight.staged(dropped);
                if (call.trySend()) {
                    inFlight.markWritten(call);
                    commands += call.commands();
                    if (WireLog.WIRE) {
                        call.log(name);
                    }
                    call.encode(connection.writer());
                } else {
                    dropped++;
                }
            }
        } finally {
            inFlight.dropUnwritten(dropped);
        }
        connection.writer().flush();
        int bytes = traffic.written(connection.writer(), commands);
        if (listener != ClientListener.NONE && commands > 0) {
            listener.written(name, commands, bytes);
        }
        return true;
    }

    /** After a generation: nothing of it is left in flight. */
    private void end(String reason, @Nullable Throwable cause) {
        pushes.lost();
        Call oldest = inFlight.first();
        if (oldest != null && cause instanceof ProtocolException) {
            // Replies come in order: it is this call's that could not be read. The others have no part in that.
            oldest.fail(() -> Replies.unreadable(oldest.describe(), name, cause), completions);
        }
        for (Call call = inFlight.first(); call != null; call = inFlight.first()) {
            call.giveUp(() -> "the connection to " + name + " was lost: " + reason, cause, completions);
            inFlight.removeFirst();
        }
        epoch.add(1);
        if (!closing) {
            reconnect = true;
            reachability.lost(reason);
            WireLog.connection(name, "lost: " + reason);
        }
    }

    // ---- deadlines ----

    @Override
    public boolean expire(long now) {
        PipelineReader reader = generation;
        forEachCall(call -> expire(call, now));
        if (reader != null && reader.isSilent(now, options.timeouts().command().toNanos())) {
            reader.end("the server has not answered for "
                    + options.timeouts().command().toMillis() + " ms");
        }
        if (reader == null) {
            refuse(reachability.look(now));
        }
        return !inFlight.isIdle(queue);
    }

    private void expire(Call call, long now) {
        if (now - call.deadline >= 0
                && call.giveUp(
                        () -> "no answer from " + name + " by its deadline (queued=" + queue.size() + ", in flight="
                                + inFlight.awaitingReply() + unreachable() + ")",
                        null,
                        completions)) {
            timeouts.incrementAndGet();
        }
    }

    /** Refuses what waits while the writer hangs in an attempt; it stays where it is until the writer comes by. */
    private void refuse(@Nullable Supplier<? extends MillraceException> refusal) {
        if (refusal != null) {
            forEachCall(call -> call.refuse(refusal, completions));
            room.signal();
        }
    }

    /** Shows every call that is in flight or waits; some may be finished by the time they are shown. */
    private void forEachCall(Consumer<Call> visitor) {
        inFlight.forEach(visitor);
        int left = queue.size();
        for (Call call = queue.peek(); call != null && left > 0; call = call.below) {
            visitor.accept(call);
            left--;
        }
    }

    private String unreachable() {
        String last = reachability.lastCause();
        return last.isEmpty() ? "" : ", not connected: " + last;
    }

    /** Ends the generation, if there is one; the next begins at once. */
    void end(String because) {
        PipelineReader reader = generation;
        if (reader != null) {
            reader.end(because);
        }
    }

    // ---- state ----

    /** What the last handshake told, or null before the first. */
    @Nullable
    ServerFacts facts() {
        return facts;
    }

    /** A number that changes when the connection is made or lost: what was opened before may be stale. */
    long epoch() {
        return epoch.get();
    }

    Statistics statistics() {
        return new Statistics(
                traffic.commands.get(),
                traffic.writes.get(),
                traffic.bytesOut.get(),
                traffic.bytesIn.get(),
                waiting(),
                inFlight.awaitingReply(),
                generation == null ? 0 : 1,
                connects.get(),
                failedConnects.get(),
                timeouts.get(),
                reachability.isCircuitOpen());
    }

    private long waiting() {
        if (reachability.hangs()) {
            return 0; // what stands there has been refused
        }
        return queue.size() + Math.max(0, inFlight.size() - inFlight.awaitingReply());
    }

    /** Lets what is outstanding end until the deadline; {@link #close()} waits for that. */
    void startClosing(long deadline) {
        closeDeadline = deadline;
        closing = true;
        wakeWriter();
        watch.wake();
    }

    /** As {@link #startClosing}, for a server that another has taken the place of: refuses what is not written. */
    void startRetiring(long deadline) {
        retiring = true;
        startClosing(deadline);
        openings.close();
    }

    /**
     * Takes no more calls, waits for what is outstanding until the deadline of {@link #startClosing}, ends the rest and
     * both threads.
     */
    @Override
    public void close() {
        if (!closing) {
            startClosing(System.nanoTime() + options.timeouts().close().toNanos());
        }
        if (!Threads.join(writerThread, Duration.ofNanos(Math.max(0, closeDeadline - System.nanoTime())))) {
            // It may be stuck in connecting or in a write to a server that does not read.
            openings.close();
            PipelineReader reader = generation;
            if (reader != null) {
                reader.end(ending());
            }
            if (!Threads.joinUninterrupted(writerThread)) {
                abandon();
            }
        }
        watch.remove(this);
    }

    /** The last resort: a listener holds the writer up, and nobody else will end these calls. */
    private void abandon() {
        for (Call call = queue.close(); call != null; call = call.below) {
            call.giveUp(() -> "the client was closed", null, completions);
        }
        inFlight.forEach(call -> call.giveUp(() -> "the client was closed", null, completions));
    }
}
