package dev.millrace.connection;

import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.command.ServerError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Knows which node serves a channel. Implementations are thread-safe. */
public interface ChannelRouting {
    /**
     * The node that serves channels now.
     *
     * @param current where they are subscribed to; stays the answer where it is as good as another
     * @throws Misuse if no single node serves all of them
     * @throws MillraceException if no node is known by the deadline
     */
    Node nodeForChannels(ChannelKind kind, List<String> channels, @Nullable Node current, long deadline);

    /** Where a node sent a subscription for good, or null; learns the slot's new owner. */
    @Nullable
    Node moved(ServerError.Moved answer, Node from);

    /**
     * A node failed, or answered as if it were not what it is taken for: the nodes are looked at again soon. Returns at
     * once.
     *
     * @return whether another node may take its place
     */
    boolean suspect(Node node);

    /** Calls this too, which does not block, whenever other nodes may serve some channels; one at a time. */
    void whenChanged(Runnable changed);
}
