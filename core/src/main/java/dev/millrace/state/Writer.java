package dev.millrace.state;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes records to Redis, through for a caller and behind for the flusher. Each record has one write under way: whoever writes
 * holds its lane from taking what was changed until the outcome is in memory. Each write names the version that Redis must have,
 * so one that was held up on its way and comes late changes nothing.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Writer<A> {
    private enum Settled {
        DONE,
        /** Redis has another version, which is in memory now. */
        AGAIN,
        /** Redis does not have the record; why is not known yet. */
        ABSENT,
        GONE
    }

    /** A write behind that is under way. */
    private record Behind<A>(StateRecord<A> record, Cells.@Nullable Cut cut, RecordCall call) {}

    /** Records in a trip behind. */
    private static final int SLICE = 200;

    private final State<A> state;
    private final long timeoutNanos;

    Writer(State<A> state, Duration timeout) {
        this.state = state;
        this.timeoutNanos = timeout.toNanos();
    }

    // ---- through ----

    /**
     * Changes a record in Redis and then in memory, with whatever else of it is unwritten.
     *
     * @param condition looked at when memory is what Redis has; null for none
     * @return false if the record is gone, or the condition does not hold
     * @throws MillraceException if it can't be written; memory is as it was
     */
    boolean write(StateRecord<A> record, Changes changes, @Nullable BooleanSupplier condition) {
        long deadline = System.nanoTime() + timeoutNanos;
        lock(record, deadline);
        try {
            return writeLocked(record, changes, condition, deadline);
        } finally {
            unlock(record);
        }
    }

    private boolean writeLocked(
            StateRecord<A> record, Changes changes, @Nullable BooleanSupplier condition, long deadline) {
        boolean known = state.mode().kind() == StateMode.Kind.HYBRID;
        while (!record.gone) {
            state.requireServing();
            if (condition != null && !(known && condition.getAsBoolean())) {
                state.refresh(record, deadline);
                if (record.gone || !condition.getAsBoolean()) {
                    return false;
                }
            }
            boolean begins = record.toRegister;
            Cells.Cut cut = begins ? record.cells.cutAll(changes) : record.cells.cut(changes);
            RecordAnswer answer;
            RecordCall call;
            try {
                call = call(record, begins, cut, changes);
                answer = state.exchange.send(call, deadline - System.nanoTime());
            } catch (RuntimeException e) {
                record.cells.failed(cut);
                throw e;
            }
            switch (settle(record, cut, changes, begins, answer)) {
                case DONE -> {
                    state.counters.written.add(call.fields());
                    if (!answer.replicated()) {
                        throw new OutcomeUnknown("a change is in the master and in memory, but fewer replicas than were"
                                        + " asked for have it after "
                                        + state.options().replicasWithin()
                                        + "; a failover may lose it")
                                .raised();
                    }
                    return true;
                }
                case AGAIN -> known = true;
                case ABSENT -> state.awaitDecision(record, deadline);
                case GONE -> {
                    return false;
                }
            }
        }
        return false;
    }

    /** Deletes a record from Redis and then from memory. */
    boolean delete(StateRecord<A> record) {
        long deadline = System.nanoTime() + timeoutNanos;
        lock(record, deadline);
        try {
            if (record.gone) {
                return false;
            }
            state.requireServing();
            RecordAnswer answer =
                    state.exchange.send(RecordCall.end(record.escapedId, record.born), deadline - System.nanoTime());
            state.records.remove(record);
            return answer.outcome() == RecordAnswer.Outcome.DONE;
        } finally {
            unlock(record);
        }
    }

    private void lock(StateRecord<A> record, long deadline) {
        boolean locked;
        try {
            locked = record.lane.tryLock(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotSent(
                            "a change was not sent: the calling thread was interrupted while the record was written", e)
                    .raised();
        }
        if (!locked) {
            throw new NotSent("a change was not sent: other writes of the record took "
                            + Duration.ofNanos(timeoutNanos).toMillis() + " ms")
                    .raised();
        }
    }

    private void unlock(StateRecord<A> record) {
        record.lane.unlock();
        // After it: who meets the lane taken leaves the record to who has it.
        state.account(record);
    }

    // ---- behind ----

    /**
     * Writes what is unwritten of some records; of those that others write at this moment these will see to it. Goes in short
     * trips, for whoever changes a critical field of a record waits for the one that it is in.
     *
     * @return what one of the writes failed with; null if none did
     */
    @Nullable
    MillraceException flush(List<StateRecord<A>> records, long withinNanos) {
        long deadline = System.nanoTime() + withinNanos;
        MillraceException failure = null;
        int from = 0;
        try {
            while (from < records.size()) {
                List<StateRecord<A>> slice = records.subList(from, Math.min(records.size(), from + SLICE));
                from += slice.size();
                MillraceException its = flushSlice(slice, Math.max(1, deadline - System.nanoTime()));
                failure = its != null ? its : failure;
                if (its instanceof NotSent) {
                    return its; // nor will the others be
                }
            }
            return failure;
        } finally {
            records.subList(from, records.size()).forEach(state::account);
        }
    }

    private @Nullable MillraceException flushSlice(List<StateRecord<A>> records, long withinNanos) {
        List<Behind<A>> writes = new ArrayList<>(records.size());
        MillraceException failure = null;
        try {
            for (StateRecord<A> record : records) {
                if (record.lane.tryLock()) {
                    Behind<A> behind = behind(record);
                    if (behind == null) {
                        unlock(record);
                    } else {
                        writes.add(behind);
                    }
                }
            }
            List<Object> answers =
                    state.exchange.sendAll(writes.stream().map(Behind::call).toList(), withinNanos);
            for (int i = 0; i < answers.size(); i++) {
                Behind<A> behind = writes.get(i);
                if (answers.get(i) instanceof RecordAnswer answer) {
                    settleBehind(behind, answer);
                } else {
                    failure = (MillraceException) answers.get(i);
                    fail(behind);
                }
            }
        } catch (RuntimeException e) {
            writes.stream()
                    .filter(behind -> behind.record.lane.isHeldByCurrentThread())
                    .forEach(this::fail);
            throw e;
        }
        return failure;
    }

    private @Nullable Behind<A> behind(StateRecord<A> record) {
        if (record.toDelete) {
            return new Behind<>(record, null, RecordCall.end(record.escapedId, record.born));
        }
        if (record.gone || !record.isUnwritten()) {
            return null;
        }
        boolean begins = record.toRegister;
        Cells.Cut cut = begins ? record.cells.cutAll(null) : record.cells.cut(null);
        return new Behind<>(record, cut, call(record, begins, cut, null));
    }

    private void settleBehind(Behind<A> behind, RecordAnswer answer) {
        StateRecord<A> record = behind.record;
        if (behind.cut == null) {
            record.toDelete = false;
            state.records.leaving().remove(record);
            unlock(record);
            return;
        }
        Settled settled = settle(record, behind.cut, null, behind.call.op().equals("n"), answer);
        if (settled == Settled.DONE) {
            state.counters.written.add(behind.call.fields());
        }
        if (settled == Settled.ABSENT) {
            state.isDecided(record);
        }
        unlock(record);
    }

    private void fail(Behind<A> behind) {
        state.counters.failed.increment();
        if (behind.cut != null) {
            behind.record.cells.failed(behind.cut);
        }
        unlock(behind.record);
    }

    // ---- either way ----

    private RecordCall call(StateRecord<A> record, boolean begins, Cells.Cut cut, @Nullable Changes changes) {
        return begins
                ? RecordCall.begin(state.schema, record.escapedId, false, cut, changes, state::unwritable)
                : RecordCall.write(state.schema, record.escapedId, cut, changes, state::unwritable);
    }

    private Settled settle(
            StateRecord<A> record, Cells.Cut cut, @Nullable Changes changes, boolean begins, RecordAnswer answer) {
        return switch (answer.outcome()) {
            case DONE -> {
                if (begins) {
                    record.toRegister = false;
                    record.home = state.home();
                    record.born = answer.version();
                }
                record.absentSince = 0;
                record.fresh = System.nanoTime();
                if (!record.cells.landed(cut, changes, answer.version())) {
                    state.doubt(record);
                }
                state.written(record, cut.takenNanos());
                state.records.index(record);
                yield Settled.DONE;
            }
            case CONFLICT -> conflict(record, cut, begins, Objects.requireNonNull(answer.whole()));
            case ABSENT -> {
                record.cells.failed(cut);
                if (record.attached) {
                    yield Settled.ABSENT;
                }
                state.records.remove(record);
                yield Settled.GONE;
            }
        };
    }

    private Settled conflict(StateRecord<A> record, Cells.Cut cut, boolean begins, RecordData whole) {
        state.counters.conflicts.increment();
        boolean ours = begins && whole.home().equals(state.home());
        if (!ours && whole.born() != record.born) {
            record.cells.failed(cut);
            if (record.attached) {
                state.lost(record, StateListener.Reason.REPLACED);
            } else {
                state.records.remove(record);
                state.suspect();
            }
            return Settled.GONE;
        }
        if (begins) {
            record.toRegister = false; // an earlier try of this has come through
            record.born = whole.born();
            record.home = whole.home();
        }
        if (record.cells.conflicted(cut, whole, record.attached)) {
            state.suspect();
        }
        state.records.index(record);
        return Settled.AGAIN;
    }

    /** Misuse that says that nothing is written any more. */
    static Misuse stopped(String why) {
        return new Misuse("the state takes no changes: " + why);
    }
}
