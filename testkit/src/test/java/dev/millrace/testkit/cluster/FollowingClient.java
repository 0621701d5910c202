package dev.millrace.testkit.cluster;

import dev.millrace.testkit.ErrorReplyException;
import dev.millrace.testkit.RespConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The least a client of a cluster has to do: it follows MOVED and ASK, one question at a time. */
final class FollowingClient implements AutoCloseable {

    private static final int HOPS = 16;

    private final List<ClusterNode> nodes;
    private final Map<ClusterNode, RespConnection> connections = new HashMap<>();

    FollowingClient(List<ClusterNode> nodes) {
        this.nodes = nodes;
    }

    @Nullable
    Object ask(ClusterNode first, String... words) throws IOException {
        ClusterNode node = first;
        boolean asking = false;
        for (int hop = 0; hop < HOPS; hop++) {
            RespConnection connection = connection(node);
            try {
                if (asking) {
                    connection.ask("ASKING");
                }
                return connection.ask(words);
            } catch (ErrorReplyException redirected) {
                if (!redirected.code().equals("MOVED") && !redirected.code().equals("ASK")) {
                    throw redirected;
                }
                asking = redirected.code().equals("ASK");
                String address = String.valueOf(redirected.getMessage()).split(" ", -1)[2];
                node = nodes.stream()
                        .filter(candidate -> candidate.address().equals(address))
                        .findFirst()
                        .orElseThrow();
            }
        }
        throw new IOException("sent on " + HOPS + " times");
    }

    private RespConnection connection(ClusterNode node) throws IOException {
        RespConnection present = connections.get(node);
        if (present == null) {
            present = node.server().connect(Duration.ofSeconds(10));
            connections.put(node, present);
        }
        return present;
    }

    @Override
    public void close() {
        connections.values().forEach(RespConnection::close);
    }
}
