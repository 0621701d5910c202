package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.Rejected;
import dev.millrace.command.ServerError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of a client, each at the node that serves its channels now. When another node takes over, because a
 * master has changed, a slot has moved or a node can't be reached, the subscription moves there; its listener hears of
 * that as of a reconnect.
 *
 * <p>One virtual thread moves them, from the first change until {@link #close()}. It looks at all of them after each
 * change, and no oftener than each {@value #GATE_MILLIS} ms: nodes that send a subscription from one to the other do not
 * keep it busy.
 */
@ThreadSafe
public final class Subscriptions implements AutoCloseable {
    private static final long GATE_MILLIS = 100;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final ChannelRouting routing;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition requests = lock.newCondition();

    @GuardedBy("lock")
    private final Set<Subscription> subscriptions = new HashSet<>();

    /** Where they are; one that is between two nodes is nowhere. */
    @GuardedBy("lock")
    private final Map<Subscription, Node> homes = new HashMap<>();

    @GuardedBy("lock")
    private @Nullable Thread thread;

    @GuardedBy("lock")
    private boolean requested;

    @GuardedBy("lock")
    private long changes;

    @GuardedBy("lock")
    private boolean closed;

    /** No subscriptions yet. */
    public Subscriptions(ChannelRouting routing) {
        this.routing = routing;
        routing.whenChanged(this::request);
    }

    /**
     * Subscribes at the node that serves the channels, and waits until that has confirmed every one.
     *
     * @throws IllegalArgumentException if there is no channel
     * @throws MillraceException if the server refuses, or does not confirm by the deadline
     */
    public Subscription subscribe(ChannelKind kind, List<String> channels, MessageListener listener, long deadline) {
        if (channels.isEmpty()) {
            throw new IllegalArgumentException("name at least one channel to subscribe to");
        }
        Node node = null;
        while (true) {
            long before = changes();
            node = routing.nodeForChannels(kind, channels, node, deadline);
            Subscriber subscriber = subscriber(node);
            try {
                Subscription subscription = subscriber.subscribe(kind, channels, listener, this::forget, deadline);
                keep(subscription, node, before);
                return subscription;
            } catch (ServerError | NotSent | Rejected e) {
                if (deadline - System.nanoTime() <= PAUSE_NANOS || !mayWorkElsewhere(e, node, kind, channels)) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private boolean mayWorkElsewhere(MillraceException failure, Node node, ChannelKind kind, List<String> channels) {
        return switch (failure) {
            case ServerError.Moved answer -> routing.moved(answer, node) != null;
            case ServerError refused -> isPassing(refused) && routing.suspect(node);
            default ->
                routing.suspect(node) && routing.nodeForChannels(kind, channels, node, System.nanoTime()) != node;
        };
    }

    /** Whether what a server refuses may work at another node, or later. */
    static boolean isPassing(ServerError refusal) {
        return refusal instanceof ServerError.Moved
                || refusal instanceof ServerError.ClusterDown
                || refusal instanceof ServerError.MasterDown
                || refusal instanceof ServerError.TryAgain
                || refusal instanceof ServerError.Loading;
    }

    private Subscriber subscriber(Node node) {
        Subscriber subscriber = node.subscriber();
        subscriber.report(why -> lost(node, why));
        return subscriber;
    }

    private void lost(Node node, @Nullable ServerError why) {
        if (why instanceof ServerError.Moved answer) {
            routing.moved(answer, node);
        } else {
            routing.suspect(node);
        }
        request();
    }

    private long changes() {
        lock.lock();
        try {
            return changes;
        } finally {
            lock.unlock();
        }
    }

    private void keep(Subscription subscription, Node node, long before) {
        boolean late;
        boolean missed;
        lock.lock();
        try {
            late = closed;
            missed = changes != before || node.isClosed();
            if (!late) {
                subscriptions.add(subscription);
                homes.put(subscription, node);
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            subscription.close();
            throw new Rejected("the client was closed while it subscribed").raised();
        }
        if (missed) {
            request();
        }
    }

    private void forget(Subscription subscription) {
        lock.lock();
        try {
            subscriptions.remove(subscription);
            homes.remove(subscription);
        } finally {
            lock.unlock();
        }
    }

    // ---- moving ----

    private void request() {
        lock.lock();
        try {
            changes++;
            requested = true;
            if (thread == null && !subscriptions.isEmpty() && !closed) {
                thread = Thread.ofVirtual().name("millrace-subscriptions").start(this::run);
            }
            requests.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            for (List<Subscription> all = next(); all != null; all = next()) {
                for (Subscription subscription : all) {
                    if (!place(subscription)) {
                        request();
                    }
                }
                Thread.sleep(GATE_MILLIS);
            }
        } catch (InterruptedException e) {
            // close() interrupts
        }
    }

    private @Nullable List<Subscription> next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && !requested) {
                requests.await();
            }
            requested = false;
            return closed ? null : new ArrayList<>(subscriptions);
        } finally {
            lock.unlock();
        }
    }

    /** Sees to it that a subscription is where it belongs; false when that has to be tried again. */
    private boolean place(Subscription subscription) {
        Node home = homeOf(subscription);
        try {
            List<String> channels = List.copyOf(subscription.channels());
            Node target = routing.nodeForChannels(subscription.kind(), channels, home, System.nanoTime());
            if (home == target) {
                return target.subscriber().renew(subscription);
            }
            if (home != null && !home.subscriber().release(subscription)) {
                return false;
            }
            boolean adopted = subscriber(target).adopt(subscription);
            settle(subscription, adopted ? target : null);
            return adopted;
        } catch (MillraceException e) {
            return false; // no node is known, or this one was closed just now
        }
    }

    private @Nullable Node homeOf(Subscription subscription) {
        lock.lock();
        try {
            return homes.get(subscription);
        } finally {
            lock.unlock();
        }
    }

    private void settle(Subscription subscription, @Nullable Node home) {
        lock.lock();
        try {
            if (home != null && subscriptions.contains(subscription)) {
                homes.put(subscription, home);
            } else {
                homes.remove(subscription);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends every subscription, also those that are between two nodes. */
    @Override
    public void close() {
        List<Subscription> all;
        Thread moving;
        lock.lock();
        try {
            closed = true;
            all = new ArrayList<>(subscriptions);
            moving = thread;
            requests.signal();
        } finally {
            lock.unlock();
        }
        if (moving != null) {
            moving.interrupt();
            Threads.joinUninterrupted(moving);
        }
        all.forEach(Subscription::startEnding);
        all.forEach(Subscription::leave);
        Threads.joinAll(all.stream().map(Subscription::thread).toList());
    }
}
