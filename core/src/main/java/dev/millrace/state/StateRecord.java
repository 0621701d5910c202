package dev.millrace.state;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.MillraceException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The state of one connection. Keep it as long as the connection lives: reading and changing it needs no look-up.
 *
 * <p>What a change answers: true if it was taken, false if the connection is gone, and then nothing is changed. In {@link
 * StateMode#hybrid()} a change of an async field is in memory when the call returns, and neither blocks nor fails unless more is
 * unwritten than {@link StateOptions.Builder#mostUnwritten} allows. A change of a critical field, or of any in the other modes,
 * is in Redis when the call returns; when it fails with a {@link MillraceException} memory is as it was, and {@link
 * dev.millrace.command.OutcomeUnknown} means that Redis may have it all the same: then memory follows when that is known.
 *
 * <p>Thread-safe. The changes of one caller to one record keep their order.
 *
 * @param <A> what is attached to a connection in this process
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class StateRecord<A> extends DirtyRecords.Entry<StateRecord<A>> {
    private static final VarHandle UNWRITTEN_SINCE;

    static {
        try {
            UNWRITTEN_SINCE = MethodHandles.lookup().findVarHandle(StateRecord.class, "unwrittenSince", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final State<A> state;
    private final String id;

    /** The id as it stands in keys. */
    final String escapedId;

    final Cells cells;

    /** Held by whoever writes the record to Redis, from taking what was changed until the outcome is in memory. */
    final ReentrantLock lane = new ReentrantLock();

    /** Whose connection it is: PROCESS:INCARNATION. */
    volatile String home;

    /** The number of the change that made it. */
    volatile long born;

    /** Whether the connection is this process's. */
    volatile boolean attached;

    volatile boolean gone;

    /** Whether Redis is to forget it yet. */
    volatile boolean toDelete;

    /** Whether Redis has lost it, and is to have all of it again. */
    volatile boolean toRegister;

    /** In which cycle of the keeper Redis did not have it first; 0 for never. */
    volatile long absentSince;

    /** Since when something is unwritten, by nanoTime; 0 for nothing. */
    volatile long unwrittenSince;

    /** When memory was known to be what Redis has, by nanoTime. */
    volatile long fresh;

    /** What it is indexed by, in the order of the indexes; under the monitor of the cells. */
    final @Nullable String[] indexed;

    private volatile @Nullable A attachment;

    StateRecord(State<A> state, String id, String escapedId, String home, boolean attached, @Nullable A attachment) {
        this.state = state;
        this.id = id;
        this.escapedId = escapedId;
        this.cells = new Cells(state.schema);
        this.indexed = new @Nullable String[state.schema.indexed().length];
        this.home = home;
        this.attached = attached;
        this.attachment = attachment;
        this.fresh = System.nanoTime();
    }

    /** The connection's id. */
    public String id() {
        return id;
    }

    /** Whether the connection is this process's own. */
    public boolean isLocal() {
        return attached;
    }

    /** Whether the connection is gone: it was disconnected, replaced, or its process died. */
    public boolean isGone() {
        return gone;
    }

    /** The name of the process that has the connection. */
    public String process() {
        return Homes.process(home);
    }

    /**
     * What is attached to the connection in this process: what it was registered with, or what {@link
     * StateOptions.Builder#attachments} makes for one that came from elsewhere, once, when it is first asked for. Null without
     * either.
     */
    public @Nullable A attachment() {
        A attached = attachment;
        return attached != null ? attached : made();
    }

    private synchronized @Nullable A made() {
        A made = attachment;
        if (made == null) {
            made = state.options().factory().apply(this);
            attachment = made;
        }
        return made;
    }

    // ---- reading ----

    /**
     * The value of a field; null if it is absent.
     *
     * @throws IllegalArgumentException if the field is none of the state's
     * @throws MillraceException if it has to be read from Redis, and can't be
     */
    @SuppressWarnings("unchecked")
    public <T> @Nullable T get(Field<T> field) {
        int slot = state.schema.slot(field);
        state.freshen(this);
        return field.isNumber() ? field.ofNumber(cells.number(slot)) : (T) cells.object(slot);
    }

    /** The value of a number; 0 if it was never set. */
    public long get(LongField field) {
        int slot = state.schema.slot(field);
        state.freshen(this);
        return cells.number(slot);
    }

    /** The value of a boolean; false if it was never set. */
    public boolean get(BooleanField field) {
        int slot = state.schema.slot(field);
        state.freshen(this);
        return cells.number(slot) != 0;
    }

    /** The owner that the connection is bound to; null for none, or where the state has no field for it. */
    @SuppressWarnings("unchecked")
    public @Nullable String owner() {
        Field<String> field = state.options().owner();
        return field == null ? null : get(field);
    }

    // ---- changing ----

    /**
     * Changes a field; null makes it absent, or a number 0.
     *
     * @return false if the connection is gone
     * @throws IllegalArgumentException if the field is none of the state's
     * @throws MillraceException if it has to be in Redis first, and can't be
     */
    public <T> boolean set(Field<T> field, @Nullable T value) {
        int slot = state.schema.slot(field);
        if (field.isNumber()) {
            return set(field, slot, value == null ? 0 : field.number(value));
        }
        if (!state.writesBehind(field)) {
            return state.write(this, new Changes(state.schema).set(field, value));
        }
        if (gone) {
            return false;
        }
        if (state.isFull() && unwrittenSince == 0) {
            if (field.writing() != Field.Writing.LOSSY) {
                return state.write(this, new Changes(state.schema).set(field, value));
            }
            cells.keep(slot, value);
            state.counters.dropped.increment();
        } else {
            state.changed(this, cells.set(slot, value));
        }
        if (state.schema.isIndexed(slot)) {
            state.records.index(this);
        }
        return true;
    }

    /** As {@link #set(Field, Object)}, without boxes. */
    public boolean set(LongField field, long value) {
        return set(field, state.schema.slot(field), value);
    }

    /** As {@link #set(Field, Object)}, without boxes. */
    public boolean set(BooleanField field, boolean value) {
        return set(field, state.schema.slot(field), value ? 1 : 0);
    }

    private boolean set(Field<?> field, int slot, long value) {
        if (!state.writesBehind(field)) {
            return state.write(this, new Changes(state.schema).setNumber(slot, value));
        }
        if (gone) {
            return false;
        }
        if (state.isFull() && unwrittenSince == 0) {
            if (field.writing() != Field.Writing.LOSSY) {
                return state.write(this, new Changes(state.schema).setNumber(slot, value));
            }
            cells.keep(slot, value);
            state.counters.dropped.increment();
            return true;
        }
        state.changed(this, cells.set(slot, value));
        return true;
    }

    /**
     * Changes several fields together, in one round trip, whatever they are: all are in Redis when it returns, or none is in
     * memory.
     *
     * @return false if the connection is gone
     * @throws MillraceException if they can't be written
     */
    public boolean update(Consumer<Changes> function) {
        Changes changes = new Changes(state.schema);
        function.accept(changes);
        return changes.mask() == 0 ? !gone : state.write(this, changes);
    }

    /**
     * Changes a field if it has a value, whoever may change it at the same time, in whatever process.
     *
     * @return false if it has another value, or the connection is gone
     * @throws MillraceException if it can't be written
     */
    public <T> boolean compareAndSet(Field<T> field, @Nullable T expected, @Nullable T value) {
        int slot = state.schema.slot(field);
        Changes changes = new Changes(state.schema).set(field, value);
        if (field.isNumber()) {
            long wanted = expected == null ? 0 : field.number(expected);
            return state.writeIf(this, changes, () -> cells.number(slot) == wanted);
        }
        return state.writeIf(this, changes, () -> Objects.equals(cells.object(slot), expected));
    }

    /**
     * Binds the connection to an owner, such as its player, in one round trip; it is among {@link State#ofOwner} then, and
     * not among its former owner's.
     *
     * @return false if the connection is gone
     * @throws IllegalArgumentException if the state has no {@linkplain StateOptions.Builder#owner field} for it
     * @throws MillraceException if it can't be written
     */
    public boolean bind(String owner) {
        return set(state.options().requiredOwner(), Objects.requireNonNull(owner, "owner"));
    }

    /** Takes the owner away; as {@link #bind}. */
    public boolean unbind() {
        return set(state.options().requiredOwner(), null);
    }

    /**
     * The connection has ended, or is to: the record is gone. In {@link StateMode#hybrid()}, where the connection is this
     * process's own, it is gone from memory at once and from Redis behind, and the call neither blocks nor fails.
     *
     * @return false if it was gone
     * @throws MillraceException if Redis has to know first, and can't
     */
    public boolean disconnect() {
        return state.disconnect(this);
    }

    /** True if it had nothing unwritten before. */
    boolean becomesUnwritten(long now) {
        return unwrittenSince == 0 && UNWRITTEN_SINCE.compareAndSet(this, 0L, now | 1);
    }

    /** What was changed before is written. */
    void unwrittenSinceAtLeast(long nanos) {
        long since = unwrittenSince;
        if (since != 0 && since - nanos < 0) {
            boolean unused = UNWRITTEN_SINCE.compareAndSet(this, since, nanos | 1);
        }
    }

    /** True if it had something unwritten before. */
    boolean becomesWritten() {
        return (long) UNWRITTEN_SINCE.getAndSet(this, 0L) != 0;
    }

    /** Redis has it since this change. */
    void begin(long first, int epoch) {
        born = first;
        cells.begin(first, epoch);
    }

    /** Whether there is anything to be written behind. */
    boolean isUnwritten() {
        return toDelete || (!gone && (toRegister || cells.isDirty()));
    }

    /** Its id, and whether it is local; no values. */
    @Override
    public String toString() {
        return "StateRecord[" + (attached ? "local" : "remote") + (gone ? ", gone" : "") + "]";
    }
}
