package dev.millrace.command;

import java.util.Locale;
import java.util.Set;

/** Which commands, by name, change the connection they run on or carry secrets; for commands outside the catalogue. */
final class ConnectionState {
    private static final Set<String> CHANGES = Set.of(
            "AUTH",
            "HELLO",
            "SELECT",
            "WATCH",
            "UNWATCH",
            "MULTI",
            "EXEC",
            "DISCARD",
            "QUIT",
            "RESET",
            "READONLY",
            "READWRITE",
            "ASKING",
            "CLIENT SETNAME",
            "CLIENT SETINFO",
            "CLIENT TRACKING",
            "CLIENT CACHING",
            "CLIENT NO-EVICT",
            "CLIENT NO-TOUCH");

    /** They are answered by a stream of messages, or by nothing. */
    private static final Set<String> STREAMS = Set.of(
            "MONITOR",
            "SUBSCRIBE",
            "UNSUBSCRIBE",
            "PSUBSCRIBE",
            "PUNSUBSCRIBE",
            "SSUBSCRIBE",
            "SUNSUBSCRIBE",
            "SYNC",
            "PSYNC",
            "CLIENT REPLY");

    private static final Set<String> BLOCKS = Set.of(
            "BLPOP", "BRPOP", "BLMOVE", "BLMPOP", "BRPOPLPUSH", "BZPOPMIN", "BZPOPMAX", "BZMPOP", "WAIT", "WAITAOF");

    /** They block if they say so. */
    private static final Set<String> STREAM_READS = Set.of("XREAD", "XREADGROUP");

    private static final Set<String> SECRETS =
            Set.of("AUTH", "HELLO", "ACL SETUSER", "ACL GENPASS", "CONFIG SET", "CONFIG REWRITE", "MIGRATE");

    private ConnectionState() {}

    /** What is known of a command outside the catalogue: {@code verb}, with the facts that its words tell. */
    static Verb facts(Verb verb, Object[] arguments) {
        String name = verb.name();
        // CLIENT with TRACKING as its argument is CLIENT TRACKING.
        String withNext = arguments.length > 0 && arguments[0] instanceof String next
                ? name + " " + next.toUpperCase(Locale.ROOT)
                : name;
        Verb known = verb;
        if (CHANGES.contains(name) || CHANGES.contains(withNext)) {
            known = known.dedicated();
        }
        if (STREAMS.contains(name) || STREAMS.contains(withNext)) {
            known = known.streaming();
        }
        if (BLOCKS.contains(name) || (STREAM_READS.contains(name) && BlockingTime.of(name, arguments) > 0)) {
            known = known.blocking();
        }
        return SECRETS.contains(name) || SECRETS.contains(withNext) ? known.secret() : known;
    }
}
