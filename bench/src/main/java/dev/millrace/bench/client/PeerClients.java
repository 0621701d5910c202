package dev.millrace.bench.client;

import dev.millrace.bench.workload.Cell;
import dev.millrace.bench.workload.Workload;

/** Opens a client for one cell. */
public final class PeerClients {
    private PeerClients() {}

    /** Whether the client can do what the cell asks; Jedis has nothing asynchronous. */
    public static boolean supports(ClientName client, Cell cell) {
        return client != ClientName.JEDIS || cell.workload().shape() != Workload.Shape.ASYNCHRONOUS;
    }

    /** How the client does what the cell asks, in a word or two. */
    public static String mode(ClientName client, Cell cell) {
        return switch (cell.workload().shape()) {
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
        return switch (client) {
            case LETTUCE -> new LettucePeer(server, cell);
            case JEDIS -> new JedisPeer(server, cell);
            case REDISSON -> new RedissonPeer(server);
            case GLIDE -> GlidePeer.open(server);
            case MILLRACE -> new MillracePeer(server, cell);
            case REDIS_BENCHMARK -> throw new IllegalArgumentException(client.label() + " is a program of its own");
        };
    }
}
