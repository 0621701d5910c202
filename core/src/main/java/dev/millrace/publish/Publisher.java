package dev.millrace.publish;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.batch.UnitRunner;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.PubSub;
import dev.millrace.command.Rejected;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Publishes messages to channels, many in one round trip. A message leaves at once while there is little to do; what comes
 * during a trip leaves together in the next.
 *
 * <pre>{@code
 * try (Publisher publisher = redis.publisher()) {
 *     long heard = publisher.publish("room:7", "{\"skip\":true}");    // waits for the server's answer
 *     publisher.add("presence", "ada is here", 0);                     // does not
 * }
 * }</pre>
 *
 * <ul>
 *   <li><b>Order.</b> A channel's messages leave in the order in which they were handed over, whatever their priorities; those
 *       of one thread, or of several that agree on an order. Of several channels, the one goes first that has the most urgent
 *       message waiting: what stands before it in its channel goes with it.
 *   <li><b>Bounds.</b> So many messages and bytes wait ({@link PublisherOptions}). When there is no room, {@link #publish}
 *       waits for some, and {@link #add} is {@link Rejected}.
 *   <li><b>Once.</b> No message is sent twice. Redis does not keep messages: who is not subscribed when it comes does not get
 *       it.
 *   <li><b>In time.</b> Every message has ended after {@link PublisherOptions#within}: with how many clients got it, with
 *       {@link NotSent}, which can be published again, or with {@link OutcomeUnknown}. While Redis is away, urgent messages
 *       may keep others waiting until then.
 * </ul>
 *
 * <p>Thread-safe. Make one and share it. It has threads only while there is something to do.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class Publisher implements AutoCloseable {
    /** The highest priority. */
    public static final int MOST_URGENT = 511;

    private final PublisherOptions options;
    private final UnitRunner runner;
    private final Outbox outbox;
    private final LongAdder published = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder rejected = new LongAdder();
    private final LongAdder trips = new LongAdder();

    /** A publisher over a client's dispatch; {@code Millrace.publisher} makes them. Nothing is sent yet. */
    public Publisher(PublisherOptions options, UnitRunner runner) {
        this.options = options;
        this.runner = runner;
        this.outbox = new Outbox(options, System::nanoTime, new Outbox.Movers() {
            @Override
            public void send() {
                start("millrace-publisher", Publisher.this::sendAll);
            }

            @Override
            public void keepTime() {
                start("millrace-publisher-time", Publisher.this::endOverdue);
            }
        });
    }

    private static void start(String name, Runnable work) {
        Thread unused = Thread.ofVirtual().name(name).start(work);
    }

    /** The options it was made with. */
    public PublisherOptions options() {
        return options;
    }

    /** As {@link #publish(String, byte[], int)}, in UTF-8 and with priority 0. */
    public long publish(String channel, String message) {
        return publish(channel, message.getBytes(StandardCharsets.UTF_8), 0);
    }

    /**
     * Publishes a message, and waits for the server's answer.
     *
     * @param message is not copied, and must not be changed
     * @param priority 0 to 511, the highest first
     * @return how many clients got it; on a cluster only those that the answering node knows
     * @throws IllegalArgumentException if the priority is out of its range, or the message larger than all that may wait
     * @throws Rejected if there was no room in time, or the publisher is closed
     * @throws NotSent if it was not sent in time, or the calling thread was interrupted before it was
     * @throws OutcomeUnknown if it may have been sent
     * @throws MillraceException if the server refuses it
     */
    public long publish(String channel, byte[] message, int priority) {
        Message mine = message(channel, message, priority, true);
        try {
            accept(mine);
            return mine.receivers.get(Math.max(1, mine.deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return abandoned(mine, "the calling thread was interrupted");
        } catch (TimeoutException e) {
            return abandoned(mine, "its time of " + options.within() + " was over");
        } catch (ExecutionException e) {
            throw raised(e);
        }
    }

    /** As {@link #add(String, byte[], int)}, in UTF-8. */
    public CompletableFuture<Long> add(String channel, String message, int priority) {
        return add(channel, message.getBytes(StandardCharsets.UTF_8), priority);
    }

    /**
     * Hands over a message; never waits.
     *
     * @param message is not copied, and must not be changed
     * @param priority 0 to 511, the highest first
     * @return ends as {@link #publish} would, at once if there is no room. What is made dependent on it must not block: it may
     *     run where messages are sent. To cancel it changes nothing
     * @throws IllegalArgumentException as {@link #publish(String, byte[], int)}
     */
    public CompletableFuture<Long> add(String channel, byte[] message, int priority) {
        Message mine = message(channel, message, priority, false);
        try {
            accept(mine);
        } catch (MillraceException refused) {
            return CompletableFuture.failedFuture(refused);
        } catch (InterruptedException e) {
            throw new IllegalStateException("what nobody attends does not wait for room", e);
        }
        return mine.receivers.copy();
    }

    private Message message(String channel, byte[] content, int priority, boolean attended) {
        if (priority < 0 || priority > MOST_URGENT) {
            throw new IllegalArgumentException(
                    "a priority is from 0 to " + MOST_URGENT + ", the highest first, not " + priority);
        }
        Message message = new Message(
                Objects.requireNonNull(channel, "a channel has a name"),
                Objects.requireNonNull(content, "a message may be empty, but not null"),
                priority,
                System.nanoTime() + options.within().toNanos(),
                attended);
        if (message.bytes() > options.waitingBytes()) {
            throw new IllegalArgumentException("a message of " + message.bytes()
                    + " bytes, its channel's name included, can't be published: there is room for "
                    + options.waitingBytes() + " (PublisherOptions.waitingBytes)");
        }
        return message;
    }

    private void accept(Message message) throws InterruptedException {
        switch (outbox.offer(message)) {
            case TAKEN -> {}
            case FULL -> {
                rejected.increment();
                throw new Rejected("a message was not taken: " + outbox.waiting() + " messages wait, of "
                        + outbox.bytes() + " bytes; slow down, or allow more (PublisherOptions)");
            }
            case CLOSED -> {
                rejected.increment();
                throw new Rejected("a message was not taken: the publisher is closed");
            }
        }
    }

    private long abandoned(Message mine, String why) {
        return switch (outbox.abandon(mine)) {
            case WAITING -> {
                failed.increment();
                throw new NotSent("a message was not sent: " + why);
            }
            case UNDER_WAY -> {
                failed.increment();
                throw new OutcomeUnknown("a message may have been sent: " + why);
            }
            case ENDED -> ended(mine);
        };
    }

    /** Whoever has ended it is about to complete it. */
    private static long ended(Message mine) {
        try {
            return mine.receivers.get();
        } catch (ExecutionException e) {
            throw raised(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutcomeUnknown("a message may have been sent: the calling thread was interrupted", e);
        }
    }

    private static RuntimeException raised(ExecutionException e) {
        return e.getCause() instanceof MillraceException failure ? failure.raised() : new IllegalStateException(e);
    }

    // ---- sending ----

    private void sendAll() {
        for (List<Message> batch = outbox.take(); !batch.isEmpty(); batch = outbox.take()) {
            send(batch);
        }
    }

    private void send(List<Message> batch) {
        List<Reply<Long>> replies = new ArrayList<>(batch.size());
        Throwable fault = null;
        try {
            long latest = batch.stream()
                    .mapToLong(message -> message.deadline - System.nanoTime())
                    .max()
                    .orElse(0);
            Batch trip = new Batch(runner, options.within());
            for (Message message : batch) {
                replies.add(trip.add(
                        options.sharded()
                                ? PubSub.spublish(message.channel, message.content)
                                : PubSub.publish(message.channel, message.content)));
            }
            trips.increment();
            trip.run(Duration.ofNanos(Math.max(1, latest)));
        } catch (RuntimeException | Error e) {
            fault = e;
        }
        List<Message> ended = outbox.end(batch);
        int next = 0;
        for (int i = 0; i < batch.size() && next < ended.size(); i++) {
            if (batch.get(i) == ended.get(next)) {
                complete(batch.get(i), fault == null ? replies.get(i) : null, fault);
                next++;
            }
        }
        outbox.release(ended);
    }

    private void complete(Message message, @Nullable Reply<Long> reply, @Nullable Throwable fault) {
        MillraceException error = reply == null
                ? new OutcomeUnknown("a message may have been sent: its trip ended early", fault)
                : reply.error();
        if (error != null) {
            failed.increment();
            message.receivers.completeExceptionally(error);
            return;
        }
        Long clients = Objects.requireNonNull(reply).get();
        published.increment();
        received.add(clients == null ? 0 : clients);
        message.receivers.complete(clients == null ? 0 : clients);
    }

    private void endOverdue() {
        String over = "its time of " + options.within() + " was over";
        for (Outbox.Overdue overdue = outbox.overdue(); overdue != null; overdue = outbox.overdue()) {
            overdue.waiting().forEach(message -> fail(message, new NotSent("a message was not sent: " + over)));
            overdue.underWay()
                    .forEach(message -> fail(message, new OutcomeUnknown("a message may have been sent: " + over)));
            outbox.release(overdue.waiting());
            outbox.release(overdue.underWay());
        }
    }

    private void fail(Message message, MillraceException failure) {
        failed.increment();
        message.receivers.completeExceptionally(failure);
    }

    // ---- the rest ----

    /**
     * Waits until every message has ended that was handed over before, by whomever.
     *
     * @return false if some have not within the time of a message; or if the calling thread was interrupted
     */
    public boolean flush() {
        try {
            return outbox.awaitEnds(System.nanoTime() + options.within().toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What it has counted. */
    public PublisherStatistics statistics() {
        return new PublisherStatistics(
                published.sum(),
                received.sum(),
                failed.sum(),
                rejected.sum(),
                trips.sum(),
                outbox.waiting(),
                outbox.underWay(),
                outbox.bytes());
    }

    /**
     * Takes no more messages, sends what waits, for no longer than a message may take, and ends the rest as {@link NotSent}.
     * Twice does nothing.
     */
    @Override
    public void close() {
        outbox.refuse();
        boolean unused = flush();
        List<Message> left = outbox.clear();
        left.forEach(message -> fail(message, new NotSent("a message was not sent: the publisher was closed")));
        outbox.release(left);
    }
}
