package dev.millrace.command;

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
            "MONITOR",
            "SUBSCRIBE",
            "UNSUBSCRIBE",
            "PSUBSCRIBE",
            "PUNSUBSCRIBE",
            "SSUBSCRIBE",
            "SUNSUBSCRIBE",
            "QUIT",
            "RESET",
            "SYNC",
            "PSYNC",
            "READONLY",
            "READWRITE",
            "ASKING",
            "CLIENT REPLY",
            "CLIENT SETNAME",
            "CLIENT SETINFO",
            "CLIENT TRACKING",
            "CLIENT CACHING",
            "CLIENT NO-EVICT",
            "CLIENT NO-TOUCH");

    private static final Set<String> BLOCKS = Set.of(
            "BLPOP", "BRPOP", "BLMOVE", "BLMPOP", "BRPOPLPUSH", "BZPOPMIN", "BZPOPMAX", "BZMPOP", "WAIT", "WAITAOF");

    private static final Set<String> SECRETS =
            Set.of("AUTH", "HELLO", "ACL SETUSER", "ACL GENPASS", "CONFIG SET", "CONFIG REWRITE", "MIGRATE");

    private ConnectionState() {}

    static boolean changedBy(String name) {
        return CHANGES.contains(name) || BLOCKS.contains(name);
    }

    static boolean hasSecrets(String name) {
        return SECRETS.contains(name);
    }
}
