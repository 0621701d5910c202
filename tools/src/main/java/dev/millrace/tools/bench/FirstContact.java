package dev.millrace.tools.bench;

import dev.millrace.Millrace;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.ServerError;
import dev.millrace.command.Value;
import dev.millrace.tools.BadInput;
import org.jspecify.annotations.Nullable;

/** Tries a server before anything is measured, for a wrong address or password is the user's to mend. Stateless. */
final class FirstContact {
    private FirstContact() {}

    /**
     * Connects, and asks for product and version.
     *
     * @throws BadInput if nothing answers there, or the login is refused
     */
    static String version(ServerUnderTest server) {
        String address = server.described();
        try (Millrace redis = Millrace.connect(server.options())) {
            return ask(redis);
        } catch (ServerError.AuthenticationFailed refused) {
            throw new BadInput(
                    "the server at " + address + " refused the login (" + refused.getMessage()
                            + "); put the right user and password into the URL, redis://USER:PASSWORD@HOST:PORT, or the environment");
        } catch (MillraceException failed) {
            throw new BadInput("no server could be used at " + address + ": " + failed.getMessage());
        }
    }

    private static String ask(Millrace redis) {
        try {
            Value info = redis.run(Command.of("INFO", "server").readOnly());
            return product(info == null ? null : info.asText());
        } catch (ServerError.NoPermission mayNotAsk) {
            return "a server that tells no version";
        }
    }

    private static String product(@Nullable String info) {
        String valkey = field(info, "valkey_version");
        String redis = field(info, "redis_version");
        if (valkey != null) {
            return "Valkey " + valkey;
        }
        return redis == null ? "a server that tells no version" : "Redis " + redis;
    }

    private static @Nullable String field(@Nullable String info, String name) {
        if (info == null) {
            return null;
        }
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse(null);
    }
}
