package dev.millrace.testkit.cluster;

import dev.millrace.testkit.ErrorReplyException;
import dev.millrace.testkit.RespConnection;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Questions to many nodes on one kept connection each, so that polling a cluster under load costs it little.
 *
 * <p>Confined to the thread that uses it.
 */
final class Survey implements AutoCloseable {

    /** Longer than a node on a busy machine takes, shorter than any deadline. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final Duration timeout;
    private final Map<ClusterNode, RespConnection> connections = new HashMap<>();

    Survey() {
        this(TIMEOUT);
    }

    /** With so long for each answer. */
    Survey(Duration timeout) {
        this.timeout = timeout;
    }

    /**
     * Asks one node.
     *
     * @throws ErrorReplyException if it answers with an error
     * @throws IllegalStateException if it does not answer
     */
    @Nullable
    Object ask(ClusterNode node, String... words) {
        try {
            return askOnce(node, words);
        } catch (IOException failed) {
            throw new IllegalStateException(
                    "%s got no answer from %s: %s".formatted(words[0], node, failed.getMessage()), failed);
        }
    }

    /** What the node answers, or null if it is down, paused, loading or silent. */
    @Nullable
    String textOrNull(ClusterNode node, String... words) {
        if (!node.isUp()) {
            return null;
        }
        boolean kept = connections.containsKey(node);
        try {
            return String.valueOf(askOnce(node, words));
        } catch (SocketTimeoutException silent) {
            return null;
        } catch (IOException lost) {
            // A kept connection may be one that the server has closed since, say by its restart.
            return kept ? textOrNull(node, words) : null;
        } catch (ErrorReplyException refused) {
            if (refused.code().equals("LOADING")) {
                return null;
            }
            throw refused;
        }
    }

    /** How the node sees the cluster, or null as {@link #textOrNull}. */
    @Nullable
    ClusterView view(ClusterNode node) {
        String text = textOrNull(node, "CLUSTER", "NODES");
        return text == null ? null : ClusterView.parse(text);
    }

    private @Nullable Object askOnce(ClusterNode node, String... words) throws IOException {
        try {
            return connection(node).ask(words);
        } catch (IOException lost) {
            drop(node);
            throw lost;
        }
    }

    private RespConnection connection(ClusterNode node) throws IOException {
        RespConnection present = connections.get(node);
        if (present == null) {
            // Keys may be any bytes: they come and go unchanged this way.
            present = node.server().connect(timeout).charset(StandardCharsets.ISO_8859_1);
            connections.put(node, present);
        }
        return present;
    }

    private void drop(ClusterNode node) {
        RespConnection lost = connections.remove(node);
        if (lost != null) {
            lost.close();
        }
    }

    @Override
    public void close() {
        connections.values().forEach(RespConnection::close);
        connections.clear();
    }
}
