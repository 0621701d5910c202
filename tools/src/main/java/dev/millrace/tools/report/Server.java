package dev.millrace.tools.report;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * The server that was measured.
 *
 * @param version product and version, for example {@code Redis 7.0.15}
 * @param address where it listens, as a URL without credentials, or how it was started
 */
public record Server(String version, String address) {

    /** A server reached by URL; user and password are left out of {@link #address()}. */
    public static Server at(String version, String url) {
        return new Server(version, withoutCredentials(url));
    }

    /**
     * The URL with user information removed. Text that is no URL is not repeated, for it may hold a password at a place
     * nobody expects.
     */
    public static String withoutCredentials(String url) {
        try {
            URI uri = new URI(url);
            if (uri.getScheme() == null || (uri.getHost() == null && uri.getPath() == null)) {
                return "(address not shown)";
            }
            String authority = uri.getHost() == null ? "" : hostAndPort(uri);
            String path = uri.getPath() == null ? "" : uri.getPath();
            return uri.getScheme() + "://" + authority + path;
        } catch (URISyntaxException notUrl) {
            return "(address not shown)";
        }
    }

    private static String hostAndPort(URI uri) {
        return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    /** One line for people: {@code Redis 7.0.15, redis://localhost:6379}. */
    public String summary() {
        return version + ", " + address;
    }
}
