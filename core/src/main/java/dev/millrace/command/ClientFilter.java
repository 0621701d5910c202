package dev.millrace.command;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which connections CLIENT KILL ends: those for which everything that is given holds. Immutable:
 * {@code ClientFilter.ofUser("app").olderThan(Duration.ofHours(1))}.
 *
 * @param id the one with this number; null for any
 * @param type those for this; null for any
 * @param address the one from this host and port; null for any
 * @param localAddress those to this host and port of the server; null for any
 * @param user those logged in as this user; null for any
 * @param minAge those that are there for so long, to the second, at least 1 s; null for any. From Redis 7.4
 * @param sparesSelf whether the connection that sends the command is spared; true by default
 */
public record ClientFilter(
        @Nullable Long id,
        @Nullable ClientType type,
        @Nullable String address,
        @Nullable String localAddress,
        @Nullable String user,
        @Nullable Duration minAge,
        boolean sparesSelf) {
    /** @throws IllegalArgumentException if the age is below a second */
    public ClientFilter {
        if (minAge != null && minAge.toSeconds() < 1) {
            throw new IllegalArgumentException("connections are chosen by an age of at least 1 s, not " + minAge);
        }
    }

    /** The connection with this number. */
    public static ClientFilter ofId(long id) {
        return new ClientFilter(id, null, null, null, null, null, true);
    }

    /** Connections for this. */
    public static ClientFilter ofType(ClientType type) {
        return new ClientFilter(null, type, null, null, null, null, true);
    }

    /** The connection from this host and port. */
    public static ClientFilter ofAddress(String address) {
        return new ClientFilter(null, null, address, null, null, null, true);
    }

    /** Connections logged in as this user. */
    public static ClientFilter ofUser(String user) {
        return new ClientFilter(null, null, null, null, user, null, true);
    }

    /** The same filter, for connections to this host and port of the server. */
    public ClientFilter to(String serverAddress) {
        return new ClientFilter(id, type, address, serverAddress, user, minAge, sparesSelf);
    }

    /** The same filter, for connections that are there for so long. From Redis 7.4. */
    public ClientFilter olderThan(Duration age) {
        return new ClientFilter(id, type, address, localAddress, user, age, sparesSelf);
    }

    /** The same filter, ending the connection that sends the command too where it is one of them. */
    public ClientFilter includingSelf() {
        return new ClientFilter(id, type, address, localAddress, user, minAge, false);
    }

    void addTo(Arguments arguments) {
        if (id != null) {
            arguments.add("ID").add(id);
        }
        if (type != null) {
            arguments.add("TYPE").add(type.name());
        }
        if (address != null) {
            arguments.add("ADDR").add(address);
        }
        if (localAddress != null) {
            arguments.add("LADDR").add(localAddress);
        }
        if (user != null) {
            arguments.add("USER").add(user);
        }
        if (minAge != null) {
            arguments.add("MAXAGE").add(minAge.toSeconds());
        }
        arguments.add("SKIPME").add(sparesSelf ? "YES" : "NO");
    }
}
