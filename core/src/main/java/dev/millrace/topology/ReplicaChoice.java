package dev.millrace.topology;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.connection.Node;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** Which of a master and its replicas a read goes to. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class ReplicaChoice implements AutoCloseable {
    private final ReplicaReads reads;
    private final AtomicInteger turn = new AtomicInteger();
    private final LongAdder replicaReads = new LongAdder();

    ReplicaChoice(ReplicaReads reads) {
        this.reads = reads;
    }

    /** The node for a read. */
    Node of(Shard shard) {
        List<Node> replicas = shard.replicas();
        int servers = replicas.size() + (reads.policy() == ReadPolicy.REPLICA_PREFERRED ? 0 : 1);
        if (reads.policy() == ReadPolicy.MASTER || replicas.isEmpty()) {
            return shard.master();
        }
        int which = Math.floorMod(turn.getAndIncrement(), servers);
        if (which == replicas.size()) {
            return shard.master();
        }
        replicaReads.increment();
        return replicas.get(which);
    }

    /** These are the shards from now on. */
    void watch(List<Shard> shards) {}

    long replicaReads() {
        return replicaReads.sum();
    }

    @Override
    public void close() {}
}
