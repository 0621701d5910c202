package dev.millrace.queue;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.EscapedName;
import dev.millrace.command.Hashes;
import dev.millrace.command.Keys;
import dev.millrace.command.Scan;
import dev.millrace.command.ScanOptions;
import dev.millrace.topology.Dispatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The queues that a client's servers hold, for tools that were not told their options. {@code Millrace.queues()} makes it.
 *
 * <pre>{@code
 * for (String name : redis.queues().names()) {
 *     redis.queues().find(name).ifPresent(options -> look(redis.queue(options.build()).statistics()));
 * }
 * }</pre>
 *
 * <p>It only looks. Thread-safe; holds no resources.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class Queues {
    private static final Scan<String> STATES = Keys.scan(ScanOptions.ofDefaults()
            .matching(QueueKeys.anyState())
            .ofType("hash")
            .counting(1_000));

    private final Dispatch dispatch;
    private final Duration timeout;
    private final Function<Scan<String>, Iterable<String>> scanner;

    /** The queues of a client; {@code Millrace.queues} makes it. Nothing is sent yet. */
    public Queues(Dispatch dispatch, Duration timeout, Function<Scan<String>, Iterable<String>> scanner) {
        this.dispatch = dispatch;
        this.timeout = timeout;
        this.scanner = scanner;
    }

    /**
     * The names of all queues, in alphabetical order; those that are empty too, for a queue's counters stay. Scans the
     * whole keyspace, on a cluster that of every master, 1,000 keys a trip. A queue that is made meanwhile may be missing.
     *
     * @throws dev.millrace.command.MillraceException if a page can't be had
     */
    public List<String> names() {
        TreeSet<String> names = new TreeSet<>();
        for (String state : scanner.apply(STATES)) {
            QueueKeys.nameOf(state).ifPresent(names::add);
        }
        return new ArrayList<>(names);
    }

    /**
     * Options of a queue as it is on the server: its lanes in their order, each of weight 1, and payloads as bytes. They
     * are enough to look at it, to administer it and to enqueue; who claims should use the options of its consumers, for
     * weights, times and histories are not kept on the server.
     *
     * @return empty if there is no queue of that name
     * @throws dev.millrace.command.MillraceException if the server can't be asked
     */
    public Optional<QueueOptions.Builder<byte[]>> find(String name) {
        String lanes = dispatch.run(Hashes.hget(QueueKeys.state(name), "lanes"), timeout.toNanos());
        if (lanes == null || lanes.isEmpty()) {
            return Optional.empty();
        }
        Lane[] all = Arrays.stream(lanes.split(",", -1))
                .map(lane -> new Lane(lane, 1))
                .toArray(Lane[]::new);
        return Optional.of(QueueOptions.bytes(name).lanes(all).payloadBytes(QueueOptions.MOST_PAYLOAD));
    }

    /**
     * A name as it stands in its queue's keys, fit for a terminal: every byte but letters, digits, {@code .}, {@code _}
     * and {@code -} as {@code %XX}.
     */
    public static String escaped(String name) {
        return QueueKeys.escaped(name);
    }

    /**
     * The name that was {@link #escaped}. What is no escape stands for itself, so that a name without a {@code %} may be
     * given as it is.
     */
    public static String unescaped(String escaped) {
        return EscapedName.original(escaped);
    }
}
