package dev.millrace.cache;

import dev.millrace.connection.Epoch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What memory holds of a key: a value, or that there is none. Valid until its time is over or its epoch is not fresh any
 * more, whichever comes first. Immutable but for the flag of who refreshes it.
 *
 * <p>All times are those of {@link System#nanoTime()}.
 */
final class Entry<V> {
    private static final VarHandle REFRESHING;

    static {
        try {
            REFRESHING = MethodHandles.lookup().findVarHandle(Entry.class, "refreshing", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final @Nullable V value;

    /** When it ends in memory. */
    final long expiresAt;

    /** From when on a hit may refresh it early; {@link EarlyRefresh} decides. */
    final long refreshFrom;

    /** When it ends at the server, or without one: what early refreshing goes by. */
    final long endsAt;

    /** What it takes of the memory's bound. */
    final int weight;

    /** Whether the server has no value and no loader was asked: who brings one must ask it. */
    final boolean unasked;

    /** Null where nothing tells of changes. */
    private final @Nullable Epoch epoch;

    @SuppressWarnings("unused") // through REFRESHING
    private boolean refreshing;

    Entry(
            @Nullable V value,
            long expiresAt,
            long refreshFrom,
            long endsAt,
            int weight,
            boolean unasked,
            @Nullable Epoch epoch) {
        this.value = value;
        this.expiresAt = expiresAt;
        this.refreshFrom = refreshFrom;
        this.endsAt = endsAt;
        this.weight = weight;
        this.unasked = unasked;
        this.epoch = epoch;
    }

    boolean isValid(long now) {
        Epoch its = epoch;
        return now - expiresAt < 0 && (its == null || its.isFresh(now));
    }

    /** How long it has not been valid; negative while it is. */
    long staleFor(long now) {
        Epoch its = epoch;
        long validUntil = its == null || expiresAt - its.freshUntil() < 0 ? expiresAt : its.freshUntil();
        return now - validUntil;
    }

    /** True for one caller: it refreshes, and {@link #endRefresh} lets another try. */
    boolean beginRefresh() {
        return REFRESHING.compareAndSet(this, false, true);
    }

    void endRefresh() {
        REFRESHING.setVolatile(this, false);
    }
}
