package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.command.Value;
import dev.millrace.metrics.ClientListener;
import dev.millrace.metrics.Statistics;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One server, and every connection to it. Decides which connection a call takes:
 *
 * <ul>
 *   <li>a blocking caller that is one of few does its own I/O on a direct connection;
 *   <li>many callers, and everything asynchronous, share the ordinary connection;
 *   <li>large payloads and large batches of blocking callers share the bulk connection, so that they never stand before
 *       a small command on the wire;
 *   <li>commands that block or change their connection borrow a dedicated one.
 * </ul>
 *
 * <p>While an asynchronous call is unanswered, everything takes the ordinary connection: a caller's later command must
 * not overtake the one it has started, so one caller's commands to one key keep their order. A command with keys that goes
 * to a dedicated connection waits for them first. It holds back nothing itself: it may block for ever.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // all parts are thread-safe; bulk is created once under its lock
public final class Node implements AutoCloseable {
    /** Calls heavier than this take the bulk lane: 64 KiB. */
    private static final int BULK_WEIGHT = 64 * 1024;

    /** How long a server that is not used any more may take for its last answers: 500 ms. */
    private static final long RETIRING_NANOS = 500_000_000L;

    private static final Command<Value> PING = Command.of("PING");

    private final ConnectionOptions options;
    private final DeadlineWatch watch;
    private final boolean ownWatch;
    private final Completions completions;
    private final ClientListener listener;
    private final PipelineDepth depth;
    private final SharedConnection ordinary;
    private final DirectPool direct;
    private final DedicatedPool dedicated;
    private final Subscriber subscriber;
    private final Silence silence;
    private final Object bulkLock = new Object();
    private volatile @Nullable SharedConnection bulk;
    private final Map<Tracking, TrackedConnection> tracked = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** A node whose connections are made when they are first needed. */
    public Node(ConnectionOptions options, ClientListener listener) {
        this(options, listener, new DeadlineWatch(), true);
    }

    /** @param ownWatch whether the watch ends with the node */
    Node(ConnectionOptions options, ClientListener listener, DeadlineWatch watch, boolean ownWatch) {
        this.options = options;
        this.listener = listener;
        this.watch = watch;
        this.ownWatch = ownWatch;
        // The queue takes one part and the FIFO two: the fourth is for promises whose turn has not come.
        this.completions = new Completions(Math.max(1024, 4L * options.limits().queuedCalls()));
        watch.add(completions);
        this.depth = new PipelineDepth(options.limits().directConnections());
        this.ordinary = new SharedConnection(options, "ordinary", watch, completions, listener, depth, Pushes.NONE);
        this.direct = new DirectPool(options, watch, ordinary::epoch);
        this.dedicated = new DedicatedPool(options, watch, ordinary::epoch);
        this.subscriber = new Subscriber(options, watch, listener);
        this.silence = new Silence(this::traffic, () -> listener.silent(name()), System.nanoTime());
        watch.add(silence);
    }

    private Silence.Traffic traffic() {
        Statistics now = statistics();
        return new Silence.Traffic(now.bytesIn(), now.inFlight() + direct.inUse());
    }

    /**
     * Runs a command and waits for it.
     *
     * @param deadline on the clock of {@link System#nanoTime()}
     * @return its value (null is one), or the {@link MillraceException} it failed with, not yet raised
     */
    public @Nullable Object run(Command<?> command, long deadline) {
        if (command.verb().needsDedicatedConnection()) {
            MillraceException late = mayOvertake(command) ? null : awaitStarted(command, deadline);
            return late != null ? late : dedicated.run(command, false, deadline);
        }
        DirectConnection connection = direct(command.weight());
        if (connection != null) {
            try {
                return connection.run(command, deadline);
            } finally {
                direct.giveBack(connection);
            }
        }
        CommandCall call = new CommandCall(command, Thread.currentThread(), deadline);
        return await(call);
    }

    /**
     * Runs a unit and waits for it; afterwards it has an outcome per position.
     *
     * @return what the whole failed with, or null
     */
    public @Nullable MillraceException run(Unit unit, long deadline) {
        DirectConnection connection = direct(unit.weight());
        if (connection != null) {
            try {
                return connection.run(unit, deadline);
            } finally {
                direct.giveBack(connection);
            }
        }
        return (MillraceException) await(new UnitCall(unit, Thread.currentThread(), deadline));
    }

    /** Hands a unit over and does not wait: {@link Trip#await} does, and must be called. */
    public Trip send(Unit unit, long deadline) {
        UnitCall call = new UnitCall(unit, Thread.currentThread(), deadline);
        depth.enter();
        return new Trip(this, call, lane(call).submit(call));
    }

