package dev.millrace.topology;

import dev.millrace.connection.Endpoint;
import dev.millrace.connection.Login;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** What kind of deployment the servers form, and where it is found. Immutable. */
public sealed interface Deployment {
    /** One server. */
    record OneServer(Endpoint endpoint) implements Deployment {}

    /**
     * A Redis Cluster.
     *
     * @param seeds nodes to ask for the others; any one that can be reached is enough
     * @param refresh how often the cluster is looked at
     * @param mapping where a node is reached that announces itself at an address, for networks that translate
     *     addresses; the identity by default. Called on every change of the cluster; must not block
     */
    record Cluster(List<Endpoint.Tcp> seeds, Refresh refresh, UnaryOperator<Endpoint.Tcp> mapping)
            implements Deployment {
        /** @throws IllegalArgumentException if there is no seed, or some have TLS and others not */
        public Cluster {
            seeds = List.copyOf(seeds);
            Objects.requireNonNull(refresh);
            Objects.requireNonNull(mapping);
            check(seeds, "seed", "a cluster");
        }
    }

    /**
     * A master with replicas, watched by Sentinels.
     *
     * @param sentinels the Sentinels; those that they know of are asked too. TLS for them is TLS for the servers
     * @param master the name by which the Sentinels know the master, such as mymaster
     * @param sentinelLogin who connects to the Sentinels: they have users of their own; the database must be 0
     * @param refresh how often the Sentinels are asked when they are silent
     * @param mapping where a server, or another Sentinel, is reached that the Sentinels name by an address; the identity
     *     by default. Called in every look; must not block
     */
    record Sentinel(
            List<Endpoint.Tcp> sentinels,
            String master,
            Login sentinelLogin,
            Refresh refresh,
            UnaryOperator<Endpoint.Tcp> mapping)
            implements Deployment {
        /** @throws IllegalArgumentException if there is no Sentinel, or the master has no name */
        public Sentinel {
            sentinels = List.copyOf(sentinels);
            Objects.requireNonNull(refresh);
            Objects.requireNonNull(mapping);
            check(sentinels, "Sentinel", "a master behind Sentinels");
            if (master.isBlank()) {
                throw new IllegalArgumentException("name the master that the Sentinels watch, such as mymaster");
            }
        }
    }

    private static void check(List<Endpoint.Tcp> endpoints, String what, String whole) {
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException(whole + " needs the address of at least one " + what);
        }
        long secured =
                endpoints.stream().filter(endpoint -> endpoint.tls() != null).count();
        if (secured != 0 && secured != endpoints.size()) {
            throw new IllegalArgumentException(
                    "some addresses of " + whole + " are rediss:// and some are not; use the one or the other for all");
        }
    }
}
