package dev.millrace.tools;

import dev.millrace.MillraceOptions;
import dev.millrace.connection.Endpoint;
import dev.millrace.tools.report.Server;
import dev.millrace.topology.Deployment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Servers that the user named, on the command line or by the environment. Immutable.
 *
 * @param described where they are, for people, without credentials
 * @param options how to reach them
 */
public record NamedServers(String described, MillraceOptions options) {

    /**
     * The server at a URL.
     *
     * @throws BadInput if the URL is malformed
     */
    public static NamedServers at(String url) {
        try {
            return new NamedServers(
                    Server.withoutCredentials(url.strip()),
                    MillraceOptions.builder(url).build());
        } catch (IllegalArgumentException malformed) {
            throw new BadInput("the server's URL is malformed: " + malformed.getMessage());
        }
    }

    /**
     * The servers that the environment names; empty where it says nothing about any.
     *
     * @throws BadInput if a variable is malformed, or some contradict each other
     */
    public static Optional<NamedServers> of(Map<String, String> environment) {
        String variables = MillraceOptions.environmentVariables().stream()
                .filter(name -> !environment.getOrDefault(name, "").isBlank())
                .collect(Collectors.joining(", "));
        if (variables.isEmpty()) {
            return Optional.empty();
        }
        try {
            MillraceOptions options =
                    MillraceOptions.fromEnvironment(environment).build();
            return Optional.of(new NamedServers(where(options.deployment()) + " (" + variables + ")", options));
        } catch (IllegalArgumentException contradiction) {
            throw new BadInput(String.valueOf(contradiction.getMessage()));
        }
    }

    private static String where(Deployment deployment) {
        return switch (deployment) {
            case Deployment.OneServer one -> one.endpoint().name();
            case Deployment.Cluster cluster -> "the cluster of " + names(cluster.seeds());
            case Deployment.Sentinel sentinel ->
                "the master " + sentinel.master() + " behind the Sentinels " + names(sentinel.sentinels());
        };
    }

    private static String names(List<Endpoint.Tcp> endpoints) {
        return endpoints.stream().map(Endpoint::name).collect(Collectors.joining(", "));
    }
}
