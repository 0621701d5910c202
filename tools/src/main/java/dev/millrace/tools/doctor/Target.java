package dev.millrace.tools.doctor;

import dev.millrace.MillraceOptions;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.BadInput;
import dev.millrace.tools.report.Server;
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
     * @throws BadInput if the URL is malformed, or the environment contradicts itself
     * @throws dev.millrace.testkit.ServerStartException if there is no redis-server and none is carried for this machine
     */
    static Target of(@Nullable String url, Map<String, String> environment) {
        try {
            if (url != null) {
                return new Target(
                        Server.withoutCredentials(url.strip()),
                        MillraceOptions.builder(url).build(),
                        null);
            }
            String variables = String.join(
                    ", ",
                    MillraceOptions.environmentVariables().stream()
                            .filter(name -> !environment.getOrDefault(name, "").isBlank())
                            .toList());
            if (!variables.isEmpty()) {
                return new Target(
                        "the environment's servers (" + variables + ")",
                        MillraceOptions.fromEnvironment(environment).build(),
                        null);
            }
        } catch (IllegalArgumentException malformed) {
            throw new BadInput(String.valueOf(malformed.getMessage()));
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
