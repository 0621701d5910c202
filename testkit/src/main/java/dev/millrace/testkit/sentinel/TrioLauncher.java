package dev.millrace.testkit.sentinel;

import static dev.millrace.testkit.RedisServerBuilder.quoted;

import dev.millrace.testkit.JointStart;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.RedisServerBuilder;
import dev.millrace.testkit.sentinel.SentinelOptions.Login;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Starts the servers of a group: the master, its replicas at the same time, then the Sentinels at the same time.
 *
 * <p>Immutable.
 */
final class TrioLauncher {

    private final SentinelOptions options;

    TrioLauncher(SentinelOptions options) {
        this.options = options;
    }

    RedisServer master() {
        return server().start();
    }

    List<RedisServer> replicas(RedisServer master) {
        return together(options.replicas(), () -> server().config("replicaof", "127.0.0.1 " + port(master)));
    }

    List<RedisServer> sentinels(RedisServer master) {
        return together(SentinelTrio.SENTINELS, () -> sentinel(master));
    }

    /** The port the servers of the group reach each other by, and the Sentinels name. */
    int port(RedisServer server) {
        return options.tls() ? server.tlsPort() : server.port();
    }

    private RedisServerBuilder server() {
        RedisServerBuilder builder = RedisServer.builder()
                .startDeadline(options.deadline())
                // A first synchronisation waits five seconds for other replicas otherwise.
                .config("repl-diskless-sync", "yes")
                .config("repl-diskless-sync-delay", "0");
        options.forEachServer().forEach(option -> option.accept(builder));
        return builder;
    }

    private RedisServerBuilder sentinel(RedisServer master) {
        String name = options.masterName();
        RedisServerBuilder builder = RedisServer.builder()
                .sentinel()
                .startDeadline(options.deadline())
                .config("sentinel", "monitor %s 127.0.0.1 %d %d".formatted(name, port(master), options.quorum()))
                .config("sentinel", "down-after-milliseconds %s %d".formatted(name, millis(options.downAfter())))
                .config("sentinel", "failover-timeout %s %d".formatted(name, millis(options.failoverTimeout())))
                .config("sentinel", "parallel-syncs %s %d".formatted(name, options.replicas()));
        Login login = options.login();
        if (login != null) {
            builder.secret(login.password()).config("sentinel", "auth-pass " + name + " " + quoted(login.password()));
            if (login.user() != null) {
                builder.config("sentinel", "auth-user " + name + " " + quoted(login.user()));
            }
        }
        Login sentinelLogin = options.sentinelLogin();
        if (sentinelLogin != null) {
            builder.config("sentinel", "sentinel-pass " + quoted(sentinelLogin.password()));
            if (sentinelLogin.user() != null) {
                builder.config("sentinel", "sentinel-user " + quoted(sentinelLogin.user()));
            }
        }
        options.forEachSentinel().forEach(option -> option.accept(builder));
        return builder;
    }

    private static long millis(Duration duration) {
        return duration.toMillis();
    }

    private static List<RedisServer> together(int count, Supplier<RedisServerBuilder> builder) {
        return JointStart.all(
                Stream.<Supplier<RedisServer>>generate(() -> builder.get()::start)
                        .limit(count),
                RedisServer::close);
    }
}
