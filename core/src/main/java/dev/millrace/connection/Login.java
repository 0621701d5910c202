package dev.millrace.connection;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who a connection is when it has shaken hands.
 *
 * @param credentials asked for each new connection, so that a rotated password needs no restart; answers null for none
 * @param database the database number, 0 by default; anything else is impossible on a cluster
 * @param clientName the name shown by CLIENT LIST, or null
 * @param protocol 3 to ask for RESP3 and fall back, 2 to stay with RESP2
 * @param readOnly whether it says READONLY, so that a replica of a cluster answers reads instead of sending them away
 * @param tracking what the server is to say when keys change, or null for nothing; a server that can't, or may not, is
 *     used all the same
 */
public record Login(
        Supplier<@Nullable Credentials> credentials,
        int database,
        @Nullable String clientName,
        int protocol,
        boolean readOnly,
        @Nullable Tracking tracking) {
    /** One that does not say READONLY, and hears of no changes. */
    public Login(Supplier<@Nullable Credentials> credentials, int database, @Nullable String clientName, int protocol) {
        this(credentials, database, clientName, protocol, false, null);
    }

    /** @throws IllegalArgumentException if the database is negative, the protocol not 2 or 3, or the name has blanks */
    public Login {
        if (database < 0) {
            throw new IllegalArgumentException("database " + database + " is negative; 0 is the default one");
        }
        if (protocol != 2 && protocol != 3) {
            throw new IllegalArgumentException("protocol " + protocol + " is unknown; 2 and 3 are RESP2 and RESP3");
        }
        if (clientName != null && (clientName.isEmpty() || !clientName.chars().allMatch(c -> c > ' ' && c < 0x7f))) {
            throw new IllegalArgumentException("a client name is printable ASCII without blanks, and not empty");
        }
    }

    /** The same, with READONLY said. */
    public Login reading() {
        return new Login(credentials, database, clientName, protocol, true, tracking);
    }

    /** The same, for a connection that hears of changes. */
    Login tracking(Tracking wanted) {
        return new Login(credentials, database, clientName, protocol, readOnly, wanted);
    }

    /** Nobody, database 0, no name, RESP3. */
    public static Login ofDefaults() {
        return new Login(() -> null, 0, null, 3);
    }
}
