package dev.millrace.state;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.EscapedName;
import dev.millrace.command.MillraceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads records from Redis for the modes in which memory is not enough. A read says which version memory has, and is answered
 * with a number where that is the newest; what it brings goes into memory, unless that is newer by then.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Reader<A> {
    private final State<A> state;
    private final long timeoutNanos;

    Reader(State<A> state, Duration timeout) {
        this.state = state;
        this.timeoutNanos = timeout.toNanos();
    }

    /** The record of a connection, read again if memory is too old for the mode. */
    @Nullable
    StateRecord<A> fresh(String id, @Nullable StateRecord<A> known) {
        if (known != null) {
            state.freshen(known);
            return known.gone ? null : known;
        }
        String escaped = EscapedName.of("a connection", id);
        int epoch = state.epoch();
        RecordAnswer answer = state.exchange.send(RecordCall.read(escaped), timeoutNanos);
        return answer.whole() == null ? null : found(id, escaped, answer.whole(), epoch);
    }

    /** One that the stream has not told of yet; it does, so it is not put in here. */
    private StateRecord<A> found(String id, String escaped, RecordData whole, int readIn) {
        StateRecord<A> record = state.records.get(id);
        if (record == null || record.born != whole.born()) {
            record = new StateRecord<>(state, id, escaped, whole.home(), false, null);
            record.born = whole.born();
        }
        boolean unused = record.cells.merge(whole, readIn, 0, record.attached);
        state.records.index(record);
        return record;
    }

    /** The records of these ids that there are. */
    List<StateRecord<A>> read(List<String> escapedIds) {
        int epoch = state.epoch();
        List<Object> answers =
                state.exchange.sendAll(escapedIds.stream().map(RecordCall::read).toList(), timeoutNanos);
        List<StateRecord<A>> read = new ArrayList<>(answers.size());
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i) instanceof MillraceException failure) {
                throw failure.raised();
            }
            RecordData whole = ((RecordAnswer) answers.get(i)).whole();
            if (whole != null) {
                read.add(found(EscapedName.original(escapedIds.get(i)), escapedIds.get(i), whole, epoch));
            }
        }
        return read;
    }

    /** Changes a record, whatever its version is, and reads it. */
    @Nullable
    StateRecord<A> touch(String id, @Nullable StateRecord<A> known, Changes changes) {
        String escaped = known != null ? known.escapedId : EscapedName.of("a connection", id);
        long version = known != null ? known.cells.version() : 0;
        long asked = System.nanoTime();
        int epoch = state.epoch();
        RecordAnswer answer =
                state.exchange.send(RecordCall.touch(state.schema, escaped, version, changes), timeoutNanos);
        state.counters.written.increment();
        RecordData whole = answer.whole();
        if (answer.outcome() == RecordAnswer.Outcome.ABSENT || (known == null && whole == null)) {
            return null;
        }
        if (whole != null && (known == null || known.born != whole.born())) {
            return found(id, escaped, whole, epoch);
        }
        StateRecord<A> record = Objects.requireNonNull(known);
        boolean current = whole != null
                ? record.cells.merge(whole, epoch, version, record.attached)
                : record.cells.apply(version, changes.as(answer.version())) != Cells.Applied.GAP;
        if (current) {
            record.fresh = asked;
            state.records.index(record);
        } else {
            refresh(record, asked + timeoutNanos);
        }
        return record;
    }

    /** Reads a record again until memory is as new as what was read; it may be gone then. */
    void refresh(StateRecord<A> record, long deadline) {
        boolean merged = false;
        while (!merged && !record.gone) {
            long asked = System.nanoTime();
            int epoch = state.epoch();
            long version = record.cells.version();
            RecordAnswer answer =
                    state.exchange.send(RecordCall.read(record.escapedId, version), deadline - System.nanoTime());
            RecordData whole = answer.whole();
            if (answer.outcome() == RecordAnswer.Outcome.DONE && whole == null) {
                record.fresh = asked; // memory had what Redis has
                return;
            }
            if (whole == null) {
                if (record.attached) {
                    return; // the keeper finds out why
                }
                state.left(record);
            } else if (whole.born() != record.born && !record.toRegister) {
                if (record.attached) {
                    state.lost(record, StateListener.Reason.REPLACED);
                } else {
                    state.left(record);
                }
            } else {
                merged = record.cells.merge(whole, epoch, version, record.attached);
                if (merged) {
                    record.fresh = asked;
                }
                state.records.index(record);
            }
        }
    }
}
