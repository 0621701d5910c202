package dev.millrace.testkit.cluster;

import java.util.List;

/**
 * Moves many slots, one after the other.
 *
 * <p>Confined to the thread that uses it.
 */
final class Resharding {

    private final Survey survey;
    private final List<ClusterNode> nodes;
    private final SlotMover mover;

    Resharding(Survey survey, List<ClusterNode> nodes, List<String> authentication) {
        this.survey = survey;
        this.nodes = nodes;
        this.mover = new SlotMover(survey, authentication);
    }

    /** Moves the lowest slots a master has; returns them. */
    List<Integer> move(ClusterNode from, ClusterNode to, int count) {
        Picture picture = Picture.take(survey, nodes);
        List<Integer> slots = slotsOf(picture, from);
        if (from == to || count < 1 || count > slots.size()) {
            throw new IllegalArgumentException(
                    "%d slots can't move from %s, which has %d, to %s".formatted(count, from, slots.size(), to));
        }
        if (!picture.masters().contains(to)) {
            throw new IllegalArgumentException("slots can't move to %s, which is no master".formatted(to));
        }
        List<Integer> moving = List.copyOf(slots.subList(0, count));
        moving.forEach(slot -> move(slot, from, to, picture.masters()));
        return moving;
    }

    /** Gives all slots of a master to others, each getting a share that lies together. */
    void moveAll(ClusterNode from, List<ClusterNode> heirs) {
        Picture picture = Picture.take(survey, nodes);
        List<Integer> slots = slotsOf(picture, from);
        for (int index = 0; index < slots.size(); index++) {
            ClusterNode heir = heirs.get((int) ((long) index * heirs.size() / slots.size()));
            move(slots.get(index), from, heir, picture.masters());
        }
    }

    private void move(int slot, ClusterNode from, ClusterNode to, List<ClusterNode> masters) {
        mover.mark(slot, from, to);
        mover.moveKeys(slot, from, to, Integer.MAX_VALUE);
        mover.assign(slot, from, to, masters);
    }

    private static List<Integer> slotsOf(Picture picture, ClusterNode master) {
        return picture.claim(master).slots().stream().boxed().toList();
    }
}
