package dev.millrace.topology;

import dev.millrace.command.ServerError;
import dev.millrace.connection.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * Where MOVED and ASK send a command: {@code MOVED 3999 127.0.0.1:6381}. Immutable.
 *
 * @see <a href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#moved-redirection">Redis:
 *     redirection</a>
 */
record Redirect(int slot, Endpoint.Tcp to) {
    /**
     * Reads a redirect; null if it is none that can be followed.
     *
     * @param from the node that answered: one that does not know its address leaves the host out
     */
    static @Nullable Redirect of(ServerError answer, Endpoint.Tcp from) {
        String[] words = String.valueOf(answer.getMessage()).split(" ", -1);
        if (words.length < 3) {
            return null;
        }
        int colon = words[2].lastIndexOf(':');
        if (colon < 0) {
            return null;
        }
        String host = words[2].substring(0, colon);
        try {
            int slot = Integer.parseInt(words[1]);
            int port = Integer.parseInt(words[2].substring(colon + 1));
            boolean unknown = host.isEmpty() || host.equals("?");
            return slot < 0 || slot >= KeySlot.COUNT
                    ? null
                    : new Redirect(slot, new Endpoint.Tcp(unknown ? from.host() : host, port, from.tls()));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
