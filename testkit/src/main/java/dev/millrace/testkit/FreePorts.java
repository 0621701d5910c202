package dev.millrace.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntPredicate;

/**
 * Finds loopback ports nobody listens on.
 *
 * <p>They lie below the range from which Linux (from 32768) and macOS (from 49152) take the local ends of outgoing
 * connections. A port from inside that range could be lost while its server is down: a client that keeps trying to
 * reconnect is sooner or later given that very port as its own end, connects to itself, and the server can't come back.
 *
 * <p>A port is only probed, not reserved: whoever binds it may find it taken meanwhile and asks again.
 *
 * <p>Stateless and thread-safe.
 */
public final class FreePorts {

    /** How far a cluster node's bus port lies above its port, unless the server is told otherwise. */
    public static final int BUS_OFFSET = 10_000;

    static final int LOWEST = 12_000;
    static final int HIGHEST = 32_000;
    private static final int PROBES = 200;

    private FreePorts() {}

    /**
     * A port on 127.0.0.1 nobody listens on.
     *
     * @throws ServerStartException if none of 200 tries finds one
     */
    public static int next() {
        return next(HIGHEST, FreePorts::isFree);
    }

    /**
     * A port on 127.0.0.1 for a cluster node: nobody listens on it, nor {@value #BUS_OFFSET} above it.
     *
     * @throws ServerStartException if none of 200 tries finds one
     */
    public static int nextWithBus() {
        return next(HIGHEST - BUS_OFFSET, port -> isFree(port) && isFree(port + BUS_OFFSET));
    }

    private static int next(int below, IntPredicate wanted) {
        for (int probe = 0; probe < PROBES; probe++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, below);
            if (wanted.test(port)) {
                return port;
            }
        }
        throw new ServerStartException(
                "no free port on 127.0.0.1 in %d tries between %d and %d".formatted(PROBES, LOWEST, below));
    }

    static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(Loopback.ADDRESS, port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
