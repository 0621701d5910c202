package dev.millrace.command;

import java.util.Locale;
import java.util.Set;

/**
 * Which commands, by name, change or block the connection they run on, carry secrets or have no key; for commands
 * outside the catalogue.
 */
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

    /** First words of commands that have no key; of any other, the first argument is taken for it. */
    private static final Set<String> KEYLESS = Set.of(
            "ACL",
            "AUTH",
            "BGREWRITEAOF",
            "BGSAVE",
            "CLIENT",
            "CLUSTER",
            "COMMAND",
            "CONFIG",
            "DBSIZE",
            "DISCARD",
            "ECHO",
            "EXEC",
            "FAILOVER",
            "FLUSHALL",
            "FLUSHDB",
            "FUNCTION",
            "HELLO",
            "INFO",
            "KEYS",
            "LASTSAVE",
            "LATENCY",
            "LOLWUT",
            "MODULE",
            "MULTI",
            "PING",
            "PUBLISH",
            "PUBSUB",
            "PSUBSCRIBE",
            "PUNSUBSCRIBE",
            "QUIT",
            "RANDOMKEY",
            "READONLY",
            "READWRITE",
            "REPLICAOF",
            "RESET",
            "ROLE",
            "SAVE",
            "SCAN",
            "SCRIPT",
            "SELECT",
            "SHUTDOWN",
            "SLOWLOG",
            "SUBSCRIBE",
            "SWAPDB",
            "TIME",
            "UNSUBSCRIBE",
            "UNWATCH",
            "WAIT",
            "WAITAOF");

    private static final Set<String> SECRETS =
            Set.of("AUTH", "HELLO", "ACL SETUSER", "ACL GENPASS", "CONFIG SET", "CONFIG REWRITE", "MIGRATE");

    private ConnectionState() {}

    /**
     * A name is shown in messages and logs, so it must not be a whole command with its arguments.
     *
     * @throws IllegalArgumentException if it has more words than any command's
     */
    static void checkWords(Verb verb) {
        if (verb.words() > 2 || (verb.words() == 2 && SECRETS.contains(firstWord(verb)))) {
            throw new IllegalArgumentException("a command's name has one word or two; what follows it are arguments:"
                    + " Command.of(\"SET\", key, value)");
        }
    }

    private static String firstWord(Verb verb) {
        int blank = verb.name().indexOf(' ');
        return blank < 0 ? verb.name() : verb.name().substring(0, blank);
    }

    /** What is known of a command outside the catalogue: {@code verb}, with the facts that its words tell. */
    static Verb facts(Verb verb, Object[] arguments) {
        String name = verb.name();
        // CLIENT with TRACKING as its argument is CLIENT TRACKING.
        String withNext = arguments.length > 0 && arguments[0] instanceof String next
                ? name + " " + next.toUpperCase(Locale.ROOT)
                : name;
        Verb known = KEYLESS.contains(firstWord(verb)) ? verb.keys(KeyPositions.NONE) : verb;
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
