package dev.millrace.testkit.sentinel;

import dev.millrace.testkit.ErrorReplyException;
import dev.millrace.testkit.RedisServer;

/**
 * Makes Sentinels look around more often than the built-in periods of 2 and 10 seconds allow, where the server has the
 * command for it (SENTINEL DEBUG, Redis 7.0). How they decide stays as it is; a Sentinel's restart undoes it.
 */
final class Pace {

    private Pace() {}

    static void quicken(RedisServer sentinel) {
        try {
            sentinel.ask(
                    "SENTINEL",
                    "DEBUG",
                    // How often it tells the others of itself and of the master.
                    "publish-period",
                    "200",
                    // How often it asks servers for their replicas and roles.
                    "info-period",
                    "500",
                    // How often it tries to reach a server, and so how soon it hears from one it has just made master.
                    "ping-period",
                    "300",
                    // How long it trusts itself with nothing after it was paused.
                    "tilt-period",
                    "1000");
        } catch (ErrorReplyException unknown) {
            // Older servers keep their pace; all waits allow for it.
        }
    }
}