    @Nullable
    MillraceException await(UnitCall call, @Nullable MillraceException refused) {
        try {
            return refused != null ? refused : (MillraceException) call.await(completions);
        } finally {
            depth.leave();
        }
    }

    /** As {@link #run(Command, long)}, with ASKING before the command. */
    public @Nullable Object runAsking(Command<?> command, long deadline) {
        if (command.verb().needsDedicatedConnection()) {
            return dedicated.run(command, true, deadline);
        }
        return await(new AskingCall(command, Thread.currentThread(), deadline));
    }

    /** As {@link #start(Command, Promise, long)}, with ASKING before the command. */
    public void startAsking(Command<?> command, Promise<?> promise, long deadline) {
        if (command.verb().needsDedicatedConnection()) {
            dedicated.start(command, true, promise, deadline);
        } else {
            start(new AskingCall(command, promise, deadline), promise);
        }
    }

    /** Order is promised per key. A command without one goes at once: SCRIPT KILL is to end what was started before. */
    private boolean mayOvertake(Command<?> command) {
        return completions.outstanding() == 0 || command.keyCount() == 0;
    }

    /**
     * Waits until the server has answered what was started before: a command on a dedicated connection must not
     * overtake it. One PING behind it on the ordinary connection tells.
     *
     * @return null when it may be sent; else why not
     */
    private @Nullable MillraceException awaitStarted(Command<?> command, long deadline) {
        return overtaking(command, await(new CommandCall(PING, Thread.currentThread(), pingDeadline(deadline))));
    }

    /** A command that may block for ever has no deadline; a PING has. */
    private long pingDeadline(long callDeadline) {
        return callDeadline == Long.MAX_VALUE
                ? System.nanoTime() + options.timeouts().command().toNanos()
                : callDeadline;
    }

    private static @Nullable MillraceException overtaking(Command<?> command, @Nullable Object pinged) {
        if (pinged instanceof Rejected e) {
            return new Rejected(command + " was refused: " + e.getMessage(), e);
        }
        if (pinged instanceof NotSent || pinged instanceof OutcomeUnknown) {
            MillraceException e = (MillraceException) pinged;
            return new NotSent(
                    command + " was not sent, for what was started before is unanswered: " + e.getMessage(), e);
        }
        return null; // answered, if only with an error: what was before it is answered too
    }

    private @Nullable Object await(Call call) {
        depth.enter();
        try {
            MillraceException refused = lane(call).submit(call);
            return refused != null ? refused : call.await(completions);
        } finally {
            depth.leave();
        }
    }

    private SharedConnection lane(Call call) {
        return call.weight > BULK_WEIGHT && completions.outstanding() == 0 ? bulk() : ordinary;
    }

    /** A direct connection, where the caller is one of few and its call is small; else null. */
    private @Nullable DirectConnection direct(int weight) {
        boolean virtual = Thread.currentThread().isVirtual();
        if (!depth.few(virtual) || weight > BULK_WEIGHT || completions.outstanding() != 0) {
            return null;
        }
        int limit = depth.limit(virtual);
        DirectConnection connection = direct.take(limit);
        if (connection == null) {
            if (direct.isOpen(limit)) {
                depth.overflow(virtual);
            } else {
                direct.grow();
            }
        } else {
            connection.lone(direct.inUse() == 1);
        }
        return connection;
    }

    private SharedConnection bulk() {
        SharedConnection existing = bulk;
        if (existing != null) {
            return existing;
        }
        synchronized (bulkLock) {
            SharedConnection again = bulk;
            if (again == null && !closed) {
                again = new SharedConnection(
                        options, "bulk", watch, completions, listener, new PipelineDepth(0), Pushes.NONE);
                bulk = again;
            }
            return again == null ? ordinary : again;
        }
    }

    /** Starts a command; its promise is kept on a thread where callbacks may run. */
    public void start(Command<?> command, Promise<?> promise, long deadline) {
        if (command.verb().needsDedicatedConnection()) {
            startDedicated(command, promise, deadline);
            return;
        }
        start(new CommandCall(command, promise, deadline), promise);
    }

    private void startDedicated(Command<?> command, Promise<?> promise, long deadline) {
        if (mayOvertake(command)) {
            dedicated.start(command, false, promise, deadline);
            return;
        }
        Promise<Object> pinged = new Promise<>();
        var unused = pinged.whenComplete((answer, failure) -> {
            MillraceException late = overtaking(command, failure);
            if (late != null) {
                promise.keep(late);
            } else {
                dedicated.start(command, false, promise, deadline);
            }
        });
        start(new CommandCall(PING, pinged, pingDeadline(deadline)), pinged);
    }

