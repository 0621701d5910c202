package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.command.ServerError;
import dev.millrace.metrics.ClientListener;
import dev.millrace.metrics.WireLog;
import dev.millrace.resilience.CircuitBreaker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscriptions of one node, on a connection of their own in both protocols: a server counts a client with
 * subscriptions as a pub/sub client, and cuts it when its output grows past a limit (32 MiB by default) that replies to
 * pipelined commands may well pass.
 *
 * <p>The connection is opened for the first subscription and closed with the last. One virtual thread reads it and
 * hands messages to the subscriptions' own queues, so a slow listener holds up nobody. When the connection is lost it is
 * made anew, with full-jitter back-off, and every subscription with it; listeners are told of both, of the second when
 * the server has confirmed all their channels.
 */
@ThreadSafe
public final class Subscriber implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);

    /** Whoever has the lock may be writing to a server that does not read: who moves a subscription comes again. */
    private static final long MOVING_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** A connection that was lost sooner than this is not made anew at once. */
    private static final long STABLE_NANOS = 1_000_000_000L;

    private final ConnectionOptions options;
    private final Openings openings;
    private final ClientListener metrics;
    private final CircuitBreaker breaker;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Audience audience = new Audience();

    /** The thread whose connection it is, or will be. */
    @GuardedBy("lock")
    private @Nullable Thread thread;

    /** With those that were sent away and have not ended yet. */
    @GuardedBy("lock")
    private final Set<Thread> threads = new HashSet<>();

    /** Written under the lock; read without it by {@link #close()}, for whoever has the lock may be stuck in a write. */
    private volatile @Nullable OpenConnection connection;

    /** Of the connection that is open. */
    @GuardedBy("lock")
    private Confirmations confirmations = new Confirmations();

    private volatile ChannelLoss losses = why -> {};

    /** Whether the last attempt to connect has failed. */
    private volatile boolean down;

    /** Why there is no connection. */
    @GuardedBy("lock")
    private @Nullable MillraceException refusal;

    @GuardedBy("lock")
    private boolean closed;

    Subscriber(ConnectionOptions options, DeadlineWatch watch, ClientListener metrics) {
        this.options = options;
        this.openings = new Openings(options, watch);
        this.metrics = metrics;
        this.breaker = new CircuitBreaker(options.reconnection().patience());
    }

    /**
     * Subscribes, and waits until the server has confirmed every channel.
     *
     * @throws IllegalArgumentException if there is no channel
     * @throws MillraceException if the server refuses, or does not confirm by the deadline
     */
    public Subscription subscribe(ChannelKind kind, List<String> channels, MessageListener listener, long deadline) {
        return subscribe(kind, channels, listener, null, deadline);
    }

    /** As the other, for one that its owner may move. */
    Subscription subscribe(
            ChannelKind kind,
            List<String> channels,
            MessageListener listener,
            @Nullable Consumer<Subscription> owner,
            long deadline) {
        if (channels.isEmpty()) {
            throw new IllegalArgumentException("name at least one channel to subscribe to");
        }
        Subscription subscription = new Subscription(this, kind, channels, listener, owner);
        lockBy(deadline);
        try {
            if (closed) {
                throw new Rejected("the client is closed").raised();
            }
            refusal = null;
            audience.add(subscription);
            askFor(subscription);
            awaitConfirmed(subscription, deadline);
            subscription.start();
            return subscription;
        } catch (RuntimeException e) {
            withdraw(subscription);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void askFor(Subscription subscription) {
        if (thread == null) {
            Thread reading = Thread.ofVirtual().name("millrace-subscriber").unstarted(this::run);
            thread = reading;
            threads.add(reading);
            reading.start();
        } else if (connection != null) {
            send(subscription.kind(), true, confirmations.missing(subscription.kind(), subscription.channels()));
        }
    }

    private void lockBy(long deadline) {
        try {
            if (!lock.tryLock(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                throw new NotSent("nothing was sent: another thread is writing to "
                                + options.endpoint().name() + ", which does not read")
                        .raised();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotSent("the calling thread was interrupted before it subscribed", e).raised();
        }
    }

    @GuardedBy("lock")
    private void awaitConfirmed(Subscription subscription, long deadline) {
        boolean sent = false;
        try {
            while (!confirmations.confirms(subscription.kind(), subscription.channels())) {
                MillraceException refused = confirmations.refusal(subscription.kind(), subscription.channels());
                if (refused == null) {
                    refused = refusal;
                }
                if (refused != null) {
                    throw refused.raised();
                }
                if (closed) {
                    throw new Rejected("the client was closed while it subscribed").raised();
                }
                long left = deadline - System.nanoTime();
                sent |= connection != null;
                if (left <= 0 || !changed.await(left, TimeUnit.NANOSECONDS)) {
                    throw late(subscription, sent || connection != null).raised();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutcomeUnknown("the calling thread was interrupted while it subscribed", e).raised();
        }
    }

    private MillraceException late(Subscription subscription, boolean sent) {
        String what = subscription.kind().subscribe() + " of "
                + subscription.channels().size() + " channels ";
        String name = options.endpoint().name();
        String cause = breaker.lastCause();
        return sent
                ? new OutcomeUnknown(what + "was not confirmed by " + name + " by its deadline")
                : new NotSent(what + "was not sent: no connection to " + name + " by its deadline"
                        + (cause.isEmpty() ? "" : ", not connected: " + cause));
    }

    @GuardedBy("lock")
    private void send(ChannelKind kind, boolean subscribe, Set<String> channels) {
        OpenConnection open = connection;
        if (open != null) {
            try {
                PubSubWire.send(open, kind, subscribe, channels, confirmations);
            } catch (IOException e) {
                open.transport().close(); // the reader finds out, and everything is subscribed again
            }
        }
    }

    void remove(Subscription subscription) {
        lock.lock();
        try {
            withdraw(subscription);
        } finally {
            lock.unlock();
        }
    }

    // ---- moving ----

    /** Who hears from now on that the server does not serve something. */
    void report(ChannelLoss to) {
        losses = to;
    }

    /** Whether its server could not be reached when it was last tried, while somebody was subscribed. */
    public boolean isDown() {
        return down;
    }

    /**
     * Gives up a subscription, which goes on elsewhere; its listener is told that it is interrupted. Does nothing for one
     * that is not here any more.
     *
     * @return false when another thread is busy writing
     */
    boolean release(Subscription subscription) {
        if (!tryLock()) {
            return false;
        }
        try {
            if (audience.contains(subscription)) {
                subscription.interrupted();
                withdraw(subscription);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes over a subscription; its listener is told that it is restored when the server has confirmed it.
     *
     * @return false when another thread is busy writing
     * @throws Rejected if this is closed
     */
    boolean adopt(Subscription subscription) {
        if (!tryLock()) {
            return false;
        }
        try {
            if (closed) {
                throw new Rejected("the node is closed").raised();
            }
            audience.add(subscription);
            subscription.movedTo(this);
            if (subscription.isEnded()) { // asked for once it is here: whoever ends it after that finds it here
                withdraw(subscription);
                return true;
            }
            audience.interrupt(subscription);
            askFor(subscription);
            audience.restore(subscription, confirmations);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Asks once more for those channels of a subscription that the server has refused or taken away.
     *
     * @return false when another thread is busy writing
     */
    boolean renew(Subscription subscription) {
        if (!tryLock()) {
            return false;
        }
        try {
            if (audience.contains(subscription) && connection != null) {
                askFor(subscription);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean tryLock() {
        try {
            return lock.tryLock(MOVING_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @GuardedBy("lock")
    private void withdraw(Subscription subscription) {
        if (!audience.remove(subscription)) {
            return;
        }
        if (audience.isEmpty()) {
            stop();
        } else {
            send(subscription.kind(), false, audience.unused(subscription));
        }
    }

    @GuardedBy("lock")
    private void stop() {
        OpenConnection open = connection;
        connection = null;
        confirmations = new Confirmations();
        thread = null;
        down = false;
        if (open != null) {
            open.transport().close();
        }
        changed.signalAll();
    }

    // ---- the reading thread ----

    private void run() {
        try {
            int failures = 0;
            while (isCurrent()) {
                OpenConnection opened = null;
                long openedAt = System.nanoTime();
                try {
                    opened = openings.open();
                    openedAt = System.nanoTime();
                    breaker.succeeded();
                    serve(opened);
                } catch (IOException | RuntimeException | Error e) {
                    if (opened == null) {
                        failures++;
                        failedToConnect(e);
                    } else {
                        failures = System.nanoTime() - openedAt > STABLE_NANOS ? 0 : failures + 1;
                        lost(e);
                    }
                } finally {
                    abandon(opened);
                }
                pause(failures);
            }
        } finally {
            lock.lock();
            try {
                threads.remove(Thread.currentThread());
            } finally {
                lock.unlock();
            }
        }
    }

    /** Reads until the connection is lost, which ends by an exception; does nothing when it is wanted no more. */
    private void serve(OpenConnection opened) throws IOException {
        Confirmations its = adopt(opened);
        if (its != null) {
            metrics.connected(opened.node());
            WireLog.connection(
                    opened.node(),
                    "connected, for subscriptions, " + opened.facts().describe());
            PubSubWire.read(opened, why -> refused(its, why), message -> take(opened, its, message));
        }
    }

    /** Tells those who wait for the connection, where waiting on is of no use: as the circuit does for calls. */
    private void failedToConnect(Throwable cause) {
        String name = options.endpoint().name();
        String reason = Causes.deepest(cause);
        boolean opened = breaker.failed(System.nanoTime(), reason);
        if (cause instanceof ServerError error) {
            refuse(ServerError.of(String.valueOf(error.getMessage())));
        } else if (opened
                || breaker.state() == CircuitBreaker.State.OPEN
                || (cause instanceof ConnectFailure failure && failure.isFinal())) {
            refuse(new NotSent("no subscription: " + name + " can't be reached (" + reason + ")", cause));
        }
        metrics.disconnected(name, reason);
        WireLog.connection(name, "not connected, for subscriptions: " + reason);
        if (isCurrent()) {
            down = true;
            losses.lost(null);
        }
    }

    private void lost(Throwable cause) {
        lock.lock();
        try {
            if (thread != Thread.currentThread()) {
                return;
            }
            audience.interrupt();
        } finally {
            lock.unlock();
        }
        String reason = Causes.deepest(cause);
        metrics.disconnected(options.endpoint().name(), reason);
        WireLog.connection(options.endpoint().name(), "lost, for subscriptions: " + reason);
    }

    private boolean isCurrent() {
        lock.lock();
        try {
            return thread == Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Confirmations adopt(OpenConnection opened) {
        lock.lock();
        try {
            if (thread != Thread.currentThread()) {
                opened.transport().close();
                return null;
            }
            connection = opened;
            refusal = null;
            down = false;
            confirmations = new Confirmations();
            for (ChannelKind kind : ChannelKind.values()) {
                send(kind, true, audience.channels(kind));
            }
            return confirmations;
        } finally {
            lock.unlock();
        }
    }

    private void abandon(@Nullable OpenConnection opened) {
        if (opened == null) {
            return;
        }
        opened.transport().close();
        lock.lock();
        try {
            if (connection == opened) {
                connection = null;
                confirmations = new Confirmations();
            }
        } finally {
            lock.unlock();
        }
    }

    private void pause(int failures) {
        if (failures == 0) {
            return;
        }
        long nanos = options.reconnection()
                .wait(failures, ThreadLocalRandom.current())
                .toNanos();
        lock.lock();
        try {
            if (thread == Thread.currentThread()) {
                changed.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            // Nobody interrupts this thread but the end of the process; looking again is right either way.
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void refuse(MillraceException why) {
        lock.lock();
        try {
            refusal = why;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void take(OpenConnection opened, Confirmations its, PubSubMessage message) {
        switch (message.what()) {
            case SUBSCRIBED -> answered(its, message, true);
            case UNSUBSCRIBED -> answered(its, message, false);
            case MESSAGE -> deliver(opened, message);
        }
    }

    private void answered(Confirmations its, PubSubMessage answer, boolean subscribed) {
        boolean taken = false;
        lock.lock();
        try {
            boolean asked = its.answered(answer.kind(), subscribed, answer.subscribed());
            changed.signalAll();
            if (its == confirmations && subscribed) {
                audience.restore(answer.kind(), answer.subscribed(), its);
            } else if (its == confirmations && !asked) { // the slot of a shard channel has left the server
                taken = audience.interrupt(answer.kind(), answer.subscribed());
            }
        } finally {
            lock.unlock();
        }
        if (taken) {
            losses.lost(null);
        }
    }

    private void refused(Confirmations its, ServerError why) {
        boolean restoring;
        lock.lock();
        try {
            Confirmations.Channel channel = its.refused(why);
            changed.signalAll();
            restoring = channel != null
                    && its == confirmations
                    && audience.of(channel.kind(), channel.name()).stream().anyMatch(Subscription::isEstablished);
        } finally {
            lock.unlock();
        }
        if (!restoring) {
            return; // whoever subscribes waits for this answer
        }
        if (Subscriptions.isPassing(why)) {
            losses.lost(why);
        } else {
            LOG.warn(
                    "{} refuses to restore a subscription: {}",
                    options.endpoint().name(),
                    why.getMessage());
        }
    }

    private void deliver(OpenConnection opened, PubSubMessage message) {
        List<Subscription> receivers;
        lock.lock();
        try {
            if (connection != opened) {
                return; // what is still in its buffer was not asked for by those who subscribe now
            }
            receivers = audience.of(message.kind(), message.subscribed());
        } finally {
            lock.unlock();
        }
        // Each listener may keep or change its array, so the copies are made before the first one has any.
        List<byte[]> payloads = new ArrayList<>(receivers.size());
        for (int i = 0; i < receivers.size(); i++) {
            payloads.add(i == 0 ? message.payload() : message.payload().clone());
        }
        for (int i = 0; i < receivers.size(); i++) {
            receivers.get(i).deliver(message.channel(), payloads.get(i));
        }
    }

    /** Open connections: one, or none. */
    int openConnections() {
        return connection == null ? 0 : 1;
    }

    /** Ends every subscription and the connection. */
    @Override
    public void close() {
        end(false);
    }

    /** Ends the connection, and the subscriptions that nobody can move to another server. */
    void retire() {
        end(true);
    }

    private void end(boolean retiring) {
        openings.close();
        OpenConnection open = connection;
        if (open != null) {
            open.transport().close();
        }
        List<Subscription> ending;
        List<Thread> reading;
        lock.lock();
        try {
            closed = true;
            reading = new ArrayList<>(threads);
            ending = audience.leave(retiring);
            stop();
        } finally {
            lock.unlock();
        }
        ending.forEach(Subscription::startEnding);
        Threads.joinAll(ending.stream().map(Subscription::thread).toList());
        Threads.joinAll(reading);
    }
}
