package dev.millrace.tools.doctor;

import dev.millrace.MillraceOptions;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.NamedServers;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The servers that are to be looked at, and how they came to be chosen.
 *
 * @param described for people, without credentials
 * @param options how to reach them
 * @param own the server that was started for the look, ended on {@link #close}; null for those of the user
 */
record Target(
        String described, MillraceOptions options, @Nullable RedisServer own) implements AutoCloseable {

    /**
     * The URL's server; without one, those of the environment; where that says nothing, a server of our own.
     *
     * @throws dev.millrace.tools.BadInput if the URL is malformed, or the environment contradicts itself
     * @throws dev.millrace.testkit.ServerStartException if there is no redis-server and none is carried for this machine
     */
    static Target of(@Nullable String url, Map<String, String> environment) {
        NamedServers named = url != null
                ? NamedServers.at(url)
                : NamedServers.of(environment).orElse(null);
        if (named != null) {
            return new Target(named.described(), named.options(), null);
        }
        RedisServer own = RedisServer.start();
        return new Target(
                "nothing is set, so a server of its own, as `millrace bench` starts it (" + own.binary() + ")",
                MillraceOptions.builder(own.url()).build(),
                own);
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }
}
