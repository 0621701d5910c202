package dev.millrace.topology;

import dev.millrace.testkit.cluster.ClusterNode;
import dev.millrace.testkit.cluster.RedisCluster;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Keys that lie where a test wants them. */
final class ClusterKeys {
    private ClusterKeys() {}

    /** So many keys that a master serves. */
    static List<String> of(ClusterNode master, String prefix, int count) {
        Set<Integer> slots = new HashSet<>(master.slots());
        List<String> keys = new ArrayList<>();
        for (int number = 0; keys.size() < count; number++) {
            String key = prefix + number;
            if (slots.contains(RedisCluster.slotOf(key))) {
                keys.add(key);
            }
        }
        return keys;
    }

    /** One key of each master, in the order of the masters. */
    static List<String> ofEach(RedisCluster cluster, String prefix) {
        return cluster.masters().stream()
                .map(master -> of(master, prefix, 1).getFirst())
                .toList();
    }
}
