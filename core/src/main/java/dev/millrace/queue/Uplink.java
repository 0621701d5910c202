package dev.millrace.queue;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.ServerError;
import dev.millrace.command.UnexpectedReply;
import dev.millrace.command.Value;
import dev.millrace.topology.Dispatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The two paths on which jobs go to the server, and the way from one to the other: see {@link PipelineFallback}.
 *
 * <p>Each job of a {@link #send} ends with an outcome of its own. What can be sent again is sent again with the id it has,
 * so that it is one job; a failure that both paths share ends all that is left. A job of which any try may have arrived
 * never ends as one that was not sent.
 *
 * <p>Thread-safe; each call is confined to its caller's thread.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Uplink<T> {
    /** Single jobs that may fail in a row before those behind them are not tried any more. */
    private static final int HOPE = 3;

    private final Dispatch dispatch;
    private final long tripNanos;
    private final QueueCalls<T> calls;
    private final Observing<T> observing;
    private final Runnable arrived;
    private final MethodCounters pipelined = new MethodCounters();
    private final MethodCounters standard = new MethodCounters();
    private final PipelineBreaker breaker;
    private final Pace pace = new Pace();
    final WaitingCount waiting;

    /**
     * @param trip how long one trip may take
     * @param clock in ns, for the circuit and for the age of what is known
     * @param arrived called when jobs have come into the queue; must not block
     */
    Uplink(
            Dispatch dispatch,
            Duration trip,
            QueueCalls<T> calls,
            Observing<T> observing,
            PipelineFallback fallback,
            LongSupplier clock,
            Runnable arrived) {
        this.dispatch = dispatch;
        this.tripNanos = trip.toNanos();
        this.calls = calls;
        this.observing = observing;
        this.arrived = arrived;
        this.breaker = new PipelineBreaker(fallback, clock);
        this.waiting = new WaitingCount(clock);
    }

    MethodStatistics statistics() {
        return new MethodStatistics(pipelined.trips(), standard.trips(), breaker.state(), breaker.timesOpened());
    }

    // ---- one trip ----

    /** What became of a chunk: outcomes of its jobs, or a failure. */
    record Answered(List<EnqueueOutcome> outcomes, @Nullable MillraceException failure) {}

    /**
     * Sends chunks in one trip; never throws what a call can fail with.
     *
     * @param paced whether they are small ones, of more than fits into one
     */
    List<Answered> trip(List<List<Parcel<T>>> chunks, QueueMethod method, long withinNanos, boolean paced) {
        long began = System.nanoTime();
        List<Object> replies = replies(
                chunks.stream()
                        .map(chunk -> calls.enqueue(
                                chunk.stream().map(Parcel::outgoing).toList()))
                        .toList(),
                Math.min(tripNanos, withinNanos));
        List<Answered> answers = new ArrayList<>(chunks.size());
        int jobs = 0;
        boolean any = false;
        MillraceException failure = null;
        for (Object reply : replies) {
            Answered answer = answered(reply);
            answers.add(answer);
            jobs += answer.outcomes.size();
            any |= answer.outcomes.stream().anyMatch(outcome -> outcome != EnqueueOutcome.DUPLICATE);
            failure = failure == null ? answer.failure : failure;
        }
        long took = System.nanoTime() - began;
        (method == QueueMethod.PIPELINED ? pipelined : standard).ended(jobs, failure != null, took);
        if (paced && failure == null) {
            pace.took(chunks.size(), took);
        }
        if (observing.isOn()) {
            observe(chunks, answers, method, took, failure);
        }
        if (any) {
            arrived.run();
        }
        return answers;
    }

    private List<Object> replies(List<Command<Value>> commands, long nanos) {
        List<Object> replies = new ArrayList<>(commands.size());
        try {
            if (commands.size() == 1) {
                replies.add(Objects.requireNonNull(dispatch.run(commands.getFirst(), nanos)));
                return replies;
            }
            Batch batch = new Batch(dispatch::run, Duration.ofNanos(nanos));
            List<Reply<Value>> promised = commands.stream().map(batch::add).toList();
            batch.run();
            for (Reply<Value> reply : promised) {
                MillraceException error = reply.error();
                replies.add(error != null ? error : Objects.requireNonNull(reply.get()));
            }
        } catch (MillraceException e) {
            while (replies.size() < commands.size()) {
                replies.add(e);
            }
        }
        return replies;
    }

    private Answered answered(Object reply) {
        if (reply instanceof MillraceException failure) {
            return new Answered(List.of(), failure);
        }
        try {
            List<EnqueueOutcome> outcomes = new ArrayList<>();
            QueueCalls.outcomes((Value) reply, outcomes);
            waiting.answered(QueueCalls.waiting((Value) reply));
            return new Answered(outcomes, null);
        } catch (UnexpectedReply e) {
            return new Answered(List.of(), e);
        }
    }

    private void observe(
            List<List<Parcel<T>>> chunks,
            List<Answered> answers,
            QueueMethod method,
            long took,
            @Nullable MillraceException failure) {
        List<Parcel<T>> answered = new ArrayList<>();
        List<Parcel<T>> failed = new ArrayList<>();
        for (int i = 0; i < chunks.size(); i++) {
            (answers.get(i).failure == null ? answered : failed).addAll(chunks.get(i));
        }
        for (List<Parcel<T>> part : List.of(answered, failed)) {
            if (!part.isEmpty()) {
                observing.ended(
                        QueueOperation.Kind.ENQUEUE,
                        method,
                        part.size(),
                        observing.points(part, parcel -> parcel.spec().payload()),
                        took,
                        part == answered ? null : failure);
            }
        }
    }

    // ---- many trips ----

    /**
     * Sends jobs by a method, or by the single path where the pipelined one fails too often.
     *
     * @param deadline on the clock of {@link System#nanoTime()}
     * @return an item for each, in order
     */
    List<Upload.Item> send(List<Parcel<T>> parcels, QueueMethod method, long deadline) {
        Sending<T> sending = new Sending<>(parcels);
        if (method == QueueMethod.PIPELINED) {
            pipelined(sending, deadline, !QueueCalls.fitsOne(parcels, Parcel::outgoing));
        }
        standard(sending, deadline);
        return sending.items();
    }

    private void pipelined(Sending<T> sending, long deadline, boolean paced) {
        while (!sending.isOver()) {
            if (late(sending, deadline)) {
                return;
            }
            PipelineBreaker.Permit permit = breaker.permit();
            if (!permit.granted()) {
                return;
            }
            PipelineBreaker.Ended ended = PipelineBreaker.Ended.NEITHER;
            try {
                int calls = chunksInATrip(paced);
                List<List<Parcel<T>>> chunks = QueueCalls.chunks(
                        sending.left(paced ? calls * Pace.JOBS : QueueCalls.MOST), Parcel::outgoing, paced);
                List<List<Parcel<T>>> some = chunks.subList(0, Math.min(chunks.size(), calls));
                MillraceException failure =
                        sending.ended(some, trip(some, QueueMethod.PIPELINED, deadline - System.nanoTime(), paced));
                if (failure == null) {
                    ended = PipelineBreaker.Ended.ANSWERED;
                } else if (failsBothPaths(failure)) {
                    sending.stop(failure);
                } else {
                    ended = PipelineBreaker.Ended.FAILED;
                }
            } finally {
                breaker.ended(permit, ended);
            }
        }
    }

    /** How many chunks go in one trip: of small ones as many as the pace allows, otherwise all that there are. */
    int chunksInATrip(boolean paced) {
        return paced ? pace.calls() : QueueCalls.MOST;
    }

    private void standard(Sending<T> sending, long deadline) {
        int row = 0;
        while (!sending.isOver() && !late(sending, deadline)) {
            List<List<Parcel<T>>> one = List.of(List.of(sending.left(1).getFirst()));
            MillraceException failure =
                    sending.ended(one, trip(one, QueueMethod.STANDARD, deadline - System.nanoTime(), false));
            if (failure == null) {
                row = 0;
            } else if (failsBothPaths(failure) || ++row == HOPE) {
                sending.stop(failure);
            } else {
                sending.giveUp();
            }
        }
    }

    private static <T> boolean late(Sending<T> sending, long deadline) {
        if (deadline - System.nanoTime() <= 0) {
            sending.stop(new NotSent("the time for the upload has passed"));
        } else if (Thread.currentThread().isInterrupted()) {
            sending.stop(new NotSent("the thread that uploads was interrupted"));
        }
        return sending.isOver();
    }

    /** Whether the script refused a call before it changed anything, and may have done so for one job of several. */
    static boolean mayBeForOneJob(MillraceException failure) {
        return failure instanceof ServerError.Other e && e.code().equals("ERR");
    }

    /** Whether it is of no use to try the other path: the server as a whole can't be reached or takes nothing. */
    private static boolean failsBothPaths(MillraceException failure) {
        return switch (failure) {
            case OutcomeUnknown e -> false;
            case UnexpectedReply e -> false;
            case ServerError.Other e -> e.code().equals("MISCONF");
            default -> true;
        };
    }
}
