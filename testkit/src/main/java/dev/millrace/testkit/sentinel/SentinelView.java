package dev.millrace.testkit.sentinel;

import dev.millrace.testkit.ErrorReplyException;
import dev.millrace.testkit.RedisServer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one Sentinel says of the master at one moment.
 *
 * @param namedPort of the master it names to clients
 * @param master its SENTINEL MASTER as a map
 * @param replicas its SENTINEL REPLICAS, by port
 */
record SentinelView(int namedPort, Map<String, String> master, Map<Integer, Map<String, String>> replicas) {

    /** Asks; null if the Sentinel is down, paused or silent. */
    static @Nullable SentinelView of(RedisServer sentinel, String masterName) {
        if (!isUp(sentinel)) {
            return null;
        }
        try {
            List<?> address = list(sentinel.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", masterName));
            Map<Integer, Map<String, String>> replicas = new LinkedHashMap<>();
            for (Object replica : list(sentinel.ask("SENTINEL", "REPLICAS", masterName))) {
                Map<String, String> fields = map(list(replica));
                replicas.put(Integer.parseInt(fields.getOrDefault("port", "0")), fields);
            }
            return new SentinelView(
                    Integer.parseInt(String.valueOf(address.get(1))),
                    map(list(sentinel.ask("SENTINEL", "MASTER", masterName))),
                    replicas);
        } catch (ErrorReplyException refused) {
            throw refused;
        } catch (IllegalStateException silent) {
            return null;
        }
    }

    static boolean isUp(RedisServer server) {
        return server.isRunning() && !server.isPaused();
    }

    long epoch() {
        return Long.parseLong(master.getOrDefault("config-epoch", "0"));
    }

    int otherSentinels() {
        return Integer.parseInt(master.getOrDefault("num-other-sentinels", "0"));
    }

    /** For example {@code master}, {@code s_down}, {@code o_down}, {@code failover_in_progress}. */
    Set<String> flags() {
        return flags(master);
    }

    static Set<String> flags(Map<String, String> fields) {
        return Set.of(fields.getOrDefault("flags", "").split(",", -1));
    }

    private static List<?> list(@Nullable Object reply) {
        return new ArrayList<>((List<?>) Objects.requireNonNull(reply, "the Sentinel knows no such master"));
    }

    private static Map<String, String> map(List<?> flat) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int index = 0; index + 1 < flat.size(); index += 2) {
            fields.put(String.valueOf(flat.get(index)), String.valueOf(flat.get(index + 1)));
        }
        return fields;
    }
}
