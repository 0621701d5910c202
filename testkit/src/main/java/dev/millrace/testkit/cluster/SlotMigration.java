package dev.millrace.testkit.cluster;

import java.util.List;
import java.util.function.Supplier;

/**
 * A slot on its way from one master to another, held wherever a test wants it: before a key has moved, with some of
 * them here and some there, or with all gone and not yet assigned. Until {@link #finish} the former owner answers ASK
 * for keys it does not have, and TRYAGAIN for several of which only some are there.
 *
 * <p>For one thread at a time.
 */
public final class SlotMigration {

    private final int slot;
    private final ClusterNode from;
    private final ClusterNode to;
    private final List<String> authentication;
    private final Supplier<List<ClusterNode>> masters;

    SlotMigration(
            int slot,
            ClusterNode from,
            ClusterNode to,
            List<String> authentication,
            Supplier<List<ClusterNode>> masters) {
        this.slot = slot;
        this.from = from;
        this.to = to;
        this.authentication = authentication;
        this.masters = masters;
    }

    static SlotMigration begin(SlotMigration planned) {
        try (Survey survey = new Survey(SlotMover.PATIENCE)) {
            planned.mover(survey).mark(planned.slot, planned.from, planned.to);
        }
        return planned;
    }

    public int slot() {
        return slot;
    }

    /** Who has the slot until {@link #finish}. */
    public ClusterNode from() {
        return from;
    }

    /** Who will have the slot. */
    public ClusterNode to() {
        return to;
    }

    /** Moves all keys the slot has now; returns how many. */
    public int moveKeys() {
        return moveKeys(Integer.MAX_VALUE);
    }

    /**
     * Moves some keys, in no particular order; returns how many there were to move.
     *
     * @throws IllegalArgumentException if not positive
     */
    public int moveKeys(int atMost) {
        if (atMost < 1) {
            throw new IllegalArgumentException("%d keys can't be moved".formatted(atMost));
        }
        try (Survey survey = new Survey(SlotMover.PATIENCE)) {
            return mover(survey).moveKeys(slot, from, to, atMost);
        }
    }

    /** Moves the keys that are left and assigns the slot, at every master. */
    public void finish() {
        try (Survey survey = new Survey(SlotMover.PATIENCE)) {
            SlotMover mover = mover(survey);
            mover.moveKeys(slot, from, to, Integer.MAX_VALUE);
            mover.assign(slot, from, to, masters.get());
        }
    }

    private SlotMover mover(Survey survey) {
        return new SlotMover(survey, authentication);
    }
}
