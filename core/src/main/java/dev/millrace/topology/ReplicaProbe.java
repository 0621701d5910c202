package dev.millrace.topology;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Value;
import dev.millrace.connection.Node;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks masters and replicas, each {@value #EVERY_MILLIS} ms, how they are: whether they answer and how fast (PING), and
 * where it is wanted how far a replica is behind (INFO replication). Runs on virtual threads of its own, one per server
 * and round and one that waits between rounds, from the first {@link #watch} to {@link #close()}.
 */
@ThreadSafe
final class ReplicaProbe implements AutoCloseable {
    static final long EVERY_MILLIS = 1_000;

    /** A server that takes longer to answer is passed over until it answers again. */
    private static final long PATIENCE_MILLIS = 500;

    private static final Command<Value> PING = Command.of("PING").readOnly();
    private static final Command<Value> REPLICATION =
            Command.of("INFO", "replication").readOnly();

    /**
     * How a server was when it was last asked.
     *
     * @param roundTripNanos a moving average; the maximum for one that was not asked yet
     * @param lagBytes how far it is behind its master; the maximum for one whose link is down, 0 where it is not asked for
     */
    record Health(boolean answers, long roundTripNanos, long lagBytes) {}

    private final boolean lagWanted;
    private final Health unasked;
    private final Map<Node, Health> health = new ConcurrentHashMap<>();
    private volatile List<Shard> shards = List.of();
    private volatile boolean closed;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private @Nullable Thread thread;

    /** @param lagWanted whether replicas are asked how far they are behind */
    ReplicaProbe(boolean lagWanted) {
        this.lagWanted = lagWanted;
        this.unasked = new Health(true, Long.MAX_VALUE, lagWanted ? Long.MAX_VALUE : 0);
    }

    /** How a server was when it was last asked. One that was not asked yet answers, but is taken to be far behind. */
    Health of(Node node) {
        return health.getOrDefault(node, unasked);
    }

    /** These are the servers from now on. */
    void watch(List<Shard> current) {
        shards = List.copyOf(current);
        Set<Node> nodes = new HashSet<>();
        for (Shard shard : current) {
            nodes.add(shard.master());
            nodes.addAll(shard.replicas());
        }
        health.keySet().retainAll(nodes);
        synchronized (lock) {
            if (thread == null && !closed) {
                thread = Thread.ofVirtual().name("millrace-replica-probe").start(this::run);
            }
        }
    }

    private void run() {
        try {
            while (!closed) {
                long began = System.nanoTime();
                askAll(shards);
                long left = TimeUnit.MILLISECONDS.toNanos(EVERY_MILLIS) - (System.nanoTime() - began);
                TimeUnit.NANOSECONDS.sleep(left);
            }
        } catch (InterruptedException e) {
            // close() ends a round and the wait for the next
        }
    }

    private void askAll(List<Shard> current) throws InterruptedException {
        Map<Node, Long> offsets = new ConcurrentHashMap<>();
        Set<Thread> asking = new HashSet<>();
        try {
            for (Shard shard : current) {
                asking.add(ask(shard.master(), offsets));
                for (Node replica : shard.replicas()) {
                    asking.add(ask(replica, offsets));
                }
            }
            for (Thread each : asking) {
                each.join(); // each question has a deadline
            }
        } finally {
            asking.forEach(Thread::interrupt);
        }
        for (Shard shard : current) {
            for (Node replica : shard.replicas()) {
                Long master = offsets.get(shard.master());
                Long own = offsets.get(replica);
                long lag = !lagWanted ? 0 : master == null || own == null ? Long.MAX_VALUE : Math.max(0, master - own);
                health.computeIfPresent(
                        replica, (node, last) -> new Health(last.answers(), last.roundTripNanos(), lag));
            }
        }
    }

    private Thread ask(Node node, Map<Node, Long> offsets) {
        return Thread.ofVirtual().name("millrace-replica-question").start(() -> {
            long began = System.nanoTime();
            long deadline = began + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
            boolean answers = !(node.run(PING, deadline) instanceof MillraceException);
            long took = System.nanoTime() - began;
            health.merge(
                    node,
                    new Health(answers, answers ? took : Long.MAX_VALUE, unasked.lagBytes()),
                    (last, next) -> new Health(answers, smoothed(last, next), last.lagBytes()));
            if (lagWanted && answers && node.run(REPLICATION, deadline) instanceof Value info) {
                long offset = offset(String.valueOf(info.asText()));
                if (offset >= 0) {
                    offsets.put(node, offset);
                }
            }
        });
    }

    /** Three parts of what was, one of what is, so that one slow answer does not send every read elsewhere. */
    private static long smoothed(Health last, Health next) {
        return !next.answers() || last.roundTripNanos() == Long.MAX_VALUE
                ? next.roundTripNanos()
                : (3 * last.roundTripNanos() + next.roundTripNanos()) / 4;
    }

    /** How far a server is in the stream of its master: -1 for a replica whose link is down. */
    static long offset(String replication) {
        if (replication.contains("master_link_status:down")) {
            return -1;
        }
        long own = number(replication, "slave_repl_offset:");
        return own >= 0 ? own : number(replication, "master_repl_offset:");
    }

    private static long number(String facts, String name) {
        return facts.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip())
                .filter(text -> text.matches("[0-9]{1,18}"))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(-1);
    }

    @Override
    public void close() {
        Thread running;
        synchronized (lock) {
            closed = true;
            running = thread;
        }
        if (running != null) {
            running.interrupt();
            try {
                boolean unused = running.join(Duration.ofSeconds(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
