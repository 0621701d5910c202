package dev.millrace;

import dev.millrace.connection.Credentials;
import dev.millrace.connection.Endpoint;
import dev.millrace.connection.Tls;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection URL, taken apart. Credentials may hold any character when they are percent-encoded; no message repeats
 * them.
 */
record RedisUrl(
        Endpoint endpoint,
        @Nullable Credentials credentials,
        int database,
        @Nullable String clientName,
        int protocol) {
    private static final int DEFAULT_PORT = 6379;

    /** @throws IllegalArgumentException if the URL is malformed; one line that says where and how to mend it */
    static RedisUrl parse(String url) {
        int schemeEnd = url.indexOf("://");
        if (schemeEnd < 0) {
            throw malformed(url, "it has no scheme; write redis://, rediss:// or unix:// before it");
        }
        String scheme = url.substring(0, schemeEnd).toLowerCase(Locale.ROOT);
        String rest = url.substring(schemeEnd + 3);
        int query = rest.indexOf('?');
        Map<String, String> parameters = query < 0 ? Map.of() : parameters(url, rest.substring(query + 1));
        String main = query < 0 ? rest : rest.substring(0, query);
        return switch (scheme) {
            case "redis" -> tcp(url, main, null, parameters);
            case "rediss" -> tcp(url, main, Tls.ofDefaults(), parameters);
            case "unix", "redis+unix" -> unix(url, main, parameters);
            default -> throw malformed(url, "scheme " + scheme + " is unknown; use redis, rediss (TLS) or unix");
        };
    }

    private static RedisUrl tcp(String url, String main, @Nullable Tls tls, Map<String, String> parameters) {
        int slash = main.indexOf('/', main.lastIndexOf('@') + 1);
        String path = slash < 0 ? "" : main.substring(slash + 1);
        String authority = slash < 0 ? main : main.substring(0, slash);
        int at = authority.lastIndexOf('@');
        Credentials credentials = at < 0 ? null : credentials(url, authority.substring(0, at));
        String address = authority.substring(at + 1);
        String host;
        String port;
        if (address.startsWith("[")) {
            int close = address.indexOf(']');
            if (close < 0) {
                throw malformed(url, "the IPv6 address has no closing bracket");
            }
            host = address.substring(1, close);
            port = address.substring(close + 1);
        } else {
            int colon = address.indexOf(':');
            host = colon < 0 ? address : address.substring(0, colon);
            port = colon < 0 ? "" : address.substring(colon);
        }
        if (!port.isEmpty() && !port.startsWith(":")) {
            throw malformed(url, "after the host comes :port or /database");
        }
        int number = port.length() <= 1 ? DEFAULT_PORT : number(url, "port", port.substring(1), 1, 65535);
        String database = path.isEmpty() ? parameters.getOrDefault("db", "0") : path;
        Endpoint endpoint = new Endpoint.Tcp(host.isEmpty() ? "localhost" : host, number, tls);
        return of(url, endpoint, credentials, database, parameters);
    }

    private static RedisUrl unix(String url, String main, Map<String, String> parameters) {
        int slash = main.indexOf('/');
        if (slash < 0 || slash == main.length() - 1) {
            throw malformed(url, "a Unix domain socket needs its path, such as unix:///run/redis.sock");
        }
        String before = main.substring(0, slash);
        if (!before.isEmpty() && !before.endsWith("@")) {
            throw malformed(url, "a socket's path is absolute: write three slashes, unix:///run/redis.sock");
        }
        Credentials credentials = before.isEmpty() ? null : credentials(url, before.substring(0, before.length() - 1));
        Endpoint endpoint = new Endpoint.Unix(Path.of(decode(url, main.substring(slash))));
        return of(url, endpoint, credentials, parameters.getOrDefault("db", "0"), parameters);
    }

    private static RedisUrl of(
            String url,
            Endpoint endpoint,
            @Nullable Credentials credentials,
            String database,
            Map<String, String> parameters) {
        return new RedisUrl(
                endpoint,
                credentials,
                number(url, "database", database, 0, Integer.MAX_VALUE),
                parameters.get("client_name"),
                number(url, "protocol", parameters.getOrDefault("protocol", "3"), 2, 3));
    }

    private static @Nullable Credentials credentials(String url, String userInfo) {
        int colon = userInfo.indexOf(':');
        String user = decode(url, colon < 0 ? userInfo : userInfo.substring(0, colon));
        String password = colon < 0 ? "" : decode(url, userInfo.substring(colon + 1));
        if (colon < 0) {
            throw malformed(url, "before the @ comes user:password, or :password for the default user");
        }
        return user.isEmpty() && password.isEmpty() ? null : new Credentials(user.isEmpty() ? null : user, password);
    }

    private static Map<String, String> parameters(String url, String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            switch (name) {
                case "" -> {}
                case "db", "client_name", "protocol" ->
                    parameters.put(name, equals < 0 ? "" : decode(url, pair.substring(equals + 1)));
                default ->
                    throw malformed(url, "parameter " + name + " is unknown; there are db, client_name and protocol");
            }
        }
        return parameters;
    }

    private static int number(String url, String what, String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, together with numbers out of range
        }
        String limits = most == Integer.MAX_VALUE ? "from " + least : "from " + least + " to " + most;
        throw malformed(url, "the " + what + " must be a number " + limits);
    }

    private static String decode(String url, String text) {
        try {
            // A plus is a plus in this part of a URL; the decoder takes it for a blank.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw malformed(url, "a percent sign must be followed by two hex digits; write %25 for the sign itself");
        }
    }

    private static IllegalArgumentException malformed(String url, String why) {
        return new IllegalArgumentException("the URL " + withoutCredentials(url) + " can't be used: " + why);
    }

    /** What may be shown of a URL: everything between the scheme and the last @ is replaced. */
    static String withoutCredentials(String url) {
        int schemeEnd = url.indexOf("://");
        int from = schemeEnd < 0 ? 0 : schemeEnd + 3;
        int at = url.lastIndexOf('@');
        String shown = at < from ? url : url.substring(0, from) + "***" + url.substring(at);
        return shown.length() > 200 ? shown.substring(0, 200) + "…" : shown;
    }
}
