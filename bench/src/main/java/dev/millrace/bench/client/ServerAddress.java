package dev.millrace.bench.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where the server is and how to enter it, in the form that every client understands.
 *
 * @param host name or address
 * @param port 1 to 65535
 * @param tls whether the connection is encrypted
 * @param user the ACL user, absent for the default user
 * @param password absent when the server asks for none
 * @param database the number of the database, 0 or more
 */
public record ServerAddress(
        String host,
        int port,
        boolean tls,
        @Nullable String user,
        @Nullable String password,
        int database) {
    private static final int DEFAULT_PORT = 6379;

    /** A server that asks for no password. */
    public static ServerAddress of(String host, int port) {
        return new ServerAddress(host, port, false, null, null, 0);
    }

    /**
     * Reads {@code redis://[[user]:password@]host[:port][/database]}, or {@code rediss://} for TLS.
     *
     * @throws IllegalArgumentException if the text is no such URL; the message repeats nothing of it but the scheme
     */
    public static ServerAddress parse(String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("the server's URL can't be read; write redis://host:port", e);
        }
        String scheme = uri.getScheme();
        if (!"redis".equals(scheme) && !"rediss".equals(scheme)) {
            throw new IllegalArgumentException(
                    "the server's URL must begin with redis:// or rediss:// here, for not every peer has more");
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("the server's URL has no host; write " + scheme + "://host:port");
        }
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("the server's port must be 1 to 65535, not " + port);
        }
        String host = uri.getHost().replaceAll("^\\[|]$", "");
        String user = null;
        String password = null;
        String login = uri.getRawUserInfo();
        if (login != null) {
            int colon = login.indexOf(':');
            // redis://word@host: the word is a user without a password for some clients and a password for others.
            if (colon < 0) {
                throw new IllegalArgumentException("the server's URL has a user without a password; write :password@");
            }
            user = colon == 0 ? null : decode(login.substring(0, colon));
            password = decode(login.substring(colon + 1));
        }
        return new ServerAddress(host, port, "rediss".equals(scheme), user, password, database(uri.getPath()));
    }

    /** Whether entering takes a password. */
    public boolean hasPassword() {
        return password != null && !password.isEmpty();
    }

    /** The address without user and password. */
    @Override
    public String toString() {
        return (tls ? "rediss://" : "redis://") + (host.contains(":") ? "[" + host + "]" : host) + ":" + port
                + (database == 0 ? "" : "/" + database);
    }

    private static int database(@Nullable String path) {
        if (path == null || path.isEmpty() || path.equals("/")) {
            return 0;
        }
        try {
            int database = Integer.parseInt(path.substring(1));
            if (database >= 0) {
                return database;
            }
        } catch (NumberFormatException ignored) {
            // Said below, in the same words as for a negative number.
        }
        throw new IllegalArgumentException("the server's URL must end in a database number or in nothing");
    }

    private static String decode(String text) {
        // A plus sign is itself in this part of a URL.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
