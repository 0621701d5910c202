package dev.millrace.testkit.cluster;

import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.FreePorts;
import dev.millrace.testkit.JointStart;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.RedisServerBuilder;
import dev.millrace.testkit.ServerStartException;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Starts single nodes, which know nothing of each other yet.
 *
 * <p>The port is chosen before the server starts, because its proxy has to be announced in the server's configuration.
 *
 * <p>Immutable and thread-safe.
 */
final class NodeLauncher {

    private static final int PORT_TRIES = 8;

    private final ClusterOptions options;

    NodeLauncher(ClusterOptions options) {
        this.options = options;
    }

    /**
     * Starts so many nodes at the same time, all or none.
     *
     * @throws ServerStartException if one does not start
     */
    List<ClusterNode> launchAll(int count) {
        return JointStart.all(IntStream.range(0, count).mapToObj(number -> () -> launch(number)), ClusterNode::close);
    }

    ClusterNode launch(int number) {
        for (int attempt = 1; ; attempt++) {
            int port = FreePorts.nextWithBus();
            FaultProxy proxy = options.proxies() ? FaultProxy.to("127.0.0.1", port) : null;
            RedisServer server = null;
            try {
                server = builder(number, port, proxy).start();
                return new ClusterNode(number, server, options.tls(), proxy);
            } catch (RuntimeException | Error failed) {
                if (proxy != null) {
                    proxy.close();
                }
                if (server != null) {
                    server.close();
                }
                boolean again = failed instanceof ServerStartException start && start.isPortTaken();
                if (!again || attempt == PORT_TRIES) {
                    throw failed;
                }
            }
        }
    }

    private RedisServerBuilder builder(int number, int port, @Nullable FaultProxy proxy) {
        RedisServerBuilder builder = RedisServer.builder()
                .startDeadline(options.deadline())
                .config("cluster-enabled", "yes")
                .config("cluster-config-file", "nodes.conf")
                .config(
                        "cluster-node-timeout",
                        Long.toString(options.nodeTimeout().toMillis()))
                .config("cluster-announce-ip", "127.0.0.1")
                // A first synchronisation waits five seconds for other replicas otherwise.
                .config("repl-diskless-sync", "yes")
                .config("repl-diskless-sync-delay", "0");
        int plainPort = options.tls() ? FreePorts.next() : port;
        builder.port(plainPort);
        if (options.tls()) {
            builder.tlsPort(port);
        }
        if (proxy != null && options.tls()) {
            builder.config("cluster-announce-tls-port", Integer.toString(proxy.port()))
                    .config("cluster-announce-port", Integer.toString(plainPort));
        } else if (proxy != null) {
            builder.config("cluster-announce-port", Integer.toString(proxy.port()));
        }
        if (proxy != null) {
            builder.config("cluster-announce-bus-port", Integer.toString(port + FreePorts.BUS_OFFSET));
        }
        IntFunction<String> hostnames = options.hostnames();
        if (hostnames != null) {
            builder.config("cluster-announce-hostname", hostnames.apply(number))
                    .config("cluster-preferred-endpoint-type", "hostname");
        }
        options.forEachNode().forEach(option -> option.accept(builder));
        return builder;
    }
}
