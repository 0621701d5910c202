package dev.millrace.state;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The values of one record in memory, and which of them Redis has yet to hear of.
 *
 * <p>Memory is the buffer: a field that was changed has a bit, and what is written is the value that it has when it is written.
 * So a thousand changes are one write, what failed needs only its bit again, and nothing grows.
 *
 * <p>Application threads store a value and then set its bit, without a lock; whoever writes takes the bits first and reads the
 * values then. All accesses are volatile, so either the writer sees the value, or the one who changed it sees that the bit is
 * gone and sets it again.
 *
 * <p>What comes from Redis is put in under the monitor, as is taking the bits. A field with a bit keeps the value that it has in
 * memory: that is the later one, and goes to Redis yet. Of one that is being written it is not known which is the later one until
 * Redis has said so; what others have made of it is kept aside until then. {@code version} is the number of the last
 * change that is in memory; versions are compared within an epoch only, for a new one begins when the server has forgotten
 * changes.
 *
 * <p>Thread-safe. Nothing under the monitor blocks.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the arrays' elements are accessed by the handles
class Cells {
    /** What became of a change that another process told of. */
    enum Applied {
        /** It is in memory now. */
        DONE,
        /** It was in memory before, or a later one. */
        OLD,
        /** Some change before it was missed. */
        GAP
    }

    /**
     * What a write takes along.
     *
     * @param bits the fields that were changed in memory
     * @param over fields that a caller changes with it: what it writes of these is later than what memory has
     * @param version what Redis must have
     * @param epoch in which that holds
     * @param takenNanos when it was taken
     * @param numbers all numbers
     * @param objects all objects
     */
    record Cut(
            long bits,
            long over,
            long version,
            int epoch,
            long takenNanos,
            long[] numbers,
            @Nullable Object[] objects) {}

    private static final VarHandle NUMBERS = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle OBJECTS = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final VarHandle DIRTY;

