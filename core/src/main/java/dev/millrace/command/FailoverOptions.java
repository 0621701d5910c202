package dev.millrace.command;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a master changes places with one of its replicas. Immutable.
 *
 * @param host which replica; null, the default, leaves it to the server
 * @param port which replica; null, the default, leaves it to the server
 * @param forced whether the replica takes over when the timeout is over though it has not caught up, losing writes;
 *     false by default
 * @param timeout how long the master waits for the replica to catch up, at least 1 ms; null, the default, for as long
 *     as it takes
 */
public record FailoverOptions(
        @Nullable String host,
        @Nullable Integer port,
        boolean forced,
        @Nullable Duration timeout) {
    private static final FailoverOptions DEFAULTS = new FailoverOptions(null, null, false, null);

    /** @throws IllegalArgumentException if there is half an address, a timeout below 1 ms, or force without both */
    public FailoverOptions {
        if ((host == null) != (port == null)) {
            throw new IllegalArgumentException("a replica has a host and a port; give both or none");
        }
        if (timeout != null && Milliseconds.of(timeout) < 1) {
            throw new IllegalArgumentException("a failover's timeout is at least 1 ms, not " + timeout);
        }
        if (forced && (host == null || timeout == null)) {
            throw new IllegalArgumentException("a failover is forced to one replica after a timeout; give both");
        }
    }

    /** To a replica of the server's choice, when it has caught up. */
    public static FailoverOptions ofDefaults() {
        return DEFAULTS;
    }

    /** The same options, to this replica. */
    public FailoverOptions to(String replicaHost, int replicaPort) {
        return new FailoverOptions(replicaHost, replicaPort, forced, timeout);
    }

    /** The same options, given up after this long. @throws IllegalArgumentException if it is below 1 ms */
    public FailoverOptions within(Duration longest) {
        return new FailoverOptions(host, port, forced, longest);
    }

    /**
     * The same options, forced when the timeout is over.
     *
     * @throws IllegalArgumentException if replica or timeout is missing
     */
    public FailoverOptions forcing() {
        return new FailoverOptions(host, port, true, timeout);
    }

    void addTo(Arguments arguments) {
        if (host != null && port != null) {
            arguments.add("TO").add(host).add(port);
            if (forced) {
                arguments.add("FORCE");
            }
        }
        if (timeout != null) {
            arguments.add("TIMEOUT").add(Milliseconds.of(timeout));
        }
    }
}
