package dev.millrace.tools.server.http;

import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may use a route. A browser says which site a page is of that sends a request; what changes something is refused to pages of
 * other sites, with or without a token. A server on the loopback answers to loopback names only, so that a name which an
 * attacker points at 127.0.0.1 opens nothing (DNS rebinding). Immutable.
 */
final class Guard {
    private static final String BEARER = "bearer ";
    private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}");
    private static final Set<String> SAME = Set.of("same-origin", "none");

    private final boolean loopback;
    private final byte @Nullable [] token;
    private final byte @Nullable [] administrator;

    Guard(HttpOptions options) {
        this.loopback = isLoopback(options.host());
        this.token = bytes(options.token());
        this.administrator = bytes(options.administratorToken());
    }

    static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    /** @throws Problem 421 if a request names a host that this server is not */
    void host(@Nullable String host) {
        if (!isHost(host)) {
            throw Problem.of(
                    421, "Misdirected request", "this server answers to localhost and 127.0.0.1, not to another name");
        }
    }

    /** Whether a request names this server, or none. */
    boolean isHost(@Nullable String host) {
        if (!loopback || host == null) {
            return true;
        }
        String name = withoutPort(host.toLowerCase(Locale.ROOT));
        return name.equals("localhost")
                || name.equals("127.0.0.1")
                || name.endsWith(".localhost")
                || name.equals("[::1]")
                || LOOPBACK.matcher(name).matches();
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }

    /** @throws Problem 401 without a token, 403 with a wrong one or from a page of another site */
    void access(Context context, Access access) {
        if (access == Access.OPEN) {
            return;
        }
        sameSite(context);
        if (access == Access.ADMINISTRATOR) {
            if (administrator == null) {
                throw Problem.forbidden("this server has no administrator's token; start it with MILLRACE_ADMIN_TOKEN");
            }
            require(context, administrator);
        } else if (token != null) {
            require(context, token);
        }
    }

    /** Whether this is the administrator's token. */
    boolean isAdministrator(@Nullable String authorization) {
        byte[] given = given(authorization);
        return administrator != null && given != null && MessageDigest.isEqual(administrator, given);
    }

    private void require(Context context, byte[] wanted) {
        byte[] given = given(context.header("Authorization"));
        if (given == null) {
            context.header("WWW-Authenticate", "Bearer");
            throw Problem.unauthorized("this needs a token; send it as Authorization: Bearer TOKEN");
        }
        boolean right = MessageDigest.isEqual(wanted, given)
                || (administrator != null && MessageDigest.isEqual(administrator, given));
        if (!right) {
            throw Problem.forbidden("the token is not the right one");
        }
    }

    private static byte @Nullable [] given(@Nullable String header) {
        if (header == null || !header.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
            return null;
        }
        return header.substring(BEARER.length()).strip().getBytes(StandardCharsets.UTF_8);
    }

    private static void sameSite(Context context) {
        String site = context.header("Sec-Fetch-Site");
        String origin = context.header("Origin");
        boolean other = site != null && !SAME.contains(site.toLowerCase(Locale.ROOT));
        if (other || (origin != null && !isOrigin(origin, context.host()))) {
            throw Problem.forbidden("a page of another site may not do this");
        }
    }

    private static boolean isOrigin(String origin, @Nullable String host) {
        try {
            String authority = URI.create(origin).getAuthority();
            return authority != null && authority.equalsIgnoreCase(host);
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }
}
