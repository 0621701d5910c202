package dev.millrace.state;

import com.google.errorprone.annotations.ThreadSafe;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The records that have something to be written, each at most once: a stack that is linked through the records themselves, so
 * that putting one in allocates nothing and what waits is bounded by the records there are. It is taken as a whole; the order
 * among what was put in is none that anybody may rely on.
 *
 * <p>Thread-safe, without locks.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // through the handles
class DirtyRecords<E extends DirtyRecords.Entry<E>> {
    /** What can be put in. */
    abstract static class Entry<E extends Entry<E>> {
        private volatile boolean queued;

        /** Written before the stack's head is, and read after. */
        private @Nullable E next;

        boolean isQueued() {
            return queued;
        }
    }

    private static final VarHandle HEAD;
    private static final VarHandle QUEUED;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            HEAD = lookup.findVarHandle(DirtyRecords.class, "head", Entry.class);
            QUEUED = MethodHandles.privateLookupIn(Entry.class, lookup)
                    .findVarHandle(Entry.class, "queued", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile @Nullable Entry<E> head;

    /** Puts a record in, unless it is in already; true if it was not. */
    @SuppressWarnings("unchecked")
    boolean add(E record) {
        Entry<E> entry = record;
        if (entry.queued || !QUEUED.compareAndSet(entry, false, true)) {
            return false;
        }
        Entry<E> first;
        do {
            first = head;
            entry.next = (E) first;
        } while (!HEAD.compareAndSet(this, first, entry));
        return true;
    }

    boolean isEmpty() {
        return head == null;
    }

    /**
     * Takes all out, and hands them to {@code taker} one by one. A record may be put in again from just before it is handed
     * over: who looks at what has to be written after that misses nothing.
     */
    @SuppressWarnings("unchecked")
    void drain(java.util.function.Consumer<E> taker) {
        @Nullable E entry = (E) HEAD.getAndSet(this, null);
        while (entry != null) {
            Entry<E> taken = entry;
            entry = taken.next;
            taken.next = null;
            release(taken);
            taker.accept((E) taken);
        }
    }

    /** From here on it may be put in again; a test does so too late. */
    void release(Entry<E> taken) {
        taken.queued = false;
    }
}
