package dev.millrace.connection;

/** The three ways to subscribe. */
public enum ChannelKind {
    /** A channel by its name. */
    CHANNEL("SUBSCRIBE", "UNSUBSCRIBE"),
    /** Every channel whose name matches a glob pattern. */
    PATTERN("PSUBSCRIBE", "PUNSUBSCRIBE"),
    /** A channel of one shard, by its name (Redis 7). */
    SHARD("SSUBSCRIBE", "SUNSUBSCRIBE");

    private final String subscribe;
    private final String unsubscribe;

    ChannelKind(String subscribe, String unsubscribe) {
        this.subscribe = subscribe;
        this.unsubscribe = unsubscribe;
    }

    String subscribe() {
        return subscribe;
    }

    String unsubscribe() {
        return unsubscribe;
    }
}
