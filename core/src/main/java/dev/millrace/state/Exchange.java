package dev.millrace.state;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.batch.SharedTrips;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.Scripting;
import dev.millrace.command.Server;
import dev.millrace.command.ServerError;
import dev.millrace.command.UnexpectedReply;
import dev.millrace.command.Value;
import dev.millrace.connection.Dedicated;
import dev.millrace.connection.Node;
import dev.millrace.connection.Unit;
import dev.millrace.topology.Dispatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the script that reads and changes records. What callers send one by one shares trips, for a call costs the server
 * more than a record in it; what is sent behind goes in calls of up to 50 records, several in a trip.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Exchange implements SharedTrips.Load<RecordCall> {
    /** Records in a call: the server works on them for less than half a millisecond. */
    private static final int RECORDS = 50;

    /** Of records whose callers wait: 100 callers on loopback are served fastest by two full trips and the rest in line. */
    private static final SharedTrips.Width WIDTH = new SharedTrips.Width(2, 8, 32);

    private static final int BYTES = 64 << 10;

    /** Calls in a trip. */
    private static final int CALLS = 16;

    private final Dispatch dispatch;
    private final Duration timeout;
    private final StateKeys keys;
    private final Schema schema;
    private final int keptChanges;
    private final int replicas;
    private final Duration replicasWithin;
    private final Supplier<String> home;
    private final Consumer<String> malformed;
    private final SharedTrips<RecordCall, RecordAnswer> shared;

    Exchange(
            Dispatch dispatch,
            Duration timeout,
            StateKeys keys,
            Schema schema,
            StateOptions<?> options,
            Supplier<String> home,
            Consumer<String> malformed) {
        this.dispatch = dispatch;
        this.timeout = timeout;
        this.keys = keys;
        this.schema = schema;
        this.keptChanges = options.keptChanges();
        this.replicas = options.replicas();
        this.replicasWithin = options.replicasWithin();
        this.home = home;
        this.malformed = malformed;
        this.shared = new SharedTrips<>(this, this::sharedTrip, WIDTH);
    }

    // ---- one by one ----

    /**
     * Sends one record's part, in one trip with other callers', and waits for its answer.
     *
     * @throws MillraceException if there is none
     */
    RecordAnswer send(RecordCall call, long withinNanos) {
        if (withinNanos <= 0) {
            throw new NotSent("a record was not sent: its deadline is over").raised();
        }
        return shared.send(call, withinNanos);
    }

    @Override
    public long bytes(RecordCall call) {
        return call.bytes();
    }

    @Override
    public boolean together(RecordCall leader, RecordCall next) {
        return replicas == 0 || leader.isRead() == next.isRead();
    }

    @Override
    public boolean mayBeForOne(MillraceException failure) {
        return failure instanceof ServerError.Other || failure instanceof ServerError.WrongType;
    }

    private SharedTrips.Answered<RecordAnswer> sharedTrip(List<RecordCall> calls) {
        try {
            return new SharedTrips.Answered<>(
                    replicas > 0 && !calls.getFirst().isRead()
                            ? replicated(calls)
                            : answers(
                                    Objects.requireNonNull(dispatch.run(command(calls), timeout.toNanos())),
                                    calls.size(),
                                    true),
                    null);
        } catch (MillraceException e) {
            return new SharedTrips.Answered<>(List.of(), e);
        }
    }

    /** On a connection of its own, for WAIT is of the writes that were made on the same. */
    private List<RecordAnswer> replicated(List<RecordCall> calls) {
        long deadline = System.nanoTime() + timeout.toNanos();
        Command<Value> eval = Scripting.eval(StateScripts.EXCHANGE.source(), keysOf(calls), argumentsOf(calls));
        Node node = Objects.requireNonNull(dispatch.topology().masterFor(eval, deadline));
        while (true) {
            Unit unit = new Unit(List.of(eval, Server.waitReplicas(replicas, replicasWithin)), false);
            MillraceException whole;
            try (Dedicated connection = node.dedicated(deadline)) {
                whole = connection.run(unit, deadline);
            }
            Object outcome = unit.outcome(0, whole);
            if (outcome instanceof ServerError.Moved moved && deadline - System.nanoTime() > 0) {
                Node there = dispatch.topology().moved(moved, node);
                if (there != null) {
                    node = there;
                    continue;
                }
            }
            if (outcome instanceof MillraceException failure) {
                throw failure.raised();
            }
            boolean enough = unit.outcome(1, whole) instanceof Long reached && reached >= replicas;
            return answers((Value) Objects.requireNonNull(outcome), calls.size(), enough);
        }
    }

    // ---- many at once ----

    /**
     * Sends many in few trips. What the server refuses for a call of several is tried again one by one, so that one record that
     * can't be written does not keep others from it.
     *
     * @return for each, in order, a {@link RecordAnswer} or what it failed with
     */
    List<Object> sendAll(List<RecordCall> calls, long withinNanos) {
        long deadline = System.nanoTime() + withinNanos;
        List<Object> answers = new ArrayList<>(calls.size());
        List<List<RecordCall>> trip = new ArrayList<>();
        List<RecordCall> chunk = new ArrayList<>();
        int bytes = 0;
        for (RecordCall call : calls) {
            if (!chunk.isEmpty() && (chunk.size() == RECORDS || bytes + call.bytes() > BYTES)) {
                trip.add(chunk);
                chunk = new ArrayList<>();
                bytes = 0;
                if (trip.size() == CALLS) {
                    run(trip, deadline, answers);
                    trip.clear();
                }
            }
            chunk.add(call);
            bytes += call.bytes();
        }
        if (!chunk.isEmpty()) {
            trip.add(chunk);
        }
        run(trip, deadline, answers);
        return answers;
    }

    private void run(List<List<RecordCall>> trip, long deadline, List<Object> answers) {
        if (trip.isEmpty()) {
            return;
        }
        Batch batch = new Batch(dispatch::run, Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        List<Reply<Value>> replies =
                trip.stream().map(calls -> batch.add(command(calls))).toList();
        MillraceException whole = null;
        try {
            batch.run();
        } catch (MillraceException e) {
            whole = e;
        }
        for (int i = 0; i < trip.size(); i++) {
            List<RecordCall> calls = trip.get(i);
            MillraceException error = replies.get(i).error();
            if (error != null && calls.size() > 1 && mayBeForOne(error)) {
                calls.forEach(call -> run(List.of(List.of(call)), deadline, answers));
                continue;
            }
            addAnswers(calls.size(), error != null ? error : whole, replies.get(i), answers);
        }
    }

    private void addAnswers(int count, @Nullable MillraceException error, Reply<Value> reply, List<Object> answers) {
        if (error == null) {
            try {
                answers.addAll(answers(Objects.requireNonNull(reply.get()), count, true));
                return;
            } catch (UnexpectedReply e) {
                addFailures(count, e, answers);
                return;
            }
        }
        addFailures(count, error, answers);
    }

    private static void addFailures(int count, MillraceException error, List<Object> answers) {
        for (int i = 0; i < count; i++) {
            answers.add(error);
        }
    }

    // ---- the call ----

    private Command<Value> command(List<RecordCall> calls) {
        return StateScripts.EXCHANGE.call(keysOf(calls), argumentsOf(calls));
    }

    private Object[] keysOf(List<RecordCall> calls) {
        Object[] all = new Object[4 + 2 * calls.size()];
        all[0] = keys.meta();
        all[1] = keys.homes();
        all[2] = keys.owners();
        all[3] = keys.events();
        for (int i = 0; i < calls.size(); i++) {
            all[4 + 2 * i] = keys.critical(calls.get(i).id());
            all[5 + 2 * i] = keys.other(calls.get(i).id());
        }
        return all;
    }

    private Object[] argumentsOf(List<RecordCall> calls) {
        List<Object> all = new ArrayList<>(3 + 10 * calls.size());
        all.add(schema.ownerName());
        all.add(Integer.toString(keptChanges));
        all.add(home.get());
        for (RecordCall call : calls) {
            all.add(call.op());
            all.add(call.id());
            all.add(call.expected());
            all.addAll(call.arguments());
        }
        return all.toArray();
    }

    private List<RecordAnswer> answers(Value reply, int count, boolean replicated) {
        List<Value> parts = reply.asList();
        if (parts.size() != count) {
            throw new UnexpectedReply(count + " records were sent, and " + parts.size() + " answered");
        }
        List<RecordAnswer> answers = new ArrayList<>(count);
        for (Value part : parts) {
            answers.add(RecordAnswer.of(schema, part, replicated, malformed));
        }
        return answers;
    }
}
