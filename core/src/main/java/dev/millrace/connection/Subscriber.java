package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.command.ReplyType;
import dev.millrace.command.ServerError;
import dev.millrace.command.Value;
import dev.millrace.metrics.ClientListener;
import dev.millrace.resp.RespReader;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of one node, on a connection of their own in both protocols: a server counts a client with
 * subscriptions as a pub/sub client, and cuts it when its output grows past a limit (32 MiB by default) that replies to
 * pipelined commands may well pass.
 *
 * <p>The connection is opened for the first subscription and closed with the last. One virtual thread reads it and
 * hands messages to the subscriptions' own queues, so a slow listener holds up nobody. When the connection is lost it is
 * made anew, with full-jitter back-off, and every subscription with it; listeners are told of both.
 */
@ThreadSafe
public final class Subscriber implements AutoCloseable {
    /** A connection that was lost sooner than this is not made anew at once. */
    private static final long STABLE_NANOS = 1_000_000_000L;

    private final ConnectionOptions options;
    private final Openings openings;
    private final ClientListener metrics;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Set<Subscription> subscriptions = new LinkedHashSet<>();

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

    /** Listeners are told that they are restored when the server has confirmed the last channel, not before. */
    @GuardedBy("lock")
    private boolean restoring;

    /** Why there is no connection. */
    @GuardedBy("lock")
    private @Nullable MillraceException refusal;

    @GuardedBy("lock")
    private boolean closed;

    Subscriber(ConnectionOptions options, DeadlineWatch watch, ClientListener metrics) {
        this.options = options;
        this.openings = new Openings(options, watch);
        this.metrics = metrics;
    }