    private void start(Call call, Promise<?> promise) {
        if (!completions.tryStart()) {
            promise.keep(new Rejected(call.describe() + " was refused: " + completions.limit()
                    + " asynchronous calls are unfinished (the limit); are their callbacks slow?"));
            return;
        }
        MillraceException refused = ordinary.submit(call);
        if (refused != null) {
            call.refuse(() -> refused, completions); // kept where callbacks may run: this may be a second try
        }
    }

    /**
     * Borrows a connection for one thread's own use.
     *
     * @throws MillraceException if none can be had by the deadline
     */
    public Dedicated dedicated(long deadline) {
        return dedicated.take(deadline);
    }

    /**
     * The connection on which the server says which keys change; one for each kind of tracking, made when it is first
     * asked for.
     *
     * @param bound how old what is known of keys may be; of the first that asks
     * @param invalidated hears of changes; of the first that asks
     * @throws Rejected if the node is closed
     */
    public TrackedConnection tracked(Tracking tracking, Duration bound, InvalidationListener invalidated) {
        TrackedConnection existing = tracked.get(tracking);
        if (existing != null) {
            return existing;
        }
        synchronized (bulkLock) {
            if (closed) {
                throw new Rejected("nothing was sent: " + name() + " is not used any more").raised();
            }
            return tracked.computeIfAbsent(
                    tracking, wanted -> new TrackedConnection(options, wanted, bound, watch, listener, invalidated));
        }
    }

    /** Ends the epochs of what was read here so far: slots went to another node, which announces their changes now. */
    public void renewEpochs() {
        tracked.values().forEach(TrackedConnection::renew);
    }

    /** Subscriptions to this node's channels. */
    public Subscriber subscriber() {
        return subscriber;
    }

    /** What the last handshake told, or null before the first. */
    public @Nullable ServerFacts facts() {
        return ordinary.facts();
    }

    /** Where it is. */
    public Endpoint endpoint() {
        return options.endpoint();
    }

    /** Where it is, in words; without credentials. */
    public String name() {
        return options.endpoint().name();
    }

    /** Whether it was closed: what it answers from then on says nothing of the server. */
    public boolean isClosed() {
        return closed;
    }

    /** Its counters at this moment. */
    public Statistics statistics() {
        Statistics sum = ordinary.statistics();
        SharedConnection large = bulk;
        if (large != null) {
            sum = sum.plus(large.statistics());
        }
        long[] own = direct.traffic();
        long connections = direct.openConnections() + subscriber.openConnections();
        sum = sum.plus(new Statistics(own[0], own[1], own[2], own[3], 0, 0, connections, 0, 0, 0, false));
        for (TrackedConnection connection : tracked.values()) {
            sum = sum.plus(connection.statistics());
        }
        return sum.plus(dedicated.statistics());
    }

    /** Takes no more calls, lets what is outstanding end within the close timeout, and leaves no thread. */
    @Override
    public void close() {
        closeFor(Thread.currentThread());
    }

    /** As {@link #close()}, on behalf of another thread: it may run a callback that this node would wait for. */
    public void closeFor(Thread caller) {
        close(false, caller);
    }

    /**
     * As {@link #close()}, but for a server whose place another has taken: what is not written fails at once, and what
     * is has half a second at the most, so that it can be sent where it belongs now.
     */
    public void retire() {
        close(true, Thread.currentThread());
    }

    private void close(boolean retiring, Thread caller) {
        synchronized (bulkLock) {
            if (closed) {
                return;
            }
            closed = true;
        }
        long patience = options.timeouts().close().toNanos();
        long now = System.nanoTime();
        long deadline = now + (retiring ? Math.min(patience, RETIRING_NANOS) : patience);
        SharedConnection large = bulk;
        startClosing(ordinary, retiring, deadline);
        if (large != null) {
            startClosing(large, retiring, deadline);
        }
        tracked.values().forEach(connection -> connection.startClosing(deadline));
        direct.startClosing();
        if (retiring) {
            subscriber.retire();
        } else {
            subscriber.close();
        }
        ordinary.close();
        if (large != null) {
            large.close();
        }
        tracked.values().forEach(TrackedConnection::close);
        direct.close(deadline);
        dedicated.close(caller);
        completions.close(now + patience); // callbacks have theirs, whatever becomes of the server
        watch.remove(completions);
        watch.remove(silence);
        if (ownWatch) {
            watch.close(); // the last: until here it keeps the deadlines of what is still under way
        }
    }

    private static void startClosing(SharedConnection connection, boolean retiring, long deadline) {
        if (retiring) {
            connection.startRetiring(deadline);
        } else {
            connection.startClosing(deadline);
        }
    }
}
