package dev.millrace.bench.client;

import dev.millrace.bench.workload.Cell;
import dev.millrace.bench.workload.Workload;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Opens a client for one cell. */
public final class PeerClients {
    private PeerClients() {}

    private static final Set<ClientName> WITH_CACHE =
            EnumSet.of(ClientName.MILLRACE, ClientName.JEDIS, ClientName.REDISSON, ClientName.CAFFEINE);

    private static final Set<ClientName> WITH_QUEUE =
            EnumSet.of(ClientName.MILLRACE, ClientName.REDISSON, ClientName.REDISSON_ZSET, ClientName.BULLMQ);

    private static final Set<ClientName> WITH_WORKER = EnumSet.of(ClientName.MILLRACE, ClientName.BULLMQ);

    private static final Set<ClientName> OF_ONE_TABLE =
            EnumSet.of(ClientName.CAFFEINE, ClientName.REDISSON_ZSET, ClientName.BULLMQ);

    /**
     * Whether the client can do what the cell asks; Jedis has nothing asynchronous, and not every client a cache or a
     * queue.
     */
    public static boolean supports(ClientName client, Cell cell) {
        if (cell.workload().isQueue()) {
            return (cell.workload() == Workload.QUEUE_WORKER ? WITH_WORKER : WITH_QUEUE).contains(client);
        }
        if (cell.workload().isCache()) {
            return WITH_CACHE.contains(client);
        }
        return !OF_ONE_TABLE.contains(client)
                && (client != ClientName.JEDIS || cell.workload().shape() != Workload.Shape.ASYNCHRONOUS);
    }

    /** How the client does what the cell asks, in a word or two. */
    public static String mode(ClientName client, Cell cell) {
        if (cell.workload().isCache()) {
            return switch (client) {
                case MILLRACE -> "Cache";
                case JEDIS -> "CacheConfig";
                case REDISSON -> "RLocalCachedMap";
                default -> "TTL 1 s";
            };
        }
        return switch (cell.workload().shape()) {
            case QUEUE -> queueMode(client, cell.workload());
            case CACHE -> "cache";
            case BLOCKING -> client == ClientName.JEDIS ? "pool" : "blocking";
            case ASYNCHRONOUS -> "asynchronous";
            case BATCH -> "pipelined";
        };
    }

    private static String queueMode(ClientName client, Workload workload) {
        return switch (client) {
            case REDISSON -> "RPriorityQueue";
            case REDISSON_ZSET -> "RScoredSortedSet";
            case BULLMQ ->
                switch (workload) {
                    case QUEUE_ENQUEUE -> "addBulk";
                    case QUEUE_CALLERS -> "add";
                    default -> "Worker";
                };
            default ->
                switch (workload) {
                    case QUEUE_ENQUEUE -> "enqueueBatch";
                    case QUEUE_CALLERS -> "enqueue";
                    case QUEUE_WORKER -> "Worker";
                    default -> "settle";
                };
        };
    }

    /** What a queue of the client has not, that Millrace's has; nothing where there is nothing to say. */
    public static Optional<String> lacks(ClientName client) {
        return switch (client) {
            case REDISSON ->
                Optional.of("no leases (what is polled is gone), no retries, no ids, no history; a lock and a binary"
                        + " search for each job that is added");
            case REDISSON_ZSET ->
                Optional.of("a sorted set and no queue: no leases (what is polled is gone), no retries, no history");
            case BULLMQ ->
                Optional.of("a script for each job, also in addBulk; its settle and its worker are one and the same,"
                        + " with concurrency 100, and say nothing of latencies");
            default -> Optional.empty();
        };
    }

    /**
     * Connects a client's queue.
     *
     * @throws Exception whatever the client throws if the server cannot be reached or entered
     */
    public static QueuePeer openQueue(ClientName client, ServerAddress server) throws Exception {
        return switch (client) {
            case MILLRACE -> new MillraceQueuePeer(server);
            case REDISSON -> new RedissonQueuePeer(server);
            case REDISSON_ZSET -> new RedissonZsetPeer(server);
            default -> throw new IllegalArgumentException(client.label() + " has no queue in this JVM");
        };
    }

    /**
     * Connects a client, set up for the cell.
     *
     * @throws PeerUnavailable if the client cannot run on this machine
     * @throws Exception whatever the client throws if the server cannot be reached or entered
     */
    public static PeerClient open(ClientName client, ServerAddress server, Cell cell) throws Exception {
        return cell.workload().isCache() ? openCache(client, server, cell) : openClient(client, server, cell);
    }

    private static PeerClient openCache(ClientName client, ServerAddress server, Cell cell) throws Exception {
        return switch (client) {
            case MILLRACE -> new MillraceCachePeer(server);
            case JEDIS -> new JedisCachePeer(server, cell);
            case REDISSON -> new RedissonCachePeer(server);
            case CAFFEINE -> new CaffeinePeer(server, cell);
            default -> throw new IllegalArgumentException(client.label() + " has no cache");
        };
    }

    private static PeerClient openClient(ClientName client, ServerAddress server, Cell cell) throws Exception {
        return switch (client) {
            case CAFFEINE -> throw new IllegalArgumentException(client.label() + " is only a cache");
            case REDISSON_ZSET, BULLMQ -> throw new IllegalArgumentException(client.label() + " is only a queue");
            case LETTUCE -> new LettucePeer(server, cell);
            case JEDIS -> new JedisPeer(server, cell);
            case REDISSON -> new RedissonPeer(server);
            case GLIDE -> GlidePeer.open(server);
            case MILLRACE -> new MillracePeer(server, cell);
            case REDIS_BENCHMARK -> throw new IllegalArgumentException(client.label() + " is a program of its own");
        };
    }
}
