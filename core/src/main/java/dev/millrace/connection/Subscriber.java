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
import java.util.EnumMap;
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
    private final ConnectionOptions options;
    private final DeadlineWatch watch;
    private final ClientListener metrics;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Set<Subscription> subscriptions = new LinkedHashSet<>();

    /** What the server has confirmed on the connection that is open. */
    @GuardedBy("lock")
    private final Map<ChannelKind, Set<String>> confirmed = new EnumMap<>(ChannelKind.class);

    @GuardedBy("lock")
    private @Nullable Thread thread;

    @GuardedBy("lock")
    private @Nullable OpenConnection connection;

    @GuardedBy("lock")
    private @Nullable MillraceException refusal;

    @GuardedBy("lock")
    private boolean closed;

    Subscriber(ConnectionOptions options, DeadlineWatch watch, ClientListener metrics) {
        this.options = options;
        this.watch = watch;
        this.metrics = metrics;
        for (ChannelKind kind : ChannelKind.values()) {
            confirmed.put(kind, new HashSet<>());
        }
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
        lock.lock();
        try {
            if (closed) {
                throw new Rejected("the client is closed");
            }
            refusal = null;
            subscriptions.add(subscription);
            if (thread == null) {
                thread = Thread.ofVirtual().name("millrace-subscriber").start(this::run);
            } else if (connection != null) {
                send(kind.subscribe(), missing(kind, subscription.channels()));
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

    @GuardedBy("lock")
    private void awaitConfirmed(Subscription subscription, long deadline) {
        try {
            Set<String> wanted = confirmed.get(subscription.kind());
            while (wanted == null || !wanted.containsAll(subscription.channels())) {
                MillraceException refused = refusal;
                if (refused != null) {
                    throw refused.raised();
                }
                long left = deadline - System.nanoTime();
                if (closed || left <= 0 || !changed.await(left, TimeUnit.NANOSECONDS)) {
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

    @GuardedBy("lock")
    private Set<String> missing(ChannelKind kind, Set<String> channels) {
        Set<String> missing = new LinkedHashSet<>(channels);
        missing.removeAll(confirmed.getOrDefault(kind, Set.of()));
        return missing;
    }

    /** One channel per command: on a cluster each shard channel has a slot of its own. */
    @GuardedBy("lock")
    private void send(String verb, Set<String> channels) {
        OpenConnection open = connection;
        if (open == null) {
            return;
        }
        try {
            for (String channel : channels) {
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
        confirmed.getOrDefault(subscription.kind(), new HashSet<>()).removeAll(unused);
        if (subscriptions.isEmpty()) {
            stop();
        } else {
            send(subscription.kind().unsubscribe(), unused);
        }
    }

    @GuardedBy("lock")
    private void stop() {
        OpenConnection open = connection;
        connection = null;
        thread = null;
        if (open != null) {
            open.transport().close();
        }
        changed.signalAll();
    }

    // ---- the reading thread ----

    private void run() {
        boolean again = false;
        int failures = 0;
        while (isCurrent()) {
            OpenConnection opened = null;
            try {
                opened = OpenConnection.open(options, watch);
                failures = 0;
                if (adopt(opened)) {
                    metrics.connected(options.endpoint().name());
                    if (again) {
                        tellAll(Subscription::restored);
                    }
                    again = true;
                    read(opened);
                }
            } catch (ServerError e) {
                refuse(ServerError.of(String.valueOf(e.getMessage())));
                failures++;
            } catch (IOException | RuntimeException e) {
                if (opened == null) {
                    failures++;
                    if (options.reconnection().patience().isZero() || failures > 1 && !again) {
                        refuse(new NotSent("no subscription: "
                                + options.endpoint().name() + " can't be reached (" + Causes.deepest(e) + ")"));
                    }
                } else if (isCurrent()) {
                    metrics.disconnected(options.endpoint().name(), Causes.deepest(e));
                    tellAll(Subscription::interrupted);
                }
            } finally {
                abandon(opened);
            }
            pause(failures);
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

    private boolean adopt(OpenConnection opened) {
        lock.lock();
        try {
            if (thread != Thread.currentThread()) {
                opened.transport().close();
                return false;
            }
            connection = opened;
            for (ChannelKind kind : ChannelKind.values()) {
                Set<String> wanted = new LinkedHashSet<>();
                for (Subscription subscription : subscriptions) {
                    if (subscription.kind() == kind) {
                        wanted.addAll(subscription.channels());
                    }
                }
                send(kind.subscribe(), wanted);
            }
            return true;
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
                confirmed.values().forEach(Set::clear);
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

    private void tellAll(java.util.function.Consumer<Subscription> event) {
        List<Subscription> all;
        lock.lock();
        try {
            all = new ArrayList<>(subscriptions);
        } finally {
            lock.unlock();
        }
        all.forEach(event);
    }

    private void read(OpenConnection opened) throws IOException {
        RespReader reader = opened.reader();
        while (reader.fill(opened.transport())) {
            while (reader.next()) {
                if (reader.isError()) {
                    refuse(reader.readError());
                } else if (reader.type() == ReplyType.PUSH || reader.type() == ReplyType.ARRAY) {
                    dispatch(Value.read(reader).asList());
                }
            }
        }
        throw new EOFException("the server closed the connection");
    }

    private void dispatch(List<Value> message) {
        if (message.size() < 3) {
            return;
        }
        String what = String.valueOf(message.getFirst().asText());
        String channel = String.valueOf(message.get(1).asText());
        switch (what) {
            case "message" -> deliver(ChannelKind.CHANNEL, channel, channel, message.get(2));
            case "smessage" -> deliver(ChannelKind.SHARD, channel, channel, message.get(2));
            case "pmessage" ->
                deliver(
                        ChannelKind.PATTERN,
                        channel,
                        String.valueOf(message.get(2).asText()),
                        message.getLast());
            case "subscribe" -> confirm(ChannelKind.CHANNEL, channel);
            case "psubscribe" -> confirm(ChannelKind.PATTERN, channel);
            case "ssubscribe" -> confirm(ChannelKind.SHARD, channel);
            default -> {
                // Confirmations of UNSUBSCRIBE, and pushes of other kinds, need no answer.
            }
        }
    }

    private void confirm(ChannelKind kind, String channel) {
        lock.lock();
        try {
            confirmed.getOrDefault(kind, new HashSet<>()).add(channel);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void deliver(ChannelKind kind, String subscribed, String channel, Value payload) {
        if (!(payload instanceof Value.Bytes bytes)) {
            return;
        }
        Map<Subscription, byte[]> receivers = new LinkedHashMap<>();
        lock.lock();
        try {
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
        List<Subscription> all;
        Thread reading;
        lock.lock();
        try {
            closed = true;
            reading = thread;
            all = new ArrayList<>(subscriptions);
            subscriptions.clear();
            stop();
        } finally {
            lock.unlock();
        }
        all.forEach(Subscription::end);
        if (reading != null) {
            Threads.join(reading);
        }
    }
}
