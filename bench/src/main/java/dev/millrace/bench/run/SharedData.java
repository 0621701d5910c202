package dev.millrace.bench.run;

import dev.millrace.bench.client.JedisSettings;
import dev.millrace.bench.client.QueueLeftovers;
import dev.millrace.bench.client.ServerAddress;
import dev.millrace.bench.workload.Dataset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The data set on the server: written and read back before a run, removed after it, whatever way the run ends. Nothing
 * outside its two prefixes and the names of its queues is touched.
 *
 * <p>Its loader is one of the peers, and takes part in no measurement.
 */
public final class SharedData implements AutoCloseable {
    private static final int CHUNK = 1_000;
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int FIRST_GENERATION = 0;

    private final ServerAddress server;
    private final String version;
    private final Thread hook = new Thread(this::remove, "remove the data set");

    private SharedData(ServerAddress server, String version) {
        this.server = server;
        this.version = version;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Writes every key and reads every one back.
     *
     * @throws IllegalArgumentException if the server cannot be reached or entered, or refuses the data; one line that
     *     says how to mend it and holds no password
     * @throws IllegalStateException if the server does not hold what was written
     */
    public static SharedData load(ServerAddress server, Dataset data) {
        try (Jedis connection = connect(server)) {
            SharedData loaded = new SharedData(server, versionOf(connection));
            try {
                write(connection, data);
                verify(connection, data);
            } catch (RuntimeException e) {
                loaded.close();
                throw e;
            }
            return loaded;
        } catch (JedisConnectionException e) {
            throw new IllegalArgumentException(
                    "no Redis or Valkey answers at " + server + "; start one there, or leave --redis and REDIS_URL away"
                            + " for a server of our own",
                    e);
        } catch (JedisException e) {
            throw new IllegalArgumentException(
                    server + " refused the data set: " + e.getMessage() + "; name another server with --redis URL", e);
        }
    }

    /** The server that holds the data. */
    public ServerAddress server() {
        return server;
    }

    /** Product and version of the server, for example {@code Redis 7.0.15}. */
    public String serverVersion() {
        return version;
    }

    /** Removes all keys under the two prefixes that a run may have made, and those of its queues. */
    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ignored) {
            // The JVM is ending, and the hook does it.
        }
    }

    private void remove() {
        try (Jedis connection = connect(server)) {
            connection.unlink(Dataset.HASH);
            QueueLeftovers.remove(connection);
            for (String prefix : List.of(Dataset.KEY_PREFIX, Dataset.FOREIGN_KEY_PREFIX)) {
                for (int start = 0; start < Dataset.KEYS; start += CHUNK) {
                    String[] keys = new String[Math.min(CHUNK, Dataset.KEYS - start)];
                    for (int i = 0; i < keys.length; i++) {
                        keys[i] = Dataset.keyAt(prefix, start + i);
                    }
                    connection.unlink(keys);
                }
            }
        } catch (JedisException e) {
            System.err.println("peers: the keys " + Dataset.KEY_PREFIX + "* and " + Dataset.FOREIGN_KEY_PREFIX
                    + "* may still be on " + server + ": " + e.getMessage());
        }
    }

    private static Jedis connect(ServerAddress server) {
        return new Jedis(
                JedisSettings.address(server),
                JedisSettings.login(server)
                        .serverDefaultProtocol()
                        .timeoutMillis(TIMEOUT_MILLIS)
                        .build());
    }

    private static void write(Jedis connection, Dataset data) {
        inChunks(connection, (pipeline, index) -> pipeline.set(data.key(index), data.value(index, FIRST_GENERATION)));
    }

    private static void verify(Jedis connection, Dataset data) {
        List<String> found = inChunks(connection, (pipeline, index) -> pipeline.get(data.key(index)));
        for (int index = 0; index < found.size(); index++) {
            if (!data.value(index, FIRST_GENERATION).equals(found.get(index))) {
                throw new IllegalStateException(data.key(index) + " does not hold what was written to it; is somebody"
                        + " else using this server, or does it evict keys?");
            }
        }
    }

    private static List<String> inChunks(Jedis connection, BiFunction<Pipeline, Integer, Response<String>> command) {
        List<String> replies = new ArrayList<>(Dataset.KEYS);
        for (int start = 0; start < Dataset.KEYS; start += CHUNK) {
            List<Response<String>> waiting = new ArrayList<>(CHUNK);
            try (Pipeline pipeline = connection.pipelined()) {
                for (int index = start; index < Math.min(start + CHUNK, Dataset.KEYS); index++) {
                    waiting.add(command.apply(pipeline, index));
                }
                pipeline.sync();
            }
            for (Response<String> reply : waiting) {
                replies.add(reply.get());
            }
        }
        return replies;
    }

    private static String versionOf(Jedis connection) {
        String info = connection.info("server");
        String valkey = field(info, "valkey_version:");
        return valkey.isEmpty() ? "Redis " + field(info, "redis_version:") : "Valkey " + valkey;
    }

    private static String field(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .findFirst()
                .orElse("");
    }
}
