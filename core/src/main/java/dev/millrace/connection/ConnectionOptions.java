package dev.millrace.connection;

import dev.millrace.resilience.Reconnection;

/**
 * Everything a node's connections need to know. Immutable.
 *
 * @param endpoint where the server listens
 * @param login who connects
 * @param timeouts how long things may take
 * @param limits the bounds on memory and sockets
 * @param reconnection how a lost server is looked for
 */
public record ConnectionOptions(
        Endpoint endpoint, Login login, Timeouts timeouts, Limits limits, Reconnection reconnection) {
    /** The same for another server. */
    public ConnectionOptions at(Endpoint other) {
        return new ConnectionOptions(other, login, timeouts, limits, reconnection);
    }

    /** The same for somebody else. */
    public ConnectionOptions as(Login other) {
        return new ConnectionOptions(endpoint, other, timeouts, limits, reconnection);
    }

    /** Plain TCP to a host, everything else by default. */
    public static ConnectionOptions to(String host, int port) {
        return new ConnectionOptions(
                new Endpoint.Tcp(host, port, null),
                Login.ofDefaults(),
                Timeouts.ofDefaults(),
                Limits.ofDefaults(),
                Reconnection.ofDefaults());
    }
}
