package dev.millrace.publish;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a publisher: what leaves next, how much may wait, and what is over its time. Sends nothing and completes
 * nothing.
 *
 * <p>The most urgent line goes first, of equally urgent ones the one whose first message has waited longest; of it the first
 * message, and then the lines are compared anew. So a channel keeps its order whatever the priorities in it, and channels of
 * one priority share the trips in the order in which their messages came. One trip is under way at a time: two could overtake
 * each other.
 *
 * <p>A message is in exactly one place: it waits, is under way, or has ended. Whoever ends it, under the lock, completes it, and
 * releases it then: until then it takes room, and is waited for.
 *
 * <p>Thread-safe. Not final, so that a test can take a step out.
 */
@ThreadSafe
class Outbox {
    /** What became of a message that was offered. */
    enum Offer {
        TAKEN,
        FULL,
        CLOSED
    }

    /** Those whom the rules set in motion; told under the lock, so they must not block. */
    interface Movers {
        /** A thread is to take batches until there are none. */
        void send();

        /** A thread is to ask for what is {@link #overdue} until nothing is left of which it must. */
        void keepTime();
    }

    /** What is over its time, and now has ended. */
    record Overdue(List<Message> waiting, List<Message> underWay) {}

    private final PublisherOptions options;
    private final LongSupplier clock;
    private final Movers movers;
    private final ReentrantLock lock = new ReentrantLock();

    /** There may be room, an end of something, or an earlier deadline. */
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Map<String, ChannelLine> lines = new HashMap<>();

    @GuardedBy("lock")
    private final TreeSet<ChannelLine> order = new TreeSet<>(Outbox::byUrgency);

    /** Everything that has not ended and been released, in the order in which it came. */
    @GuardedBy("lock")
    private final LinkedHashSet<Message> unended = new LinkedHashSet<>();

    @GuardedBy("lock")
    private int waiting;

    @GuardedBy("lock")
    private int underWay;

    @GuardedBy("lock")
    private long bytes;

    @GuardedBy("lock")
    private long turns;

    @GuardedBy("lock")
    private boolean sending;

    @GuardedBy("lock")
    private boolean keepingTime;

    @GuardedBy("lock")
    private boolean closed;

    Outbox(PublisherOptions options, LongSupplier clock, Movers movers) {
        this.options = options;
        this.clock = clock;
        this.movers = movers;
    }

    private static int byUrgency(ChannelLine one, ChannelLine other) {
        return one.urgency() != other.urgency()
                ? Integer.compare(other.urgency(), one.urgency())
                : Long.compare(one.turn(), other.turn());
    }

