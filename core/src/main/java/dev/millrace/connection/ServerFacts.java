package dev.millrace.connection;

/**
 * What the handshake told about a server.
 *
 * @param protocol 2 or 3: the version of RESP the connection speaks
 * @param version the server's version, such as 7.0.15; empty where HELLO is unknown
 * @param name "redis" or "valkey"; empty where HELLO is unknown
 * @param mode "standalone", "sentinel" or "cluster"; empty where HELLO is unknown
 * @param role "master" or "replica"; empty where HELLO is unknown
 * @param tracking whether it says on this connection when keys change, because it was asked to
 */
public record ServerFacts(int protocol, String version, String name, String mode, String role, boolean tracking) {
    /** One line for the wire log. */
    String describe() {
        return (name.isEmpty() ? "" : name + " " + version + ", " + mode + " " + role + ", ") + "RESP" + protocol
                + (tracking ? ", tracking" : "");
    }

    /** What is known of a server without HELLO. */
    static final ServerFacts RESP2 = new ServerFacts(2, "", "", "", "", false);
}