    /**
     * Subscribes, and waits until the server has confirmed every channel.
     *
     * @throws IllegalArgumentException if there is no channel
     * @throws MillraceException if the server refuses, or does not confirm by the deadline
     */
    public Subscription subscribe(ChannelKind kind, List<String> channels, MessageListener listener, long deadline) {
        if (channels.isEmpty()) {
            throw new IllegalArgumentException("name at least one channel to subscribe to");
        }
        Subscription subscription = new Subscription(this, kind, channels, listener);
        lockBy(deadline);
        try {
            if (closed) {
                throw new Rejected("the client is closed").raised();
            }
            refusal = null;
            subscriptions.add(subscription);
            if (thread == null) {
                Thread reading = Thread.ofVirtual().name("millrace-subscriber").unstarted(this::run);
                thread = reading;
                threads.add(reading);
                reading.start();
            } else if (connection != null) {
                send(kind, true, confirmations.missing(kind, subscription.channels()));
            }
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
                if (left <= 0 || !changed.await(left, TimeUnit.NANOSECONDS)) {
                    throw new OutcomeUnknown(subscription.kind().subscribe() + " of "
                                    + subscription.channels().size() + " channels was not confirmed by "
                                    + options.endpoint().name() + " by its deadline")
                            .raised();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutcomeUnknown("the calling thread was interrupted while it subscribed", e).raised();
        }
    }

    /** One channel per command: on a cluster each shard channel has a slot of its own. */
    @GuardedBy("lock")
    private void send(ChannelKind kind, boolean subscribe, Set<String> channels) {
        OpenConnection open = connection;
        if (open == null) {
            return;
        }
        String verb = subscribe ? kind.subscribe() : kind.unsubscribe();
        try {
            for (String channel : channels) {
                confirmations.asked(kind, subscribe, channel);
                open.writer().write(Command.of(verb, channel));
            }
            open.writer().flush();
        } catch (IOException e) {
            open.transport().close(); // the reader finds out, and everything is subscribed again
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

    @GuardedBy("lock")
    private void withdraw(Subscription subscription) {
        if (!subscriptions.remove(subscription)) {
            return;
        }
        Set<String> unused = new LinkedHashSet<>(subscription.channels());
        for (Subscription other : subscriptions) {
            if (other.kind() == subscription.kind()) {
                unused.removeAll(other.channels());
            }
        }
        if (subscriptions.isEmpty()) {
            stop();
        } else {
            send(subscription.kind(), false, unused);
        }
    }

    @GuardedBy("lock")
    private void stop() {
        OpenConnection open = connection;
        connection = null;
        confirmations = new Confirmations();
        thread = null;
        if (open != null) {
            open.transport().close();
        }
        changed.signalAll();
    }

    // ---- the reading thread ----

    private void run() {
        try {
            boolean again = false;
            int failures = 0;
            while (isCurrent()) {
                OpenConnection opened = null;
                long openedAt = System.nanoTime();
                try {
                    opened = openings.open();
                    openedAt = System.nanoTime();
                    serve(opened, again);
                    again = true;
                } catch (ServerError e) {
                    refuse(ServerError.of(String.valueOf(e.getMessage())));
                    failures++;
                } catch (IOException | RuntimeException | Error e) {
                    if (opened == null) {
                        failures++;
                        refuseUnreachable(e, failures, again);
                    } else {
                        again = true;
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
    private void serve(OpenConnection opened, boolean again) throws IOException {
        Confirmations its = adopt(opened, again);
        if (its != null) {
            metrics.connected(options.endpoint().name());
            read(opened, its);
        }
    }

    private void refuseUnreachable(Throwable cause, int failures, boolean again) {
        if (options.reconnection().patience().isZero() || (failures > 1 && !again)) {
            refuse(new NotSent("no subscription: " + options.endpoint().name() + " can't be reached ("
                    + Causes.deepest(cause) + ")"));
        }
    }

    private void lost(Throwable cause) {
        if (isCurrent()) {
            metrics.disconnected(options.endpoint().name(), Causes.deepest(cause));
            tellAll(Subscription::interrupted);
        }
    }

    private boolean isCurrent() {
        lock.lock();
        try {
            return thread == Thread.currentThread();
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Confirmations adopt(OpenConnection opened, boolean again) {
        lock.lock();
        try {
            if (thread != Thread.currentThread()) {
                opened.transport().close();
                return null;
            }
            connection = opened;
            refusal = null;
            restoring = again;
            confirmations = new Confirmations();
            for (ChannelKind kind : ChannelKind.values()) {
                Set<String> wanted = new LinkedHashSet<>();
                for (Subscription subscription : subscriptions) {
                    if (subscription.kind() == kind) {
                        wanted.addAll(subscription.channels());
                    }
                }
                send(kind, true, wanted);
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

    private void tellAll(Consumer<Subscription> event) {
        List<Subscription> all;
        lock.lock();
        try {
            all = new ArrayList<>(subscriptions);
        } finally {
            lock.unlock();
        }
        all.forEach(event);
    }

    private void read(OpenConnection opened, Confirmations its) throws IOException {
        RespReader reader = opened.reader();
        while (reader.fill(opened.transport())) {
            while (reader.next()) {
                if (reader.isError()) {
                    MillraceException why = reader.readError();
                    note(its, () -> its.refused(why));
                } else if (reader.type() == ReplyType.PUSH || reader.type() == ReplyType.ARRAY) {
                    dispatch(opened, its, Value.read(reader).asList());
                }
            }
        }
        throw new EOFException("the server closed the connection");
    }

    private void dispatch(OpenConnection opened, Confirmations its, List<Value> message) {
        if (message.size() < 3) {
            return;
        }
        String what = String.valueOf(message.getFirst().asText());
        String channel = String.valueOf(message.get(1).asText());
        switch (what) {
            case "message" -> deliver(opened, ChannelKind.CHANNEL, channel, channel, message.get(2));
            case "smessage" -> deliver(opened, ChannelKind.SHARD, channel, channel, message.get(2));
            case "pmessage" ->
                deliver(
                        opened,
                        ChannelKind.PATTERN,
                        channel,
                        String.valueOf(message.get(2).asText()),
                        message.getLast());
            case "subscribe" -> note(its, () -> its.answered(ChannelKind.CHANNEL, true, channel));
            case "psubscribe" -> note(its, () -> its.answered(ChannelKind.PATTERN, true, channel));
            case "ssubscribe" -> note(its, () -> its.answered(ChannelKind.SHARD, true, channel));
            case "unsubscribe" -> note(its, () -> its.answered(ChannelKind.CHANNEL, false, channel));
            case "punsubscribe" -> note(its, () -> its.answered(ChannelKind.PATTERN, false, channel));
            case "sunsubscribe" -> note(its, () -> its.answered(ChannelKind.SHARD, false, channel));
            default -> {
                // Pushes of other kinds are not for this connection.
            }
        }
    }

    /** Takes note of an answer, and tells those who wait. */
    private void note(Confirmations its, Runnable answer) {
        boolean restored;
        lock.lock();
        try {
            answer.run();
            changed.signalAll();
            restored = restoring && its == confirmations && its.isComplete();
            if (restored) {
                restoring = false;
            }
        } finally {
            lock.unlock();
        }
        if (restored) {
            tellAll(Subscription::restored);
        }
    }

    private void deliver(OpenConnection opened, ChannelKind kind, String subscribed, String channel, Value payload) {
        if (!(payload instanceof Value.Bytes bytes)) {
            return;
        }
        Map<Subscription, byte[]> receivers = new LinkedHashMap<>();
        lock.lock();
        try {
            if (connection != opened) {
                return; // what is still in its buffer was not asked for by those who subscribe now
            }
            for (Subscription subscription : subscriptions) {
                if (subscription.kind() == kind && subscription.channels().contains(subscribed)) {
                    // Each listener may keep or change its array.
                    receivers.put(
                            subscription,
                            receivers.isEmpty() ? bytes.bytes() : bytes.bytes().clone());
                }
            }
        } finally {
            lock.unlock();
        }
        receivers.forEach((subscription, copy) -> subscription.deliver(channel, copy));
    }

    /** Ends every subscription and the connection. */
    @Override
    public void close() {
        openings.close();
        OpenConnection open = connection;
        if (open != null) {
            open.transport().close();
        }
        List<Subscription> all;
        List<Thread> reading;
        lock.lock();
        try {
            closed = true;
            reading = new ArrayList<>(threads);
            all = new ArrayList<>(subscriptions);
            subscriptions.clear();
            stop();
        } finally {
            lock.unlock();
        }
        all.forEach(Subscription::startEnding);
        Threads.joinAll(all.stream().map(Subscription::thread).toList());
        Threads.joinAll(reading);
    }
}