    /**
     * Takes a message in, and waits for room until its deadline if a caller attends it.
     *
     * @throws InterruptedException if the thread is interrupted while it waits; the message was not taken
     */
    Offer offer(Message message) throws InterruptedException {
        lock.lock();
        try {
            while (!closed && !hasRoom(message)) {
                long left = message.deadline - clock.getAsLong();
                if (!message.attended || left <= 0) {
                    return Offer.FULL;
                }
                long unused = changed.awaitNanos(left);
            }
            if (closed) {
                return Offer.CLOSED;
            }
            message.turn = turns++;
            bytes += message.bytes();
            waiting++;
            unended.add(message);
            ChannelLine line = lines.computeIfAbsent(message.channel, channel -> new ChannelLine());
            moving(line, () -> line.add(message));
            if (!sending) {
                sending = true;
                movers.send();
            }
            if (!message.attended && !keepingTime) {
                keepingTime = true;
                movers.keepTime();
            }
            return Offer.TAKEN;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private boolean hasRoom(Message message) {
        return unended.size() < options.waitingMessages() && bytes + message.bytes() <= options.waitingBytes();
    }

    /** The order must not have a line while that changes. */
    @GuardedBy("lock")
    private void moving(ChannelLine line, Runnable change) {
        if (!line.isEmpty()) {
            order.remove(line);
        }
        change.run();
        if (!line.isEmpty()) {
            order.add(line);
        }
    }

    /** The next batch, which is under way from now on; empty if nothing waits, and then nobody sends any more. */
    List<Message> take() {
        lock.lock();
        try {
            List<Message> batch = new ArrayList<>();
            long size = 0;
            while (!order.isEmpty() && batch.size() < options.batchMessages()) {
                ChannelLine line = order.first();
                Message next = line.first();
                size += next.bytes();
                if (!batch.isEmpty() && size > options.batchBytes()) {
                    break;
                }
                remove(next, line);
                next.place = Message.Place.UNDER_WAY;
                waiting--;
                underWay++;
                batch.add(next);
            }
            sending = !batch.isEmpty();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void remove(Message message, ChannelLine line) {
        moving(line, () -> line.remove(message));
        if (line.isEmpty()) {
            lines.remove(message.channel);
        }
    }

    /** Ends those of a batch that have not ended meanwhile, and answers them; {@link #release} them when they are completed. */
    List<Message> end(List<Message> batch) {
        lock.lock();
        try {
            List<Message> ended = new ArrayList<>(batch.size());
            for (Message message : batch) {
                if (end(message) != Message.Place.ENDED) {
                    ended.add(message);
                }
            }
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** Ends and releases a message that its caller does not wait for any more; answers where it was. */
    Message.Place abandon(Message message) {
        lock.lock();
        try {
            Message.Place was = end(message);
            if (was != Message.Place.ENDED) {
                release(message);
            }
            return was;
        } finally {
            lock.unlock();
        }
    }

    /** Messages that have ended are completed: what they took is free, and who waits for their end may know. */
    void release(List<Message> ended) {
        lock.lock();
        try {
            ended.forEach(this::release);
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void release(Message message) {
        unended.remove(message);
        bytes -= message.bytes();
        changed.signalAll();
    }

    /** Ends a message, wherever it is; answers where it was. */
    @GuardedBy("lock")
    private Message.Place end(Message message) {
        Message.Place was = message.place;
        if (was == Message.Place.ENDED) {
            return was;
        }
        if (was == Message.Place.UNDER_WAY) {
            underWay--;
        } else {
            ChannelLine line = lines.get(message.channel);
            if (line == null) {
                throw new IllegalStateException("what waits is in a line");
            }
            remove(message, line);
            waiting--;
        }
        message.place = Message.Place.ENDED;
        return was;
    }

    /**
     * Ends what nobody attends and is over its time, after waiting for some to be; to be {@link #release}d when completed.
     *
     * @return null if nothing is left whose time must be kept; nobody keeps it any more
     */
    @Nullable
    Overdue overdue() {
        lock.lock();
        try {
            Overdue overdue = new Overdue(new ArrayList<>(), new ArrayList<>());
            while (true) {
                long next = endOverdue(overdue);
                if (!overdue.waiting().isEmpty() || !overdue.underWay().isEmpty()) {
                    return overdue;
                }
                if (next == 0) {
                    keepingTime = false;
                    return null;
                }
                changed.awaitNanos(next);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts who keeps the time", e);
        } finally {
            lock.unlock();
        }
    }

    /** Answers how long the first of the others has, 0 if there is none. Unattended ones came in the order of deadlines. */
    @GuardedBy("lock")
    private long endOverdue(Overdue into) {
        long now = clock.getAsLong();
        List<Message> over = new ArrayList<>();
        long left = 0;
        for (Message message : unended) {
            if (!message.attended && message.place != Message.Place.ENDED) {
                left = message.deadline - now;
                if (left > 0) {
                    break;
                }
                over.add(message);
                left = 0;
            }
        }
        for (Message message : over) {
            (end(message) == Message.Place.WAITING ? into.waiting() : into.underWay()).add(message);
        }
        return left;
    }

    /** Takes nothing in any more; what waits is still sent. */
    void refuse() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends all that waits; to be {@link #release}d when completed. */
    List<Message> clear() {
        lock.lock();
        try {
            List<Message> cleared = unended.stream()
                    .filter(message -> message.place == Message.Place.WAITING)
                    .toList();
            cleared.forEach(this::end);
            return cleared;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until everything is released that has come by now; false if the time is over first. */
    boolean awaitEnds(long deadline) throws InterruptedException {
        lock.lock();
        try {
            long until = turns;
            while (!unended.isEmpty() && unended.iterator().next().turn < until) {
                long left = deadline - clock.getAsLong();
                if (left <= 0) {
                    return false;
                }
                long unused = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    int waiting() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    int underWay() {
        lock.lock();
        try {
            return underWay;
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }
}
