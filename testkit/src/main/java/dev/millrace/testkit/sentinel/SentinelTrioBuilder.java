package dev.millrace.testkit.sentinel;

import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.RedisServerBuilder;
import dev.millrace.testkit.TlsMaterial;
import dev.millrace.testkit.sentinel.SentinelOptions.Login;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Options of a {@link SentinelTrio}, got from {@link SentinelTrio#builder()}. Those with {@code sentinel} in their name
 * concern the three Sentinels, the others the master and its replicas.
 *
 * <p>Not thread-safe; may start several groups.
 */
public final class SentinelTrioBuilder {

    private final List<Consumer<RedisServerBuilder>> forEachServer = new ArrayList<>();
    private final List<Consumer<RedisServerBuilder>> forEachSentinel = new ArrayList<>();
    /** These take every option as it is given, so that a wrong one is refused then and not at the start. */
    private final RedisServerBuilder serverCheck = RedisServer.builder();

    private final RedisServerBuilder sentinelCheck = RedisServer.builder();

    private String masterName = "main";
    private int replicas = 2;
    private int quorum = 2;
    private Duration downAfter = Duration.ofMillis(1300);
    private Duration failoverTimeout = Duration.ofSeconds(3);
    private Duration deadline = Duration.ofSeconds(60);
    private boolean tls;
    private boolean sentinelTls;
    private @Nullable Login login;
    private @Nullable Login sentinelLogin;

    SentinelTrioBuilder() {}

    /**
     * The name the Sentinels know the master by. Default {@code main}.
     *
     * @throws IllegalArgumentException if it holds anything but letters, digits, dots, hyphens and underscores
     */
    public SentinelTrioBuilder masterName(String name) {
        if (!name.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException(
                    "\"%s\" can't name a master: letters, digits, dots, hyphens and underscores can".formatted(name));
        }
        this.masterName = name;
        return this;
    }

    /**
     * How many replicas the master has. Default 2.
     *
     * @throws IllegalArgumentException if not within 1 to 5
     */
    public SentinelTrioBuilder replicas(int count) {
        if (count < 1 || count > 5) {
            throw new IllegalArgumentException("%d replicas are not within 1 to 5".formatted(count));
        }
        this.replicas = count;
        return this;
    }

    /**
     * How many of the three Sentinels must find the master down before they look for another. Default 2.
     *
     * @throws IllegalArgumentException if not within 1 to 3
     */
    public SentinelTrioBuilder quorum(int sentinels) {
        if (sentinels < 1 || sentinels > 3) {
            throw new IllegalArgumentException("a quorum of %d is not within 1 to 3".formatted(sentinels));
        }
        this.quorum = sentinels;
        return this;
    }

    /**
     * After how long a silent server counts as down ({@code down-after-milliseconds}). Default 1300 ms. A Sentinel may
     * wait a second before it connects to the master it has just made; with less than that (before Redis 7.0, or after
     * its restart) it may find it down at once, and fail over again.
     *
     * @throws IllegalArgumentException if below 100 ms
     */
    public SentinelTrioBuilder downAfter(Duration silence) {
        if (silence.toMillis() < 100) {
            throw new IllegalArgumentException("down after %s is below 100 ms".formatted(silence));
        }
        this.downAfter = silence;
        return this;
    }

    /**
     * After twice this the Sentinels try a failover again that did not succeed ({@code failover-timeout}). Default 3
     * seconds.
     *
     * @throws IllegalArgumentException if below 100 ms
     */
    public SentinelTrioBuilder failoverTimeout(Duration timeout) {
        if (timeout.toMillis() < 100) {
            throw new IllegalArgumentException("a failover timeout of %s is below 100 ms".formatted(timeout));
        }
        this.failoverTimeout = timeout;
        return this;
    }

    /**
     * How long the start, and any later operation that waits for the Sentinels, may take. Default 60 seconds: before
     * Redis 7.0 they take 20 to find everything in order again after a failover.
     */
    public SentinelTrioBuilder deadline(Duration longest) {
        if (longest.isNegative() || longest.isZero()) {
            throw new IllegalArgumentException("a deadline of %s is not positive".formatted(longest));
        }
        this.deadline = longest;
        return this;
    }

    /** The executable of all six; Sentinels run it with {@code --sentinel}. Default as {@link RedisServerBuilder#binary}. */
    public SentinelTrioBuilder binary(Path executable) {
        Objects.requireNonNull(executable, "executable");
        onEachServer(server -> server.binary(executable));
        return onEachSentinel(sentinel -> sentinel.binary(executable));
    }

    /**
     * A directive of redis.conf for the master and its replicas, as {@link RedisServerBuilder#config}.
     *
     * @throws IllegalArgumentException as {@link RedisServerBuilder#config}
     */
    public SentinelTrioBuilder config(String name, String value) {
        return onEachServer(server -> server.config(name, value));
    }

    /**
     * A directive of sentinel.conf, as {@link RedisServerBuilder#config}; for example {@code sentinelConfig("sentinel",
     * "resolve-hostnames yes")}.
     *
     * @throws IllegalArgumentException as {@link RedisServerBuilder#config}
     */
    public SentinelTrioBuilder sentinelConfig(String name, String value) {
        return onEachSentinel(sentinel -> sentinel.config(name, value));
    }

    /** The password of the default user of master and replicas; they, the Sentinels and the test kit use it too. */
    public SentinelTrioBuilder password(String password) {
        onEachServer(server -> server.password(password));
        if (login == null || login.user() == null) {
            this.login = new Login(null, password);
        }
        return this;
    }

    /** An ACL user of master and replicas, as {@link RedisServerBuilder#user}. */
    public SentinelTrioBuilder user(String name, String... rules) {
        String[] kept = rules.clone();
        return onEachServer(server -> server.user(name, kept));
    }

    /** Who the test kit, the Sentinels and the replicas log in as at master and replicas. Default: the default user. */
    public SentinelTrioBuilder askAs(String user, String password) {
        onEachServer(server -> server.askAs(user, password));
        this.login = new Login(user, password);
        return this;
    }

    /** The password of the default user of the Sentinels; they and the test kit use it too. Default: none. */
    public SentinelTrioBuilder sentinelPassword(String password) {
        onEachSentinel(sentinel -> sentinel.password(password));
        if (sentinelLogin == null || sentinelLogin.user() == null) {
            this.sentinelLogin = new Login(null, password);
        }
        return this;
    }

    /** An ACL user of the Sentinels, as {@link RedisServerBuilder#user}. */
    public SentinelTrioBuilder sentinelUser(String name, String... rules) {
        String[] kept = rules.clone();
        return onEachSentinel(sentinel -> sentinel.user(name, kept));
    }

    /** Who the test kit, and the Sentinels among themselves, log in as at Sentinels. Default: the default user. */
    public SentinelTrioBuilder sentinelAskAs(String user, String password) {
        onEachSentinel(sentinel -> sentinel.askAs(user, password));
        this.sentinelLogin = new Login(user, password);
        return this;
    }

    /**
     * Master, replicas and Sentinels speak TLS among themselves, and the Sentinels name TLS ports. Clients may reach
     * all six with TLS and, on another port, without. Default: no.
     *
     * @throws IllegalStateException if {@link #sentinelTls} was asked for
     */
    public SentinelTrioBuilder tls(TlsMaterial material) {
        refuseBoth(sentinelTls);
        this.tls = true;
        Consumer<RedisServerBuilder> option = builder -> builder.tls(material).config("tls-replication", "yes");
        onEachServer(option);
        return onEachSentinel(option);
    }

    /**
     * The Sentinels alone can be reached with TLS too; they name ports without. Default: no.
     *
     * @throws IllegalStateException if {@link #tls} was asked for, which includes it
     */
    public SentinelTrioBuilder sentinelTls(TlsMaterial material) {
        refuseBoth(tls);
        this.sentinelTls = true;
        return onEachSentinel(sentinel -> sentinel.tls(material));
    }

    /**
     * Starts master, replicas and the three Sentinels, and returns when each Sentinel knows the two others and all
     * replicas, and those are in sync. Takes one to three seconds, more before Redis 7.0.
     *
     * @throws dev.millrace.testkit.ServerStartException if one does not start or they don't know each other by the
     *     deadline
     */
    public SentinelTrio start() {
        return SentinelTrio.start(new SentinelOptions(
                masterName,
                replicas,
                quorum,
                downAfter,
                failoverTimeout,
                deadline,
                tls,
                login,
                sentinelLogin,
                forEachServer,
                forEachSentinel));
    }

    private static void refuseBoth(boolean other) {
        if (other) {
            throw new IllegalStateException("tls(…) covers the Sentinels; leave sentinelTls(…) out");
        }
    }

    private SentinelTrioBuilder onEachServer(Consumer<RedisServerBuilder> option) {
        option.accept(serverCheck);
        forEachServer.add(option);
        return this;
    }

    private SentinelTrioBuilder onEachSentinel(Consumer<RedisServerBuilder> option) {
        option.accept(sentinelCheck);
        forEachSentinel.add(option);
        return this;
    }
}
