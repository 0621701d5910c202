package dev.millrace.connection;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listener's interest in some channels, until it is closed. Messages wait in a queue of {@value #QUEUE} and
 * {@value #QUEUE_BYTES} bytes for the listener; when it is full the oldest are dropped, and the listener is told how
 * many were. Restored by itself after a reconnect, and at another server when that serves its channels.
 */
@ThreadSafe
public final class Subscription implements AutoCloseable {
    /** How many messages wait for a slow listener. */
    public static final int QUEUE = 10_000;

    /** How many bytes of messages wait for a slow listener: 64 MiB. A single larger message waits all the same. */
    public static final long QUEUE_BYTES = 64 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);

    /** Something to tell the listener: a message, or what became of the connection. */
    private record Event(boolean isMessage, int bytes, Runnable telling) {}

    private final ChannelKind kind;
    private final Set<String> channels;
    private final MessageListener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private final @Nullable Consumer<Subscription> owner;

    /** Where it is, or was last. */
    private volatile Subscriber subscriber;

    private volatile boolean established;

    private volatile boolean ended;

    /** Whether the listener was told that it hears nothing for now. */
    @GuardedBy("lock")
    private boolean interrupted;

    @GuardedBy("lock")
    private final ArrayDeque<Event> events = new ArrayDeque<>();

    @GuardedBy("lock")
    private int messages;

    @GuardedBy("lock")
    private long bytes;

    @GuardedBy("lock")
    private long dropped;

    /** @param owner who moves it to other subscribers, and is told when it is closed; null if it stays here */
    Subscription(
            Subscriber subscriber,
            ChannelKind kind,
            List<String> channels,
            MessageListener listener,
            @Nullable Consumer<Subscription> owner) {
        this.subscriber = subscriber;
        this.owner = owner;
        this.kind = kind;
        this.channels = Set.copyOf(channels);
        this.listener = listener;
        this.thread = Thread.ofVirtual().name("millrace-subscription").unstarted(this::run);
    }

    void start() {
        established = true;
        thread.start();
    }

    /** Whether the server had confirmed it once: from then on its listener hears what becomes of it. */
    boolean isEstablished() {
        return established;
    }

    /** Whether it goes on when its subscriber ends. */
    boolean isMovable() {
        return owner != null;
    }

    /** It is at this subscriber from now on. */
    void movedTo(Subscriber other) {
        subscriber = other;
    }

    boolean isEnded() {
        return ended;
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
        add(new Event(true, payload.length, () -> listener.message(channel, payload)));
    }

    /** Tells the listener, once until {@link #restored()}. */
    void interrupted() {
        lock.lock();
        try {
            if (!interrupted) {
                interrupted = true;
                add(new Event(false, 0, listener::interrupted));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Tells the listener, if it was told of an interruption. */
    void restored() {
        lock.lock();
        try {
            if (interrupted) {
                interrupted = false;
                add(new Event(false, 0, listener::restored));
            }
        } finally {
            lock.unlock();
        }
    }

    private void add(Event event) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            if (event.isMessage()) {
                while (messages >= QUEUE || (messages > 0 && bytes + event.bytes() > QUEUE_BYTES)) {
                    dropOldestMessage();
                }
                messages++;
                bytes += event.bytes();
            } else if (events.size() >= 2 * QUEUE) {
                return; // a listener that is stuck while the connection comes and goes for hours
            }
            events.add(event);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void dropOldestMessage() {
        for (Iterator<Event> each = events.iterator(); each.hasNext(); ) {
            Event event = each.next();
            if (event.isMessage()) {
                each.remove();
                taken(event);
                dropped++;
                return;
            }
        }
    }

    @GuardedBy("lock")
    private void taken(Event event) {
        if (event.isMessage()) {
            messages--;
            bytes -= event.bytes();
        }
    }

    private void run() {
        while (true) {
            Event event;
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
                taken(event);
                lost = dropped;
                dropped = 0;
            } finally {
                lock.unlock();
            }
            if (lost > 0) {
                tell(() -> listener.dropped(lost));
            }
            tell(event.telling());
        }
    }

    private static void tell(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("a subscription's listener failed: {}", e.toString());
        }
    }

    /** The thread that the listener runs on. */
    Thread thread() {
        return thread;
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

    /** Leaves the subscriber it is at; it has begun to end, so nobody takes it to another. */
    void leave() {
        subscriber.remove(this);
    }

    /** Ends the subscription; a message that the listener is busy with is waited for, up to five seconds. */
    @Override
    public void close() {
        startEnding();
        if (owner != null) {
            owner.accept(this);
        }
        leave();
        Threads.joinAll(List.of(thread));
    }
}
