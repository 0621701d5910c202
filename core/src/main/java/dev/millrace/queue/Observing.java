package dev.millrace.queue;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.command.ServerError;
import dev.millrace.command.UnexpectedReply;
import dev.millrace.metrics.ClientListener.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a queue and its observer: what the observer throws or how long it takes is no concern of the threads
 * that do the work. They put an operation into a bounded line; a virtual thread tells the observer, and ends when the line
 * is empty.
 *
 * <p>Who puts something in looks whether there is a teller after it is in; the teller says that it ends and looks at the
 * line once more. Both are volatile, so one sees the other and nothing stays untold.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Observing<T> {
    /** Operations that wait for the observer. */
    static final int MOST = 10_000;

    private final String queue;
    private final QueueObserver observer;
    private final @Nullable ToLongFunction<? super T> points;
    private final Queue<QueueOperation> untold = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean telling = new AtomicBoolean();
    private final LongAdder told = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder pointsFailed = new LongAdder();

    /** @param points null for one for each job */
    Observing(String queue, QueueObserver observer, @Nullable ToLongFunction<? super T> points) {
        this.queue = queue;
        this.observer = observer;
        this.points = points;
    }

    boolean isOn() {
        return observer != QueueObserver.NONE;
    }

    /** The points of jobs, by their payloads; payloads are only asked for if someone counts them. */
    <J> long points(Collection<J> jobs, Function<? super J, ? extends T> payload) {
        ToLongFunction<? super T> count = points;
        if (count == null) {
            return jobs.size();
        }
        long sum = 0;
        for (J job : jobs) {
            try {
                sum += count.applyAsLong(payload.apply(job));
            } catch (RuntimeException | Error e) {
                pointsFailed.increment();
                sum++;
            }
        }
        return sum;
    }

    /** @param took in ns; @param failure null if it was answered */
    void ended(
            QueueOperation.Kind kind,
            QueueMethod method,
            int operations,
            long itsPoints,
            long took,
            @Nullable MillraceException failure) {
        if (!isOn()) {
            return;
        }
        if (waiting.incrementAndGet() > MOST) {
            waiting.decrementAndGet();
            dropped.increment();
            return;
        }
        untold.add(new QueueOperation(
                queue,
                Instant.now().minusNanos(took),
                kind,
                method,
                operations,
                itsPoints,
                Duration.ofNanos(took),
                outcome(failure)));
        if (telling.compareAndSet(false, true)) {
            Thread.ofVirtual().name("millrace-queue-observer").start(this::tell);
        }
    }

    private void tell() {
        do {
            for (QueueOperation next = untold.poll(); next != null; next = untold.poll()) {
                try {
                    observer.ended(next);
                    told.increment();
                } catch (RuntimeException | Error e) {
                    failed.increment();
                } finally {
                    waiting.decrementAndGet();
                }
            }
            telling.set(false);
        } while (!untold.isEmpty() && telling.compareAndSet(false, true));
    }

    ObserverStatistics statistics() {
        return new ObserverStatistics(told.sum(), failed.sum(), dropped.sum(), waiting.get(), pointsFailed.sum());
    }

    private static Outcome outcome(@Nullable MillraceException failure) {
        return switch (failure) {
            case null -> Outcome.VALUE;
            case ServerError e -> Outcome.SERVER_ERROR;
            case NotSent e -> Outcome.NOT_SENT;
            case OutcomeUnknown e -> Outcome.OUTCOME_UNKNOWN;
            case Rejected e -> Outcome.REJECTED;
            case UnexpectedReply e -> Outcome.UNEXPECTED_REPLY;
            case Misuse e -> Outcome.MISUSE;
        };
    }
}
