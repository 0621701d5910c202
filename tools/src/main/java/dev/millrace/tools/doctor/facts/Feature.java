package dev.millrace.tools.doctor.facts;

import java.util.List;

/** What newer servers can do and older ones, or those of some providers, can't. */
public enum Feature {
    RESP3("RESP3", "Redis 6.0", List.of("hello")),
    TRACKING("client tracking", "Redis 6.0", List.of()),
    SCRIPTS("scripts", "Redis 2.6", List.of("evalsha", "script")),
    TRANSACTIONS("transactions", "Redis 2.0", List.of("multi", "exec", "watch")),
    LEASES("XAUTOCLAIM, LMOVE, GETEX", "Redis 6.2", List.of("xautoclaim", "lmove", "getex")),
    SHARDED_PUBSUB("sharded pub/sub", "Redis 7.0", List.of("ssubscribe", "spublish")),
    FUNCTIONS("functions", "Redis 7.0", List.of("fcall", "function")),
    WAIT_AOF("WAITAOF", "Redis 7.2", List.of("waitaof")),
    FIELD_EXPIRY("HEXPIRE", "Redis 7.4 or Valkey 9.0", List.of("hexpire", "hpexpire"));

    private final String label;
    private final String since;
    private final List<String> commands;

    Feature(String label, String since, List<String> commands) {
        this.label = label;
        this.since = since;
        this.commands = commands;
    }

    /** What a report calls it. */
    public String label() {
        return label;
    }

    /** The first versions that have it. */
    public String since() {
        return since;
    }

    /** The commands it consists of, in lower case; empty where no command tells. */
    List<String> commands() {
        return commands;
    }

    /** Whether a server of that version has it, as far as the version tells. */
    boolean isIn(String version) {
        String[] had = version.split("\\.", -1);
        String[] needed = since.substring(since.indexOf(' ') + 1).split("[ .]", -1);
        int major = Integer.compare(number(had, 0), number(needed, 0));
        return major > 0 || (major == 0 && number(had, 1) >= number(needed, 1));
    }

    private static int number(String[] parts, int place) {
        return place < parts.length && parts[place].matches("\\d{1,6}") ? Integer.parseInt(parts[place]) : 0;
    }

    /** Whether a server has it. */
    public enum State {
        PRESENT,
        ABSENT,
        /** The server has it, and this user may not use it. */
        FORBIDDEN
    }
}
