package dev.millrace.connection;

import dev.millrace.command.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a server sends on a connection with subscriptions, in RESP3 as a push and in RESP2 as an array.
 *
 * @param what what it is
 * @param kind of which kind the subscription is
 * @param subscribed the channel or pattern that was subscribed to
 * @param channel the channel it was published to
 * @param payload what was published; empty unless it is a message
 */
record PubSubMessage(What what, ChannelKind kind, String subscribed, String channel, byte[] payload) {
    /** The three things a server says. */
    enum What {
        SUBSCRIBED,
        UNSUBSCRIBED,
        MESSAGE
    }

    private static final byte[] NOTHING = {};

    /** Reads one; null if it is something else, such as an invalidation or the answer to a PING. */
    static @Nullable PubSubMessage of(List<Value> items) {
        if (items.size() < 3 || !(items.getFirst() instanceof Value.Bytes) || !(items.get(1) instanceof Value.Bytes)) {
            return null;
        }
        String subscribed = String.valueOf(items.get(1).asText());
        return switch (String.valueOf(items.getFirst().asText())) {
            case "message" -> message(ChannelKind.CHANNEL, subscribed, items.get(1), items.get(2));
            case "smessage" -> message(ChannelKind.SHARD, subscribed, items.get(1), items.get(2));
            case "pmessage" -> message(ChannelKind.PATTERN, subscribed, items.get(2), items.getLast());
            case "subscribe" -> answer(What.SUBSCRIBED, ChannelKind.CHANNEL, subscribed);
            case "psubscribe" -> answer(What.SUBSCRIBED, ChannelKind.PATTERN, subscribed);
            case "ssubscribe" -> answer(What.SUBSCRIBED, ChannelKind.SHARD, subscribed);
            case "unsubscribe" -> answer(What.UNSUBSCRIBED, ChannelKind.CHANNEL, subscribed);
            case "punsubscribe" -> answer(What.UNSUBSCRIBED, ChannelKind.PATTERN, subscribed);
            case "sunsubscribe" -> answer(What.UNSUBSCRIBED, ChannelKind.SHARD, subscribed);
            default -> null;
        };
    }

    private static PubSubMessage answer(What what, ChannelKind kind, String subscribed) {
        return new PubSubMessage(what, kind, subscribed, subscribed, NOTHING);
    }

    private static @Nullable PubSubMessage message(ChannelKind kind, String subscribed, Value channel, Value payload) {
        return channel instanceof Value.Bytes && payload instanceof Value.Bytes bytes
                ? new PubSubMessage(What.MESSAGE, kind, subscribed, String.valueOf(channel.asText()), bytes.bytes())
                : null;
    }
}
