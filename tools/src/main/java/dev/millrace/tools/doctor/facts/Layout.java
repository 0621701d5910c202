package dev.millrace.tools.doctor.facts;

import java.util.List;

/** How the servers that were looked at belong together. Immutable. */
public sealed interface Layout {

    /** One server; its replicas, if it has any, were not asked. */
    record OneServer() implements Layout {}

    /**
     * A cluster, as one of its nodes sees it.
     *
     * @param shards the masters that serve slots, each with its replicas
     * @param failing nodes that are marked as failed, or as perhaps failed
     * @param empty masters that serve no slot
     * @param moving how many slots are marked as on their way from one master to another
     */
    record Cluster(List<Shard> shards, List<String> failing, List<String> empty, int moving) implements Layout {
        /** How many slots a cluster has. */
        public static final int SLOTS = 16_384;

        public Cluster {
            shards = List.copyOf(shards);
            failing = List.copyOf(failing);
            empty = List.copyOf(empty);
        }

        /** How many slots are served. */
        public int covered() {
            return shards.stream().mapToInt(Shard::slots).sum();
        }
    }

    /**
     * A master with its replicas and the slots it serves.
     *
     * @param slots how many
     */
    record Shard(String master, List<String> replicas, int slots) {
        public Shard {
            replicas = List.copyOf(replicas);
        }
    }

    /**
     * A master that Sentinels watch.
     *
     * @param masterName what the Sentinels call it
     * @param master where they say it is
     * @param replicas where they say its replicas are
     * @param sentinels those that answered
     * @param known how many Sentinels there are, as they know of each other
     * @param quorum how many must agree that the master is down
     * @param complaints what the Sentinels find wrong with the group, one line each
     */
    record Sentinel(
            String masterName,
            String master,
            List<String> replicas,
            List<String> sentinels,
            int known,
            int quorum,
            List<String> complaints)
            implements Layout {
        public Sentinel {
            replicas = List.copyOf(replicas);
            sentinels = List.copyOf(sentinels);
            complaints = List.copyOf(complaints);
        }
    }
}
