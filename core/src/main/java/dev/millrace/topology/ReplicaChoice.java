package dev.millrace.topology;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Command;
import dev.millrace.connection.Node;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which of a master and its replicas a read goes to. Replicas that do not answer {@link ReplicaProbe the probe}, or are
 * further behind than the options allow, are passed over.
 *
 * <p>A replica gets half of a call's time: one that is frozen must not cost the caller its answer, for the master can
 * still be asked then.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class ReplicaChoice implements AutoCloseable {
    private final ReplicaReads reads;
    private final ReplicaProbe probe;
    private final AtomicInteger turn = new AtomicInteger();
    private final LongAdder replicaReads = new LongAdder();
    private final Set<Node> replicas = ConcurrentHashMap.newKeySet();

    ReplicaChoice(ReplicaReads reads) {
        this.reads = reads;
        this.probe = new ReplicaProbe(reads.maxLagBytes().isPresent());
    }

    /** Whether reads may go to replicas at all. */
    boolean isWanted() {
        return reads.policy() != ReadPolicy.MASTER;
    }

    /**
     * Whether a replica may answer a command at all: it reads what keys hold. A cursor is of use on the server that made
     * it only, so whoever scans stays with the master.
     */
    static boolean mayAnswer(Command<?> command) {
        return command.verb().isReadOnly()
                && command.keyCount() > 0
                && !command.verb().name().endsWith("SCAN");
    }

    /** The node for a read. */
    Node of(Shard shard) {
        Node chosen = reads.policy() == ReadPolicy.NEAREST ? nearest(shard) : byTurns(shard);
        if (chosen == null) {
            return shard.master();
        }
        replicaReads.increment();
        return chosen;
    }

    /** Null stands for the master. */
    private @Nullable Node byTurns(Shard shard) {
        List<Node> all = shard.replicas();
        if (all.isEmpty() || reads.policy() == ReadPolicy.MASTER) {
            return null;
        }
        int places = all.size() + (reads.policy() == ReadPolicy.ANY ? 1 : 0);
        int first = Math.floorMod(turn.getAndIncrement(), places);
        for (int i = 0; i < places; i++) {
            int place = (first + i) % places;
            if (place == all.size()) {
                return null;
            }
            if (isUsable(all.get(place))) {
                return all.get(place);
            }
        }
        return null;
    }

    private @Nullable Node nearest(Shard shard) {
        Node best = null;
        long shortest = probe.of(shard.master()).roundTripNanos();
        for (Node replica : shard.replicas()) {
            long roundTrip = probe.of(replica).roundTripNanos();
            if (roundTrip < shortest && isUsable(replica)) {
                best = replica;
                shortest = roundTrip;
            }
        }
        return best;
    }

    private boolean isUsable(Node replica) {
        ReplicaProbe.Health health = probe.of(replica);
        return health.answers() && health.lagBytes() <= reads.maxLagBytes().orElse(Long.MAX_VALUE);
    }

    /** Whether a node is taken for a replica now. */
    boolean isReplica(Node node) {
        return replicas.contains(node);
    }

    /** By when a node has to answer, so that a replica that does not leaves time for the master. */
    long deadlineAt(Node node, long deadline) {
        if (!isReplica(node)) {
            return deadline;
        }
        long now = System.nanoTime();
        return deadline == Long.MAX_VALUE ? deadline : now + (deadline - now) / 2;
    }

    /** These are the shards from now on. */
    void watch(List<Shard> shards) {
        if (!isWanted()) {
            return;
        }
        Set<Node> current =
                shards.stream().flatMap(shard -> shard.replicas().stream()).collect(Collectors.toSet());
        replicas.addAll(current);
        replicas.retainAll(current);
        probe.watch(shards);
    }

    long replicaReads() {
        return replicaReads.sum();
    }

    @Override
    public void close() {
        probe.close();
    }
}
