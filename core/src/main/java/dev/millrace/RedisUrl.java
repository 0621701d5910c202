package dev.millrace;

import dev.millrace.connection.Credentials;
import dev.millrace.connection.Endpoint;
import dev.millrace.connection.Tls;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    private static final Pattern SCHEME =
            Pattern.compile("(?:rediss?|unix|redis\\+unix|valkeys?|https?|tcp)://", Pattern.CASE_INSENSITIVE);
    private static final Pattern HOST = Pattern.compile("[^\\s\\p{Cntrl}#%\"<>\\\\^`{|}\\[\\]]*");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9._-]+)?");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final Pattern PARAMETER = Pattern.compile("[a-z_]{1,20}");
    private static final Pattern PLAIN_ADDRESS = Pattern.compile("(?:\\[[0-9A-Fa-f:.]{1,45}\\]|[A-Za-z0-9._-]{0,100})"
            + "(?::(?:[0-9]{0,4}|[1-5][0-9]{4}|6[0-5][0-9]{3}))?(?:/[0-9]{0,5})?");
    private static final Pattern PLAIN_PATH = Pattern.compile("[A-Za-z0-9._/-]{0,200}");

    /** @throws IllegalArgumentException if the URL is malformed; one line that says where and how to mend it */
    static RedisUrl parse(String given) {
        return parse(given, DEFAULT_PORT);
    }

    /** As the other, with the port that a URL without one means. */
    static RedisUrl parse(String given, int defaultPort) {
        String url = given.strip(); // a line end is easily read along from a file or the environment
        int schemeEnd = url.indexOf("://");
        if (schemeEnd < 0) {
            throw malformed(url, "it has no scheme; write redis://, rediss:// or unix:// before it");
        }
        String scheme = url.substring(0, schemeEnd).toLowerCase(Locale.ROOT);
        String rest = url.substring(schemeEnd + 3);
        int query = rest.indexOf('?');
        String main = query < 0 ? rest : rest.substring(0, query);
        if (main.length() < rest.lastIndexOf('@') && main.indexOf('@') < 0) {
            throw malformed(url, "a ? in a password is written %3F, an @ in a parameter %40");
        }
        Map<String, String> parameters = query < 0 ? Map.of() : parameters(url, rest.substring(query + 1));
        return switch (scheme) {
            case "redis" -> tcp(url, main, null, defaultPort, parameters);
            case "rediss" -> tcp(url, main, Tls.ofDefaults(), defaultPort, parameters);
            case "unix", "redis+unix" -> unix(url, main, parameters);
            default -> throw malformed(url, "its scheme is unknown; use redis, rediss (TLS) or unix");
        };
    }

    private static RedisUrl tcp(
            String url, String main, @Nullable Tls tls, int defaultPort, Map<String, String> parameters) {
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
            if (colon != address.lastIndexOf(':')) {
                throw malformed(url, "an IPv6 address stands in brackets, such as [::1]:6379");
            }
            host = colon < 0 ? address : address.substring(0, colon);
            port = colon < 0 ? "" : address.substring(colon);
        }
        if (!port.isEmpty() && !port.startsWith(":")) {
            throw malformed(url, "after the host comes :port or /database");
        }
        if (!(address.startsWith("[") ? IPV6 : HOST).matcher(host).matches()) {
            throw malformed(url, "its host is neither a name nor an address");
        }
        int number = port.length() <= 1 ? defaultPort : number(url, "port", port.substring(1), 1, 65535);
        String database = parameters.getOrDefault("db", path.isEmpty() ? "0" : path);
        if (!path.isEmpty() && !path.equals(database)) {
            throw malformed(url, "it names two databases, in its path and as a parameter");
        }
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
        Endpoint endpoint = new Endpoint.Unix(path(url, decode(url, main.substring(slash))));
        return of(url, endpoint, credentials, parameters.getOrDefault("db", "0"), parameters);
    }

    private static Path path(String url, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw malformed(url, "its path can't be that of a socket");
        }
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
                default -> {
                    String which = PARAMETER.matcher(name).matches() ? "parameter " + name : "a parameter";
                    throw malformed(url, which + " is unknown; there are db, client_name and protocol");
                }
            }
        }
        return parameters;
    }

    private static int number(String url, String what, String text, int least, int most) {
        if (NUMBER.matcher(text).matches()) {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return (int) number;
            }
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

    /**
     * What may be shown of a URL that can't be understood. Where nothing tells what is what, a password may stand
     * anywhere: what is before the last @ is hidden, and so is all that is not plainly a host, a port, a database or a
     * path. Parameters are left out.
     */
    static String withoutCredentials(String url) {
        Matcher scheme = SCHEME.matcher(url);
        if (!scheme.lookingAt()) {
            return "***";
        }
        String shown = scheme.group();
        String rest = url.substring(shown.length());
        int at = rest.lastIndexOf('@');
        if (at >= 0) {
            shown += "***@";
        }
        String after = rest.substring(at + 1);
        int query = after.indexOf('?');
        String address = query < 0 ? after : after.substring(0, query);
        boolean plain = (shown.startsWith("unix") ? PLAIN_PATH : PLAIN_ADDRESS)
                .matcher(address)
                .matches();
        return shown + (plain ? address : "***") + (query < 0 ? "" : "?…");
    }
}
