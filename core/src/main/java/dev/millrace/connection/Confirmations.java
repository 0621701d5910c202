package dev.millrace.connection;

import dev.millrace.command.MillraceException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one pub/sub connection was asked for, and what the server has said to it. The server answers in the order it was
 * asked, one answer per channel, so an error belongs to the oldest command without an answer; and a channel is
 * confirmed when it was last subscribed to, not unsubscribed from, and nothing asked about it is unanswered.
 *
 * <p>Guarded by its owner's lock.
 */
final class Confirmations {
    /** A channel or pattern. */
    record Channel(ChannelKind kind, String name) {}

    private record Asked(Channel channel, boolean subscribe) {}

    private final ArrayDeque<Asked> unanswered = new ArrayDeque<>();
    private final Map<Channel, Integer> unansweredPerChannel = new HashMap<>();
    private final Set<Channel> wanted = new HashSet<>();
    private final Map<Channel, MillraceException> refused = new HashMap<>();

    /** A command about one channel was sent. */
    void asked(ChannelKind kind, boolean subscribe, String name) {
        Channel channel = new Channel(kind, name);
        unanswered.add(new Asked(channel, subscribe));
        unansweredPerChannel.merge(channel, 1, Integer::sum);
        refused.remove(channel);
        if (subscribe) {
            wanted.add(channel);
        } else {
            wanted.remove(channel);
        }
    }

    /**
     * The server has done what it was asked for; or, unasked, has taken a shard channel away with its slot.
     *
     * @return whether it was asked for it
     */
    boolean answered(ChannelKind kind, boolean subscribe, String name) {
        Asked answer = new Asked(new Channel(kind, name), subscribe);
        if (unanswered.removeFirstOccurrence(answer)) { // the first of all, unless the server changed a name
            settle(answer.channel());
            return true;
        }
        if (!subscribe) {
            wanted.remove(answer.channel());
        }
        return false;
    }

    /**
     * The server has refused the oldest of what it was asked for.
     *
     * @return the channel that is not subscribed to therefore, or null
     */
    @Nullable
    Channel refused(MillraceException why) {
        Asked asked = unanswered.poll();
        if (asked != null) {
            settle(asked.channel());
            if (asked.subscribe() && wanted.remove(asked.channel())) {
                refused.put(asked.channel(), why);
                return asked.channel();
            }
        }
        return null;
    }

    private void settle(Channel channel) {
        unansweredPerChannel.computeIfPresent(channel, (key, count) -> count == 1 ? null : count - 1);
    }

    /** Whether the server has confirmed all of these. */
    boolean confirms(ChannelKind kind, Collection<String> names) {
        return names.stream()
                .map(name -> new Channel(kind, name))
                .allMatch(channel -> wanted.contains(channel) && !unansweredPerChannel.containsKey(channel));
    }

    /** Those of these that are still to be asked for. */
    Set<String> missing(ChannelKind kind, Collection<String> names) {
        Set<String> missing = new LinkedHashSet<>(names);
        missing.removeIf(name -> wanted.contains(new Channel(kind, name)));
        return missing;
    }

    /** Why the server refused one of these, or null. */
    @Nullable
    MillraceException refusal(ChannelKind kind, Collection<String> names) {
        return names.stream()
                .map(name -> refused.get(new Channel(kind, name)))
                .filter(why -> why != null)
                .findFirst()
                .orElse(null);
    }
}
