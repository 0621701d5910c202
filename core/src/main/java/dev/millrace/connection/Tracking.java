package dev.millrace.connection;

import dev.millrace.command.Command;
import dev.millrace.command.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * What a server is asked to say when keys change, on a connection of RESP3.
 *
 * @param prefixes every change of a key that begins with one of these, whoever has read it; none for changes of those
 *     keys only that were read on this connection behind {@code CLIENT CACHING YES}
 * @see <a href="https://redis.io/docs/latest/develop/reference/client-side-caching/">Redis: client-side caching</a>
 */
public record Tracking(List<String> prefixes) {
    /** Of the keys that were read behind {@code CLIENT CACHING YES}. The server keeps a table of them. */
    public static final Tracking OPT_IN = new Tracking(List.of());

    public Tracking {
        prefixes = List.copyOf(prefixes);
    }

    /**
     * Of all keys that begin with a prefix. The server keeps no table, and every change goes to everyone who asked.
     *
     * @throws IllegalArgumentException if the prefix is empty: that would be every key there is
     */
    public static Tracking broadcast(String prefix) {
        if (prefix.isEmpty()) {
            throw new IllegalArgumentException("a prefix to hear all changes of can't be empty");
        }
        return new Tracking(List.of(prefix));
    }

    /** Whether keys are announced that were not read here. */
    public boolean isBroadcast() {
        return !prefixes.isEmpty();
    }

    /**
     * What asks for it; all must be granted. Never NOLOOP: in the default mode the server then forgets a key that its
     * reader has written, and says nothing of the writes of others after that.
     */
    List<Command<Value>> commands() {
        if (!isBroadcast()) {
            // The second is to find out, while hands are shaken, whether this user may say it.
            return List.of(Command.of("CLIENT TRACKING", "ON", "OPTIN"), Command.of("CLIENT CACHING", "YES"));
        }
        List<String> words = new ArrayList<>(List.of("ON", "BCAST"));
        prefixes.forEach(prefix -> words.addAll(List.of("PREFIX", prefix)));
        return List.of(Command.of("CLIENT TRACKING", words.toArray()));
    }
}