    static {
        try {
            DIRTY = MethodHandles.lookup().findVarHandle(Cells.class, "dirty", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Schema schema;
    private final long[] numbers;
    private final @Nullable Object[] objects;

    private volatile long dirty;

    /** Bits of what is being written: taken, and not known to be in Redis. */
    @GuardedBy("this")
    private long inFlight;

    /** Of what is being written, what others have changed as well, with their values below. */
    @GuardedBy("this")
    private long aside;

    @GuardedBy("this")
    private final long[] asideNumbers;

    @GuardedBy("this")
    private final @Nullable Object[] asideObjects;

    @GuardedBy("this")
    private long version;

    @GuardedBy("this")
    private int epoch;

    Cells(Schema schema) {
        this.schema = schema;
        this.numbers = new long[schema.numbers()];
        this.objects = new @Nullable Object[schema.size() - schema.numbers()];
        this.asideNumbers = new long[numbers.length];
        this.asideObjects = new @Nullable Object[objects.length];
    }

    // ---- application threads ----

    long number(int slot) {
        return (long) NUMBERS.getVolatile(numbers, slot);
    }

    @Nullable
    Object object(int slot) {
        return OBJECTS.getVolatile(objects, slot - schema.numbers());
    }

    /** Changes a number; true if Redis was not to hear of this field already. */
    boolean set(int slot, long value) {
        NUMBERS.setVolatile(numbers, slot, value);
        return mark(1L << slot);
    }

    /** Changes an object; as {@link #set(int, long)}. */
    boolean set(int slot, @Nullable Object value) {
        OBJECTS.setVolatile(objects, slot - schema.numbers(), value);
        return mark(1L << slot);
    }

    /** Changes a number that Redis is not to hear of. */
    void keep(int slot, long value) {
        NUMBERS.setVolatile(numbers, slot, value);
    }

    /** As {@link #keep(int, long)}, an object. */
    void keep(int slot, @Nullable Object value) {
        OBJECTS.setVolatile(objects, slot - schema.numbers(), value);
    }

    private boolean mark(long bits) {
        return (dirty & bits) != bits && ((long) DIRTY.getAndBitwiseOr(this, bits) & bits) != bits;
    }

    boolean isDirty() {
        return dirty != 0;
    }

    // ---- the one who writes ----

    /** Takes what was changed; until the write has ended, one way or the other, nobody else does. */
    synchronized Cut cut(@Nullable Changes changes) {
        return cut(takeDirty(), changes);
    }

    /** As {@link #cut}, all fields, for a record that Redis does not have. */
    synchronized Cut cutAll(@Nullable Changes changes) {
        long unused = takeDirty();
        return cut(schema.all(), changes);
    }

    @GuardedBy("this")
    private Cut cut(long bits, @Nullable Changes changes) {
        long over = changes == null ? 0 : changes.mask();
        inFlight = bits & ~over;
        long[] numbersNow = new long[numbers.length];
        for (int i = 0; i < numbersNow.length; i++) {
            numbersNow[i] = (long) NUMBERS.getVolatile(numbers, i);
        }
        @Nullable Object[] objectsNow = new @Nullable Object[objects.length];
        for (int i = 0; i < objectsNow.length; i++) {
            objectsNow[i] = OBJECTS.getVolatile(objects, i);
        }
        return new Cut(bits, over, version, epoch, System.nanoTime(), numbersNow, objectsNow);
    }

    private long takeDirty() {
        return (long) DIRTY.getAndSet(this, 0L);
    }

    /**
     * Redis has it. What a caller wanted to change beside it is in memory from now on.
     *
     * @param changes what a caller wanted, or null
     * @return false if an epoch began meanwhile: then it may be that a server said so which has lost it since, and the record is
     *     to be read again
     */
    synchronized boolean landed(Cut cut, @Nullable Changes changes, long now) {
        long later = now < version ? aside & ~dirty : 0;
        inFlight = 0;
        if (changes != null) {
            // Over what was set meanwhile too: both callers are under way, so either may be the later one. Where
            // another process has made a later change, that is in memory already, but not over fields that have a
            // bit.
            store(now >= version ? changes.mask() : changes.mask() & dirty, changes.numbers(), changes.objects());
        }
        store(later, asideNumbers, asideObjects);
        forgetAside();
        version = Math.max(version, now);
        return cut.epoch == epoch;
    }

    /** It may be in Redis, or not. */
    synchronized void failed(Cut cut) {
        inFlight = 0;
        forgetAside();
        mark(cut.bits);
    }

    /**
     * It is not in Redis, which has another version.
     *
     * @param attached whether the connection is this process's
     * @return whether Redis has forgotten changes
     */
    synchronized boolean conflicted(Cut cut, RecordData whole, boolean attached) {
        inFlight = 0;
        forgetAside();
        mark(cut.bits);
        if (cut.epoch != epoch) {
            return false;
        }
        boolean forgotten = whole.version() < cut.version;
        if (forgotten) {
            take(whole, attached);
        } else if (whole.version() > version) {
            take(whole, false);
        }
        return forgotten;
    }

    // ---- what comes from Redis ----

    /**
     * A change that another process, or this one, has made.
     *
     * @param before the version that it was made on
     */
    synchronized Applied apply(long before, RecordData change) {
        if (change.version() <= version) {
            return Applied.OLD;
        }
        if (before != version) {
            return Applied.GAP;
        }
        putIn(change.mask(), change.numbers(), change.objects());
        version = change.version();
        return Applied.DONE;
    }

    /**
     * All that Redis has of the record, read in an epoch. It has forgotten changes if it has less than what was in memory before
     * it was asked; less than what has come into memory since is only an older answer. With that no epoch begins: it would not be
     * known whether what came meanwhile is in it.
     *
     * @param known the version that was in memory before Redis was asked; 0 for none
     * @param attached whether the connection is this process's: then what Redis has forgotten is written again
     * @return whether memory is as new now as what was read, in that epoch
     */
    synchronized boolean merge(RecordData whole, int readIn, long known, boolean attached) {
        if (readIn < epoch) {
            return false;
        }
        boolean forgotten = whole.version() < known;
        if (!forgotten && whole.version() < version) {
            return readIn == epoch;
        }
        if (forgotten || readIn > epoch || whole.version() > version) {
            epoch = readIn;
            take(whole, attached && forgotten);
        }
        return true;
    }

    @GuardedBy("this")
    private void take(RecordData whole, boolean keepOurs) {
        if (keepOurs) {
            mark(differing(whole) & ~(dirty | inFlight));
        } else {
            putIn(schema.all(), whole.numbers(), whole.objects());
        }
        version = whole.version();
    }

    /** What Redis has, in memory or aside. */
    @GuardedBy("this")
    private void putIn(long slots, long[] newNumbers, @Nullable Object[] newObjects) {
        long busy = inFlight;
        store(slots & ~(dirty | busy), newNumbers, newObjects);
        for (long left = slots & busy; left != 0; left &= left - 1) {
            int slot = Long.numberOfTrailingZeros(left);
            if (slot < schema.numbers()) {
                asideNumbers[slot] = newNumbers[slot];
            } else {
                asideObjects[slot - schema.numbers()] = newObjects[slot - schema.numbers()];
            }
        }
        aside |= slots & busy;
    }

    @GuardedBy("this")
    private void forgetAside() {
        aside = 0;
        Arrays.fill(asideObjects, null);
    }

    @GuardedBy("this")
    private long differing(RecordData whole) {
        long differing = 0;
        for (int slot = 0; slot < schema.size(); slot++) {
            boolean same = slot < schema.numbers()
                    ? number(slot) == whole.numbers()[slot]
                    : java.util.Objects.equals(object(slot), whole.objects()[slot - schema.numbers()]);
            differing |= same ? 0 : 1L << slot;
        }
        return differing;
    }

    @GuardedBy("this")
    private void store(long slots, long[] newNumbers, @Nullable Object[] newObjects) {
        for (long left = slots; left != 0; left &= left - 1) {
            int slot = Long.numberOfTrailingZeros(left);
            if (slot < schema.numbers()) {
                NUMBERS.setVolatile(numbers, slot, newNumbers[slot]);
            } else {
                OBJECTS.setVolatile(objects, slot - schema.numbers(), newObjects[slot - schema.numbers()]);
            }
        }
    }

    // ---- versions ----

    synchronized long version() {
        return version;
    }

    synchronized int epoch() {
        return epoch;
    }

    /** Redis has none of it in this epoch: it begins anew. */
    synchronized void absent(int now) {
        epoch = now;
        version = 0;
    }

    /** The first values of a record that nobody sees yet. */
    synchronized void preset(Changes changes) {
        store(changes.mask(), changes.numbers(), changes.objects());
    }

    /** Redis has the record since this change. */
    synchronized void begin(long first, int now) {
        if (first > version) {
            version = first;
            epoch = now;
        }
    }
}
