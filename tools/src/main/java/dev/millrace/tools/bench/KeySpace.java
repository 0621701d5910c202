package dev.millrace.tools.bench;

import dev.millrace.Millrace;
import dev.millrace.command.Keys;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The keys of one run of the suite: all begin with a random prefix of their own, and every one that was handed out is
 * remembered, so that removing them looks at no other key. Thread-safe.
 */
final class KeySpace {
    private static final int CHUNK = 500;
    private static final int SWEEPS = 3;

    /** What a queue has keys for, but for its lanes. */
    private static final List<String> QUEUE_KEYS =
            List.of("state", "job", "meta", "delayed", "leased", "done", "failed", "dead", "dedup", "error", "types");

    private final String prefix;
    private final Set<String> handedOut = ConcurrentHashMap.newKeySet();
    private final Map<String, List<String>> numbered = new ConcurrentHashMap<>();
    private volatile boolean closed;

    KeySpace() {
        byte[] random = new byte[8];
        new SecureRandom().nextBytes(random);
        prefix = "millrace:bench:" + HexFormat.of().formatHex(random) + ":";
    }

    /** What every key begins with. */
    String prefix() {
        return prefix;
    }

    /**
     * The key with this name, to be removed later.
     *
     * @throws IllegalStateException if the suite is being ended: a key handed out now would stay behind
     */
    String key(String name) {
        if (closed) {
            throw new IllegalStateException("the suite is being ended");
        }
        String key = prefix + name;
        handedOut.add(key);
        return key;
    }

    /**
     * So many keys that are called the name and a number. Trials take turns, so they share keys of the same name: it
     * bounds what is on the server at once.
     */
    List<String> numbered(String name, int count) {
        List<String> keys = numbered.computeIfAbsent(name, unused -> new ArrayList<>());
        synchronized (keys) {
            for (int number = keys.size(); number < count; number++) {
                keys.add(key(name + ":" + number));
            }
            return List.copyOf(keys.subList(0, count));
        }
    }

    /**
     * The name of a queue with so many lanes, whose keys are to be removed later. They begin with
     * {@code millrace:queue:}, as all keys of queues do, and the prefix stands in them as a queue's name does.
     */
    String queue(String name, int lanes) {
        if (closed) {
            throw new IllegalStateException("the suite is being ended");
        }
        handedOut.addAll(keysOfQueue(name, lanes));
        return prefix + name;
    }

    /** The keys of a queue that was handed out, in one slot of a cluster. */
    List<String> keysOfQueue(String name, int lanes) {
        String all = "millrace:queue:{" + (prefix + name).replace(":", "%3A") + "}:";
        List<String> keys = new ArrayList<>();
        QUEUE_KEYS.forEach(key -> keys.add(all + key));
        for (int lane = 0; lane < lanes; lane++) {
            keys.add(all + "ready:" + lane);
        }
        return keys;
    }

    /** Hands out no more keys. */
    void close() {
        closed = true;
    }

    /**
     * Removes every key handed out so far. Looks again until nothing is left, for commands of a connection that was just
     * closed may still be on their way into the server.
     */
    void remove(Millrace redis) {
        List<String> keys = new ArrayList<>(handedOut);
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            long removed = 0;
            for (int from = 0; from < keys.size(); from += CHUNK) {
                String[] chunk =
                        keys.subList(from, Math.min(from + CHUNK, keys.size())).toArray(String[]::new);
                Long count = redis.run(Keys.unlink(chunk));
                removed += count == null ? 0 : count;
            }
            if (removed == 0) {
                break;
            }
        }
        keys.forEach(handedOut::remove);
        numbered.clear();
    }
}
