package dev.millrace;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Transaction;
import dev.millrace.cache.Cache;
import dev.millrace.cache.CacheOptions;
import dev.millrace.cache.CachePartitions;
import dev.millrace.cache.Caches;
import dev.millrace.cache.PartitionOptions;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.command.Scan;
import dev.millrace.command.Strings;
import dev.millrace.connection.ChannelKind;
import dev.millrace.connection.MessageListener;
import dev.millrace.connection.Node;
import dev.millrace.connection.Subscription;
import dev.millrace.connection.Subscriptions;
import dev.millrace.connection.Timeouts;
import dev.millrace.metrics.ClientListener;
import dev.millrace.metrics.GuardedListener;
import dev.millrace.metrics.Statistics;
import dev.millrace.publish.Publisher;
import dev.millrace.publish.PublisherOptions;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.PartitionedQueue;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.Queues;
import dev.millrace.state.SessionOptions;
import dev.millrace.state.SessionStore;
import dev.millrace.state.State;
import dev.millrace.state.StateOptions;
import dev.millrace.storage.Storage;
import dev.millrace.storage.StorageOptions;
import dev.millrace.topology.Answer;
import dev.millrace.topology.Cluster;
import dev.millrace.topology.Deployment;
import dev.millrace.topology.Dispatch;
import dev.millrace.topology.RoutingStatistics;
import dev.millrace.topology.Sentinel;
import dev.millrace.topology.Standalone;
import dev.millrace.topology.Topology;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A client of Redis or Valkey that spends as few round trips as possible: all callers share one connection, and what
 * they do at the same time goes out together.
 *
 * <pre>{@code
 * try (Millrace redis = Millrace.connect("redis://localhost:6379")) {
 *     redis.run(set("greeting", "hello"));
 *     String hello = redis.run(get("greeting"));
 *     CompletionStage<Long> visits = redis.start(incr("visits"));
 * }
 * }</pre>
 *
 * <p>Thread-safe; make one and share it. Every call ends by its deadline in exactly one way: a value, or one of the
 * {@link MillraceException}s. One caller's commands to one key keep their order; nothing is promised between callers,
 * nor between keys on a cluster, nor between {@link #dedicated()} connections and what was started before: wait for
 * that first. A command that is tried again takes its place anew. A write is never sent a second time unless it was
 * declared {@linkplain Command#idempotent() idempotent}. After {@link dev.millrace.command.OutcomeUnknown}, a command
 * may still take effect later, even after commands that follow it.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class Millrace implements AutoCloseable {
    private final MillraceOptions options;
    private final ClientListener listener;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Topology topology;
    private final Dispatch dispatch;
    private final Subscriptions subscriptions;
    private final Caches caches;
    private final Set<State<?>> states = ConcurrentHashMap.newKeySet();
    private final Duration commandTimeout;
    private final long commandNanos;

    private Millrace(MillraceOptions options) {
        this.options = options;
        this.listener = GuardedListener.around(options.listener());
        this.topology = switch (options.deployment()) {
            case Deployment.OneServer one -> new Standalone(options.connection(), listener);
            case Deployment.Cluster cluster -> new Cluster(cluster, options.connection(), options.reads(), listener);
            case Deployment.Sentinel sentinel ->
                new Sentinel(sentinel, options.connection(), options.reads(), listener);
        };
        this.subscriptions = new Subscriptions(topology);
        this.dispatch = new Dispatch(topology, options.retry(), listener);
        this.commandTimeout = options.connection().timeouts().command();
        this.commandNanos = commandTimeout.toNanos();
        this.caches = new Caches(dispatch, commandTimeout, options.freshness());
        listener.opened(this::statistics);
    }

    /**
     * A client for a URL:
     *
     * <ul>
     *   <li>{@code redis://user:password@host:6379/0}, plain text; all but the host may be left out
     *   <li>{@code rediss://…}, the same over TLS, host name verified against the platform's trust store
     *   <li>{@code unix:///path/to/socket?db=0}, a Unix domain socket
     * </ul>
     *
     * with {@code db}, {@code client_name} and {@code protocol} as parameters. Nothing is connected yet: that happens
     * with the first command.
     *
     * @throws IllegalArgumentException if the URL is malformed; the message says where, without its credentials
     */
    public static Millrace connect(String url) {
        return connect(MillraceOptions.builder(url).build());
    }

    /**
     * A client for the servers that the environment names, as {@link MillraceOptions#fromEnvironment()} describes it; for
     * {@code redis://localhost:6379} where it names none. Nothing is connected yet.
     *
     * @throws IllegalArgumentException if a variable is malformed, or some contradict each other; one line that names
     *     them and holds no secret
     */
    public static Millrace fromEnvironment() {
        return connect(MillraceOptions.fromEnvironment().build());
    }

    /** A client with options of one's own. Nothing is connected yet. */
    public static Millrace connect(MillraceOptions options) {
        return new Millrace(options);
    }

    /**
     * Runs a command and waits for its value, up to the command timeout; a blocking command gets the time it asks the
     * server for on top.
     *
     * @return the value; null where the command's reply is "absent"
     * @throws MillraceException if the call ends in anything but a value
     */
    public <T> @Nullable T run(Command<T> command) {
        return dispatch.run(command, commandNanos);
    }

    /** As {@link #run(Command)}, with a deadline of its own. */
    public <T> @Nullable T run(Command<T> command, Duration within) {
        return dispatch.run(command, Timeouts.nanosOf(within));
    }

    /**
     * Runs a command and tells which server answered it, and whether that was a replica.
     *
     * @throws MillraceException as {@link #run(Command)}
     */
    public <T> Answer<T> ask(Command<T> command) {
        return dispatch.ask(command, commandNanos);
    }

    /**
     * Starts a command and does not wait. What follows on the stage runs on a thread where it may block; it holds up
     * other stages then, but no blocking caller.
     *
     * @return a stage that ends as {@link #run} would; cancelling it does not take the command back
     */
    public <T> CompletionStage<T> start(Command<T> command) {
        return dispatch.start(command, commandNanos);
    }

    /** As {@link #start(Command)}, with a deadline of its own. */
    public <T> CompletionStage<T> start(Command<T> command, Duration within) {
        return dispatch.start(command, Timeouts.nanosOf(within));
    }

    /** A batch: commands gathered by the caller, sent in one trip, each with a reply of its own. */
    public Batch batch() {
        return new Batch(dispatch::run, commandTimeout);
    }

    /** A transaction: commands that run as one, by MULTI and EXEC, in one trip. */
    public Transaction transaction() {
        return new Transaction(dispatch::run, commandTimeout);
    }

    /**
     * A queue of jobs. Nothing is sent yet; make one per queue and share it.
     */
    public <T> JobQueue<T> queue(QueueOptions<T> options) {
        return new JobQueue<>(dispatch, commandTimeout, options);
    }

    /**
     * A queue whose jobs are spread over so many partitions, each in a slot of its own, by their ids. Nothing is sent yet;
     * make one per queue and share it.
     *
     * @param partitions 1 to 256, the same for the queue's life; a few times the masters that it shall be spread over
     * @throws IllegalArgumentException if the number is out of its range
     */
    public <T> PartitionedQueue<T> queuePartitions(QueueOptions<T> options, int partitions) {
        return new PartitionedQueue<>(dispatch, commandTimeout, options, partitions);
    }

    /** The queues that the servers hold, whoever made them. */
    public Queues queues() {
        return new Queues(dispatch, commandTimeout, this::scan);
    }

    /**
     * A connection of one's own, for WATCH and for what else changes its connection, until it is closed. Waits for a
     * free one, up to the command timeout. On a cluster it is to any of the masters: {@link #dedicated(String)} for one
     * that has a key.
     *
     * @throws MillraceException if none can be had
     */
    public DedicatedConnection dedicated() {
        return dedicated(deadline -> topology.masters(deadline).getFirst());
    }

    /**
     * As {@link #dedicated()}, to the server that has a key: on a cluster, the master of its slot when the connection is
     * asked for. Where a slot moves while the connection is open, the server answers {@link
     * dev.millrace.command.ServerError.Moved}, which is not followed here.
     *
     * @throws MillraceException if none can be had
     */
    public DedicatedConnection dedicated(String key) {
        return dedicated(deadline -> Objects.requireNonNull(topology.masterFor(Strings.get(key), deadline)));
    }

    private DedicatedConnection dedicated(LongFunction<Node> choice) {
        long deadline = System.nanoTime() + commandNanos;
        try {
            return new DedicatedConnection(choice.apply(deadline).dedicated(deadline), commandTimeout);
        } catch (MillraceException e) {
            throw e.raised();
        }
    }

    /**
     * Walks through a scan, page after page, fetched when the page before is used up. As Redis has it: an element may
     * be seen twice, and those added or removed meanwhile may be seen or not.
     *
     * <p>A scan of the keyspace goes through every master of a cluster, one after the other. What a master has not shown
     * to the end when another takes its place, or its slots, is gone through again there. A key of a slot that is just
     * moving may be missed.
     *
     * @return iterable any number of times, each time from the beginning; iterating throws {@link MillraceException}
     */
    public <T> Iterable<T> scan(Scan<T> scan) {
        boolean ofOneKey = scan.next(Scan.START).keyCount() > 0;
        return ofOneKey || options.deployment() instanceof Deployment.OneServer
                ? () -> new ScanIterator<>(scan, this::run)
                : () -> new KeyspaceIterator<>(scan, dispatch, commandNanos);
    }

    /**
     * Subscribes to channels by their names, and waits until the server has confirmed it. From then on the subscription
     * is at whichever server serves its channels: it follows a failover and, with {@link #subscribeShard}, its slot.
     *
     * @throws MillraceException if the server refuses or does not confirm by the command timeout
     */
    public Subscription subscribe(MessageListener listener, String... channels) {
        return subscribe(ChannelKind.CHANNEL, listener, channels);
    }

    /** Subscribes to every channel that matches a glob pattern. */
    public Subscription subscribePattern(MessageListener listener, String... patterns) {
        return subscribe(ChannelKind.PATTERN, listener, patterns);
    }

    /**
     * Subscribes to sharded channels (Redis 7); as {@link #subscribe}.
     *
     * @throws MillraceException as {@link #subscribe}; {@link Misuse} if a cluster has the channels in several slots
     */
    public Subscription subscribeShard(MessageListener listener, String... channels) {
        return subscribe(ChannelKind.SHARD, listener, channels);
    }

    private Subscription subscribe(ChannelKind kind, MessageListener listener, String... channels) {
        return subscriptions.subscribe(kind, List.of(channels), listener, System.nanoTime() + commandNanos);
    }

    /**
     * A cache of two levels over this client's servers, coherent with every other writer of its keys. It lives until it or
     * the client is closed; make one per kind of value and share it.
     */
    public <K, V> Cache<K, V> cache(CacheOptions<K, V> options) {
        return caches.open(options);
    }

    /** Caches of one kind of value, one for each partition with a budget of its own; opened when they are asked for. */
    public <K, V> CachePartitions<K, V> cachePartitions(PartitionOptions<K, V> options) {
        return new CachePartitions<>(options, this::cache);
    }

    /** Storage for the plugins of rooms, as it is by default; make one and share it. */
    public Storage storage() {
        return storage(StorageOptions.ofDefaults());
    }

    /** Storage for the plugins of rooms; make one and share it. It lives until it or the client is closed. */
    public Storage storage(StorageOptions options) {
        return new Storage(options, dispatch, this::cache);
    }

    /** A publisher of messages as it is by default: many go in one trip. Make one and share it; close it before the client. */
    public Publisher publisher() {
        return publisher(PublisherOptions.ofDefaults());
    }

    /** A publisher of messages, many in one trip. Make one and share it; close it before the client. */
    public Publisher publisher(PublisherOptions options) {
        return new Publisher(options, dispatch::run);
    }

    /**
     * The state of connections, shared with all processes that open it. What Redis holds is read, and what a predecessor of
     * this process left is removed; make one and share it. It lives until it or the client is closed.
     *
     * @throws MillraceException if Redis can't be read
     */
    public <A> State<A> state(StateOptions<A> options) {
        State<A> state = new State<>(dispatch, commandTimeout, options, states::remove);
        states.add(state);
        return state;
    }

    /** HTTP sessions. Nothing is sent yet; make one and share it. */
    public <T> SessionStore<T> sessions(SessionOptions<T> options) {
        return new SessionStore<>(dispatch, commandTimeout, options);
    }

    /** The client's counters at this moment. */
    public Statistics statistics() {
        return topology.statistics();
    }

    /** What routing has cost so far: nothing with one server. */
    public RoutingStatistics routing() {
        return topology.routing();
    }

    /** The options it was made with. */
    public MillraceOptions options() {
        return options;
    }

    /**
     * Takes no more calls, waits for those under way up to the close timeout, fails the rest, and leaves no connection
     * and no thread behind. Does nothing the second time.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            states.forEach(State::close);
            caches.close();
            dispatch.close();
            subscriptions.close();
            topology.close();
            listener.closed();
        }
    }
}
