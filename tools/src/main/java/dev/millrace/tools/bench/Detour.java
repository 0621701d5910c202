package dev.millrace.tools.bench;

import dev.millrace.MillraceOptions;
import dev.millrace.connection.ConnectionOptions;
import dev.millrace.connection.Endpoint;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.topology.Deployment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A longer way to the same servers: a proxy before each that adds a delay to every round trip, put there when a client
 * first goes that way. Servers are not delayed among themselves, and Sentinels not at all. Thread-safe; close it after
 * the clients that use it.
 */
final class Detour implements AutoCloseable {
    private final MillraceOptions direct;
    private final Duration roundTrip;
    private final Map<String, FaultProxy> proxies = new ConcurrentHashMap<>();

    private Detour(MillraceOptions direct, Duration roundTrip) {
        this.direct = direct;
        this.roundTrip = roundTrip;
    }

    /**
     * A way that takes longer by so much; empty where no proxy can stand in between: TLS would not know the proxy's name,
     * a Unix domain socket has no port.
     */
    static Optional<Detour> of(MillraceOptions direct, Duration roundTrip) {
        List<? extends Endpoint> endpoints = switch (direct.deployment()) {
            case Deployment.OneServer one -> List.of(one.endpoint());
            case Deployment.Cluster cluster -> cluster.seeds();
            case Deployment.Sentinel sentinel -> sentinel.sentinels();
        };
        boolean plain =
                endpoints.stream().allMatch(endpoint -> endpoint instanceof Endpoint.Tcp tcp && tcp.tls() == null);
        return plain ? Optional.of(new Detour(direct, roundTrip)) : Optional.empty();
    }

    /** The options of a client that goes this way, else as the direct one. */
    MillraceOptions options() {
        ConnectionOptions connection = direct.connection();
        return switch (direct.deployment()) {
            case Deployment.OneServer one -> {
                Endpoint through = through((Endpoint.Tcp) one.endpoint());
                yield with(new Deployment.OneServer(through), connection.at(through));
            }
            case Deployment.Cluster cluster ->
                with(
                        new Deployment.Cluster(
                                cluster.seeds().stream().map(this::through).toList(),
                                cluster.refresh(),
                                announced -> through(cluster.mapping().apply(announced))),
                        connection);
            case Deployment.Sentinel sentinel ->
                with(
                        new Deployment.Sentinel(
                                sentinel.sentinels(),
                                sentinel.master(),
                                sentinel.sentinelLogin(),
                                sentinel.refresh(),
                                announced -> through(sentinel.mapping().apply(announced))),
                        connection);
        };
    }

    private MillraceOptions with(Deployment deployment, ConnectionOptions connection) {
        return new MillraceOptions(
                deployment, connection, direct.reads(), direct.retry(), direct.freshness(), direct.listener());
    }

    private Endpoint.Tcp through(Endpoint.Tcp server) {
        FaultProxy proxy = proxies.computeIfAbsent(
                server.name(),
                name -> FaultProxy.to(server.host(), server.port()).roundTrip(roundTrip));
        return new Endpoint.Tcp("127.0.0.1", proxy.port(), null);
    }

    @Override
    public void close() {
        proxies.values().forEach(FaultProxy::close);
    }
}
