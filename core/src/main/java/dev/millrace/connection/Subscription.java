package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener's interest in some channels, until it is closed. Messages wait in a queue of {@value #QUEUE} for the
 * listener; when it is full the oldest is dropped, and the listener is told how many were. Restored by itself after a
 * reconnect.
 */
@ThreadSafe
public final class Subscription implements AutoCloseable {
    /** How many messages wait for a slow listener. */
    public static final int QUEUE = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);

    private final Subscriber subscriber;
    private final ChannelKind kind;
    private final Set<String> channels;
    private final MessageListener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;

    @GuardedBy("lock")
    private final ArrayDeque<Runnable> events = new ArrayDeque<>();

    @GuardedBy("lock")
    private long dropped;

    @GuardedBy("lock")
    private boolean ended;

    Subscription(Subscriber subscriber, ChannelKind kind, List<String> channels, MessageListener listener) {
        this.subscriber = subscriber;
        this.kind = kind;
        this.channels = Set.copyOf(channels);
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("millrace-subscription").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** What kind of channels these are. */
    public ChannelKind kind() {
        return kind;
    }

    /** The channels or patterns. */
    public Set<String> channels() {
        return channels;
    }

    void deliver(String channel, byte[] payload) {
        add(() -> listener.message(channel, payload));
    }

    void interrupted() {
        add(listener::interrupted);
    }

    void restored() {
        add(listener::restored);
    }

    private void add(Runnable event) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            if (events.size() == QUEUE) {
                events.poll();
                dropped++;
            }
            events.add(event);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (true) {
            Runnable event;
            long lost;
            lock.lock();
            try {
                while (events.isEmpty()) {
                    if (ended) {
                        return;
                    }
                    changed.awaitUninterruptibly();
                }
                event = events.remove();
                lost = dropped;
                dropped = 0;
            } finally {
                lock.unlock();
            }
            if (lost > 0) {
                tell(() -> listener.dropped(lost));
            }
            tell(event);
        }
    }

    private static void tell(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("a subscription's listener failed: {}", e.toString());
        }
    }

    /** The thread that the listener runs on. */
    Thread thread() {
        return thread;
    }

    /** Ends the subscription, and waits for its listener up to five seconds. */
    private void end() {
        startEnding();
        Threads.joinAll(List.of(thread));
    }

    /** Tells the listener's thread to end. */
    void startEnding() {
        lock.lock();
        try {
            ended = true;
            events.clear();
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the subscription; a message that the listener is busy with is waited for, up to five seconds. */
    @Override
    public void close() {
        subscriber.remove(this);
        end();
    }
}
