package dev.millrace.tools.server.rooms;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.Millrace;
import dev.millrace.connection.MessageListener;
import dev.millrace.connection.Subscription;
import dev.millrace.publish.Publisher;
import dev.millrace.tools.server.http.Feed;
import dev.millrace.tools.server.http.Problem;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rooms' views for all that listen to them, after every change, whichever process made it: changes go by a channel of Redis, and
 * a process where somebody listens to that room reads it anew, once for all changes that come within {@value #BURST_NANOS} ns. A
 * second after the last one it looks again, for the message of a change may overtake the one by which memory forgets what it
 * had.
 *
 * <p>A room has a feed while it is listened to; up to {@value #FEEDS} have. Thread-safe; a room that changes has a thread until
 * it is quiet.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class RoomEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RoomEvents.class);
    private static final String NAME = "room";
    private static final int FEEDS = 1_000;
    private static final long BURST_NANOS = 30_000_000;
    private static final long QUIET_NANOS = 1_000_000_000;

    /** One room's. Its last text is of its one working thread, or of none. */
    private static final class Room {
        private final Feed feed = new Feed();
        private final AtomicBoolean working = new AtomicBoolean();
        private volatile boolean dirty;
        private volatile String last = "";
    }

    private final Millrace redis;
    private final Publisher publisher;
    private final Function<String, String> view;
    private final ConcurrentHashMap<String, Room> rooms = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean closing;

    @GuardedBy("lock")
    private @Nullable Subscription subscription;

    /** @param view a room as JSON */
    RoomEvents(Millrace redis, Function<String, String> view) {
        this.redis = redis;
        this.publisher = redis.publisher();
        this.view = view;
    }

    /** Tells all processes that a room has changed; does not wait. */
    void changed(String room) {
        var unused = publisher.add(RoomKeys.CHANNEL, room, 0).exceptionally(failed -> {
            LOG.debug("a room's change was not told: {}", failed.toString());
            return 0L;
        });
    }

    /**
     * Sees to it that somebody may listen to a room, before the answer begins: later no problem can be told.
     *
     * @throws Problem 503 if as many are listened to as may be
     * @throws dev.millrace.command.MillraceException if changes of other processes can't be heard
     */
    void prepare(String room) {
        subscribe();
        dropUnheard();
        if (rooms.size() >= FEEDS && !rooms.containsKey(room)) {
            throw Problem.unavailable("as many rooms are listened to as may be, " + FEEDS, Duration.ofSeconds(10));
        }
    }

    /** Answers with a room's events; {@code first} is what is shown at once. */
    void answer(Context context, String room, String first) {
        rooms.compute(room, (name, known) -> {
            Room its = known == null ? new Room() : known;
            its.feed.answer(context, NAME, first);
            return its;
        });
        refresh(room); // it may have changed since it was read
    }

    private void subscribe() {
        lock.lock();
        try {
            if (subscription == null && !closing) {
                subscription = redis.subscribe(new Changes(), RoomKeys.CHANNEL);
            }
        } finally {
            lock.unlock();
        }
    }

    /** What other processes tell, and this one. */
    private final class Changes implements MessageListener {
        @Override
        public void message(String channel, byte[] payload) {
            refresh(new String(payload, StandardCharsets.UTF_8));
        }

        @Override
        public void dropped(long messages) {
            refreshAll();
        }

        @Override
        public void restored() {
            refreshAll();
        }
    }

    private void dropUnheard() {
        List.copyOf(rooms.keySet())
                .forEach(room -> rooms.computeIfPresent(room, (name, its) -> its.feed.isHeard() ? its : null));
    }

    // ---- reading anew ----

    private void refreshAll() {
        rooms.keySet().forEach(this::refresh);
    }

    private void refresh(String room) {
        Room its = rooms.get(room);
        if (its == null) {
            return;
        }
        its.dirty = true;
        if (!closing && its.working.compareAndSet(false, true)) {
            Thread.ofVirtual().name("millrace-room").start(() -> work(room, its));
        }
    }

    private void work(String room, Room its) {
        do {
            do {
                LockSupport.parkNanos(BURST_NANOS);
                its.dirty = false;
                publish(room, its);
            } while (its.dirty && !closing);
            for (long end = System.nanoTime() + QUIET_NANOS, left = QUIET_NANOS;
                    left > 0 && !its.dirty && !closing;
                    left = end - System.nanoTime()) {
                LockSupport.parkNanos(Math.min(left, BURST_NANOS));
            }
            if (!its.dirty) {
                publish(room, its);
            }
        } while (its.dirty && !closing);
        its.working.set(false);
        if (its.dirty && !closing && its.working.compareAndSet(false, true)) {
            Thread.ofVirtual().name("millrace-room").start(() -> work(room, its)); // it came in between
        }
        rooms.computeIfPresent(room, (name, now) -> now.feed.isHeard() ? now : null);
    }

    private void publish(String room, Room its) {
        if (!its.feed.isHeard()) {
            return;
        }
        try {
            String now = view.apply(room);
            if (!now.equals(its.last)) {
                its.last = now;
                its.feed.publish(NAME, now);
            }
        } catch (RuntimeException e) {
            LOG.debug("a room could not be read for those who listen: {}", e.toString());
        }
    }

    /** Ends all feeds. */
    void quiesce() {
        closing = true;
        rooms.values().forEach(its -> its.feed.close());
    }

    @Override
    public void close() {
        quiesce();
        lock.lock();
        try {
            if (subscription != null) {
                subscription.close();
                subscription = null;
            }
        } finally {
            lock.unlock();
        }
        publisher.close();
    }
}
