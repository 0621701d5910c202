package dev.millrace.bench.client;

import dev.millrace.bench.workload.Cell;
import dev.millrace.bench.workload.Workload;
import java.util.EnumSet;
import java.util.Set;

/** Opens a client for one cell. */
public final class PeerClients {
    private PeerClients() {}

    private static final Set<ClientName> WITH_CACHE =
            EnumSet.of(ClientName.MILLRACE, ClientName.JEDIS, ClientName.REDISSON, ClientName.CAFFEINE);

    /** Whether the client can do what the cell asks; Jedis has nothing asynchronous, and not every client a cache. */
    public static boolean supports(ClientName client, Cell cell) {
        if (cell.workload().isCache()) {
            return WITH_CACHE.contains(client);
        }
        return client != ClientName.CAFFEINE && client != ClientName.JEDIS
                || client == ClientName.JEDIS && cell.workload().shape() != Workload.Shape.ASYNCHRONOUS;
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
            case CACHE -> "cache";
            case BLOCKING -> client == ClientName.JEDIS ? "pool" : "blocking";
            case ASYNCHRONOUS -> "asynchronous";
            case BATCH -> "pipelined";
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
            case LETTUCE -> new LettucePeer(server, cell);
            case JEDIS -> new JedisPeer(server, cell);
            case REDISSON -> new RedissonPeer(server);
            case GLIDE -> GlidePeer.open(server);
            case MILLRACE -> new MillracePeer(server, cell);
            case REDIS_BENCHMARK -> throw new IllegalArgumentException(client.label() + " is a program of its own");
        };
    }
}
