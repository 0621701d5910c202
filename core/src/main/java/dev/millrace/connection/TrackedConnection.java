package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.ReplyType;
import dev.millrace.command.Role;
import dev.millrace.command.Server;
import dev.millrace.command.ServerError;
import dev.millrace.metrics.ClientListener;
import dev.millrace.metrics.Statistics;
import dev.millrace.resp.RespReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shared connection on which the server says which keys have changed, in the stream of replies: what was read on it is
 * known to be current for as long as its {@link Epoch} is fresh.
 *
 * <p>An epoch begins when the server has agreed to track, and ends when the connection is lost, when all keys are flushed,
 * and by {@link #renew}; it is stamped on a unit when its last reply is read, so a value is never taken to be of an epoch
 * that began after it was read. A question each third of the bound keeps an epoch fresh while nobody reads, and finds out
 * that the server is gone when no sign tells. It asks for the ROLE: a master that became a replica goes on announcing what
 * it hears of, but may hear of nothing, so its epoch ends.
 *
 * <p>A server without RESP3, or one that may not track for this user, is read all the same: without epochs. That is said
 * once in the log.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the epoch is volatile and changed under its lock; the rest is confined as marked
public final class TrackedConnection implements DeadlineWatch.Watched, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrackedConnection.class);
    private static final Command<Role> ROLE = Server.role();
    private static final byte[] INVALIDATE = "invalidate".getBytes(StandardCharsets.US_ASCII);

    private final ConnectionOptions options;
    private final InvalidationListener listener;
    private final DeadlineWatch watch;
    private final long boundNanos;
    private final Completions completions = new Completions(64);
    private final PipelineDepth depth = new PipelineDepth(0);
    private final SharedConnection shared;
    private final Object epochLock = new Object();
    private volatile @Nullable Epoch epoch;
    private volatile boolean untracked;

    // The watch's.
    private long nextBeat;
    private @Nullable Epoch beating;

    private boolean warned; // the writer's

    /**
     * A connection that opens when the first unit comes, and is made anew by itself from then on.
     *
     * @param bound how old what an epoch knows may be
     */
    TrackedConnection(
            ConnectionOptions options,
            Tracking tracking,
            Duration bound,
            DeadlineWatch watch,
            ClientListener metrics,
            InvalidationListener listener) {
        Timeouts timeouts = options.timeouts();
        // Its command timeout is how long the server may be silent: no longer than what is known may be old.
        Timeouts own = new Timeouts(timeouts.connect(), bound, timeouts.keepAlive(), timeouts.close());
        this.options = new ConnectionOptions(
                options.endpoint(), options.login().tracking(tracking), own, options.limits(), options.reconnection());
        this.listener = listener;
        this.watch = watch;
        this.boundNanos = Timeouts.nanosOf(bound);
        this.shared = new SharedConnection(this.options, "tracked", watch, completions, metrics, depth, new Stream());
        watch.add(completions);
        watch.add(this);
    }

    /** Hands a unit over and does not wait: {@link TrackedTrip#await} does, and must be called. */
    public TrackedTrip send(Unit unit, long deadline) {
        TrackedCall call = new TrackedCall(unit, Thread.currentThread(), deadline, () -> epoch);
        depth.enter();
        return new TrackedTrip(this, call, shared.submit(call));
    }

    @Nullable
    MillraceException await(TrackedCall call, @Nullable MillraceException refused) {
        try {
            return refused != null ? refused : (MillraceException) call.await(completions);
        } finally {
            depth.leave();
        }
    }

    /** Whether the server that was last connected to tracks nothing; false before the first. */
    public boolean isUntracked() {
        return untracked;
    }

    /** Ends the epoch and begins another on the same connection: what was read so far may have changed unsaid. */
    public void renew() {
        replace(true);
    }

    /** The next epoch is not to be seen before everybody knows that what is under way does not belong to it. */
    private void replace(boolean goesOn) {
        synchronized (epochLock) {
            Epoch ending = epoch;
            if (ending != null) {
                Epoch next = goesOn ? ending.successor() : null;
                ending.end();
                listener.ended(ending);
                epoch = next;
            }
        }
    }

    /** What the connection tells, on the threads that write and read it. */
    private final class Stream implements Pushes {
        @Override
        public void connected(ServerFacts facts) {
            untracked = !facts.tracking();
            if (facts.role().equals("replica")) {
                return; // what it answers is as old as it may be
            }
            if (facts.tracking()) {
                synchronized (epochLock) {
                    epoch = new Epoch(boundNanos);
                }
            } else if (!warned) {
                warned = true;
                LOG.warn(
                        "{} does not say when keys change ({}): what is kept of it in memory is bounded by time only",
                        options.endpoint().name(),
                        facts.protocol() == 3
                                ? "CLIENT TRACKING or CLIENT CACHING is refused; allow both to this user"
                                : "it needs RESP3, which Redis has from 6.0 on");
            }
        }

        @Override
        public void arrived(RespReader message) {
            int parts = message.readArray();
            if (parts < 2 || !Arrays.equals(message.readBytes(), INVALIDATE)) {
                return;
            }
            if (message.type() == ReplyType.NULL) {
                replace(true);
                return;
            }
            int keys = message.readArray();
            for (int i = 0; i < keys; i++) {
                byte[] key = message.readBytes();
                if (key != null) {
                    listener.invalidated(key);
                }
            }
        }

        @Override
        public void lost() {
            replace(false);
        }
    }

    @Override
    public boolean expire(long now) {
        Epoch current = epoch;
        if (current != null && (current != beating || now - nextBeat >= 0)) {
            boolean isNew = current != beating; // it knows all there is, and who the server is
            beating = current;
            nextBeat = now + boundNanos / 3;
            if (!isNew) {
                beat(current, now);
            }
        }
        return false; // nobody waits for it
    }

    private void beat(Epoch current, long now) {
        if (!completions.tryStart()) {
            return;
        }
        Promise<Role> answered = new Promise<>();
        var unused = answered.whenComplete((role, failure) -> {
            if (role instanceof Role.Replica) {
                shared.end("it is a replica now");
            } else if (failure == null || failure instanceof ServerError) { // who may not ask is answered all the same
                current.confirm(now);
            }
        });
        Call call = new CommandCall(ROLE, answered, now + boundNanos);
        MillraceException refused = shared.submit(call);
        if (refused != null) {
            call.refuse(() -> refused, completions);
        }
    }

    Statistics statistics() {
        return shared.statistics();
    }

    /** Takes no more units; {@link #close()} waits for those under way until the deadline. */
    void startClosing(long deadline) {
        shared.startClosing(deadline);
    }

    @Override
    public void close() {
        watch.remove(this);
        shared.close();
        completions.close();
        watch.remove(completions);
    }
}
