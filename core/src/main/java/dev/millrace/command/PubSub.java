package dev.millrace.command;

import java.util.List;
import java.util.Map;

/**
 * Commands that publish messages and tell who listens. To subscribe, use the client's own functions: a subscription is
 * no command with a reply.
 *
 * @see <a href="https://redis.io/docs/latest/commands/?group=pubsub">Redis: pub/sub</a>
 */
public final class PubSub {
    private static final Verb PUBLISH = Verb.write("PUBLISH").keys(KeyPositions.NONE);
    /** A shard channel has a slot as keys have. */
    private static final Verb SPUBLISH = Verb.write("SPUBLISH");

    private static final Verb PUBSUB_CHANNELS = Verb.read("PUBSUB CHANNELS").keys(KeyPositions.NONE);
    private static final Verb PUBSUB_NUMSUB = Verb.read("PUBSUB NUMSUB").keys(KeyPositions.NONE);
    private static final Verb PUBSUB_NUMPAT = Verb.read("PUBSUB NUMPAT").keys(KeyPositions.NONE);
    private static final Verb PUBSUB_SHARDCHANNELS =
            Verb.read("PUBSUB SHARDCHANNELS").keys(KeyPositions.NONE);
    private static final Verb PUBSUB_SHARDNUMSUB =
            Verb.read("PUBSUB SHARDNUMSUB").keys(KeyPositions.NONE);
    private static final Decoder<Map<String, Long>> COUNTS = Decoders.map(Decoders.LONG);

    private PubSub() {}

    /** {@code PUBLISH}: sends a message to a channel. Answers how many clients got it; in a cluster, of this node's. */
    public static Command<Long> publish(String channel, String message) {
        return new Command<>(PUBLISH, Decoders.LONG, channel, message);
    }

    /** {@code PUBLISH}: sends a message to a channel. Answers how many clients got it; in a cluster, of this node's. */
    public static Command<Long> publish(String channel, byte[] message) {
        return new Command<>(PUBLISH, Decoders.LONG, channel, message);
    }

    /** {@code PUBLISH}: sends a message to a channel. Answers how many clients got it; in a cluster, of this node's. */
    public static Command<Long> publish(byte[] channel, byte[] message) {
        return new Command<>(PUBLISH, Decoders.LONG, channel, message);
    }

    /** {@code SPUBLISH}: sends a message to a shard channel. Answers how many clients got it. From Redis 7. */
    public static Command<Long> spublish(String channel, String message) {
        return new Command<>(SPUBLISH, Decoders.LONG, channel, message);
    }

    /** {@code SPUBLISH}: sends a message to a shard channel. Answers how many clients got it. From Redis 7. */
    public static Command<Long> spublish(String channel, byte[] message) {
        return new Command<>(SPUBLISH, Decoders.LONG, channel, message);
    }

    /** {@code SPUBLISH}: sends a message to a shard channel. Answers how many clients got it. From Redis 7. */
    public static Command<Long> spublish(byte[] channel, byte[] message) {
        return new Command<>(SPUBLISH, Decoders.LONG, channel, message);
    }

    /** {@code PUBSUB CHANNELS}: the channels that anyone listens to by name, on this server. */
    public static Command<List<String>> pubsubChannels() {
        return new Command<>(PUBSUB_CHANNELS, Decoders.TEXTS);
    }

    /** {@code PUBSUB CHANNELS}: the channels, matching a glob-style pattern, that anyone listens to by name. */
    public static Command<List<String>> pubsubChannels(String pattern) {
        return new Command<>(PUBSUB_CHANNELS, Decoders.TEXTS, pattern);
    }

    /** {@code PUBSUB NUMSUB}: how many clients listen to each of these channels by name; empty where none is named. */
    public static Command<Map<String, Long>> pubsubNumSub(String... channels) {
        return new Command<>(PUBSUB_NUMSUB, COUNTS, (Object[]) channels.clone());
    }

    /** {@code PUBSUB NUMPAT}: how many patterns are listened to. */
    public static Command<Long> pubsubNumPat() {
        return new Command<>(PUBSUB_NUMPAT, Decoders.LONG);
    }

    /** {@code PUBSUB SHARDCHANNELS}: the shard channels that anyone listens to, on this server. From Redis 7. */
    public static Command<List<String>> pubsubShardChannels() {
        return new Command<>(PUBSUB_SHARDCHANNELS, Decoders.TEXTS);
    }

    /** {@code PUBSUB SHARDCHANNELS}: the shard channels, matching a pattern, that anyone listens to. From Redis 7. */
    public static Command<List<String>> pubsubShardChannels(String pattern) {
        return new Command<>(PUBSUB_SHARDCHANNELS, Decoders.TEXTS, pattern);
    }

    /** {@code PUBSUB SHARDNUMSUB}: how many clients listen to each of these shard channels. From Redis 7. */
    public static Command<Map<String, Long>> pubsubShardNumSub(String... channels) {
        return new Command<>(PUBSUB_SHARDNUMSUB, COUNTS, (Object[]) channels.clone());
    }
}
