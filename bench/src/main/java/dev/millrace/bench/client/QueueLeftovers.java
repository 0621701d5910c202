package dev.millrace.bench.client;

import dev.millrace.bench.workload.Dataset;
import java.util.List;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** The keys of queues: every client calls them otherwise, and locks and comparators are among them. Stateless. */
public final class QueueLeftovers {
    private static final ScanParams OURS =
            new ScanParams().match("*" + Dataset.QUEUE_PREFIX + "*").count(1_000);

    private QueueLeftovers() {}

    /** Removes all that the queues of a run have left on a server. */
    public static void remove(ServerAddress server) {
        try (Jedis connection = new Jedis(
                JedisSettings.address(server), JedisSettings.login(server).build())) {
            remove(connection);
        }
    }

    /** As {@link #remove(ServerAddress)}, by a connection that is there. */
    public static void remove(Jedis connection) {
        String cursor = ScanParams.SCAN_POINTER_START;
        do {
            ScanResult<String> page = connection.scan(cursor, OURS);
            List<String> keys = page.getResult();
            if (!keys.isEmpty()) {
                connection.unlink(keys.toArray(String[]::new));
            }
            cursor = page.getCursor();
        } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
    }
}
