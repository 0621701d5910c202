package dev.millrace.testkit.sentinel;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.ErrorReplyException;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether what the Sentinels say, and what the servers say of themselves, fit together.
 *
 * <p>Stateless: each question asks anew.
 */
final class Harmony {

    /** When to ask again: a failover that was begun either has a result by then or none will come. */
    private static final long GIVEN_UP = Duration.ofSeconds(6).toNanos();

    private static final long REFUSED = Duration.ofMillis(50).toNanos();

    private final String masterName;
    private final TrioLauncher launcher;
    private final List<RedisServer> servers;
    private final List<RedisServer> sentinels;

    Harmony(String masterName, TrioLauncher launcher, List<RedisServer> servers, List<RedisServer> sentinels) {
        this.masterName = masterName;
        this.launcher = launcher;
        this.servers = List.copyOf(servers);
        this.sentinels = List.copyOf(sentinels);
    }

    /** Who the Sentinel with the newest configuration names. */
    RedisServer master() {
        SentinelView newest = null;
        for (SentinelView view : views().values()) {
            if (newest == null || view.epoch() > newest.epoch()) {
                newest = view;
            }
        }
        if (newest == null) {
            throw new IllegalStateException("no Sentinel answers");
        }
        return named(newest);
    }

    void await(Duration deadline) {
        await(deadline, this::obstacle, "the group is not at rest");
    }

    /** Returns when the replicas are in sync with the master, without asking a Sentinel. */
    void awaitReplicas(RedisServer master, Duration deadline) {
        await(deadline, () -> replicationObstacle(master), "the replicas don't follow");
    }

    /**
     * Asks a Sentinel for a failover until one happens: it refuses while another is on (INPROG) or it has no fresh news
     * of a replica (NOGOODSLAVE), and gives up silently if that replica is gone when its turn comes.
     */
    SentinelFailover demandFailover(RedisServer sentinel, RedisServer former, Duration deadline) {
        long started = System.nanoTime();
        AtomicLong askAgain = new AtomicLong(started);
        AtomicReference<String> answer = new AtomicReference<>("nothing");
        Await.until(
                deadline,
                () -> {
                    if (successor(former) != null) {
                        return true;
                    }
                    if (System.nanoTime() - askAgain.get() >= 0) {
                        String answered = answerToFailover(sentinel);
                        answer.set(answered);
                        askAgain.set(System.nanoTime() + (answered.equals("OK") ? GIVEN_UP : REFUSED));
                    }
                    return false;
                },
                () -> "no Sentinel names another master than %s; asked to fail over, Sentinel %d answered %s"
                        .formatted(former, sentinel.port(), answer.get()));
        return awaitFailover(former, started, deadline.minusNanos(System.nanoTime() - started));
    }

    private String answerToFailover(RedisServer sentinel) {
        try {
            return String.valueOf(sentinel.ask("SENTINEL", "FAILOVER", masterName));
        } catch (ErrorReplyException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    SentinelFailover awaitFailover(RedisServer former, long startedNanos, Duration deadline) {
        long end = System.nanoTime() + deadline.toNanos();
        AtomicReference<@Nullable RedisServer> successor = new AtomicReference<>();
        Await.until(
                deadline,
                () -> {
                    successor.set(successor(former));
                    return successor.get() != null;
                },
                () -> "no Sentinel names another master than " + former);
        Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
        RedisServer found = successor.get();
        if (found == null) {
            throw new AssertionError("awaited and lost");
        }
        await(
                Duration.ofNanos(Math.max(0, end - System.nanoTime())),
                () -> naming(found),
                "not all Sentinels have heard of the failover");
        return new SentinelFailover(former, found, took, Duration.ofNanos(System.nanoTime() - startedNanos));
    }

    private static void await(Duration deadline, Supplier<@Nullable String> obstacle, String message) {
        AtomicReference<@Nullable String> last = new AtomicReference<>();
        Await.until(
                deadline,
                () -> {
                    last.set(obstacle.get());
                    return last.get() == null;
                },
                () -> message + ": " + last.get());
    }

    private @Nullable RedisServer successor(RedisServer former) {
        for (SentinelView view : views().values()) {
            RedisServer named = named(view);
            if (named != former && SentinelView.isUp(named) && isMaster(named)) {
                return named;
            }
        }
        return null;
    }

    private @Nullable String obstacle() {
        Map<RedisServer, SentinelView> views = views();
        if (views.isEmpty()) {
            return "no Sentinel answers";
        }
        RedisServer master = master();
        String otherName = naming(master);
        if (otherName != null) {
            return otherName;
        }
        for (Map.Entry<RedisServer, SentinelView> entry : views.entrySet()) {
            String missing = missing(entry.getValue(), master);
            if (missing != null) {
                return "Sentinel %d %s".formatted(entry.getKey().port(), missing);
            }
        }
        return replicationObstacle(master);
    }

    /** Null if all Sentinels that are up name this master. */
    private @Nullable String naming(RedisServer master) {
        for (RedisServer sentinel : sentinels) {
            if (SentinelView.isUp(sentinel)) {
                SentinelView view = SentinelView.of(sentinel, masterName);
                if (view == null) {
                    return "Sentinel %d does not answer".formatted(sentinel.port());
                }
                if (view.namedPort() != launcher.port(master)) {
                    return "Sentinel %d names %d, not %d"
                            .formatted(sentinel.port(), view.namedPort(), launcher.port(master));
                }
            }
        }
        return null;
    }

    private @Nullable String missing(SentinelView view, RedisServer master) {
        if (view.otherSentinels() != sentinels.size() - 1) {
            return "knows %d others".formatted(view.otherSentinels());
        }
        if (!view.flags().equals(Set.of("master"))) {
            return "sees the master as %s".formatted(view.flags());
        }
        for (RedisServer server : servers) {
            if (server != master && SentinelView.isUp(server)) {
                Map<String, String> replica = view.replicas().getOrDefault(launcher.port(server), Map.of());
                if (!SentinelView.flags(replica).equals(Set.of("slave"))
                        || !"ok".equals(replica.get("master-link-status"))
                        || !Integer.toString(launcher.port(master)).equals(replica.get("master-port"))) {
                    return "sees the replica %d as %s, its master as %s, the link as %s"
                            .formatted(
                                    launcher.port(server),
                                    replica.get("flags"),
                                    replica.get("master-port"),
                                    replica.get("master-link-status"));
                }
            }
        }
        return null;
    }

    private @Nullable String replicationObstacle(RedisServer master) {
        if (!SentinelView.isUp(master) || !isMaster(master)) {
            return "%s is no master".formatted(master);
        }
        for (RedisServer server : servers) {
            if (server != master && SentinelView.isUp(server)) {
                Map<String, String> info = server.info("replication");
                if (!"up".equals(info.get("master_link_status"))
                        || !Integer.toString(launcher.port(master)).equals(info.get("master_port"))) {
                    return "%s is not in sync".formatted(server);
                }
            }
        }
        return null;
    }

    private static boolean isMaster(RedisServer server) {
        return "master".equals(server.info("replication").get("role"));
    }

    private Map<RedisServer, SentinelView> views() {
        Map<RedisServer, SentinelView> views = new LinkedHashMap<>();
        for (RedisServer sentinel : sentinels) {
            SentinelView view = SentinelView.of(sentinel, masterName);
            if (view != null) {
                views.put(sentinel, view);
            }
        }
        return views;
    }

    private RedisServer named(SentinelView view) {
        return servers.stream()
                .filter(server -> launcher.port(server) == view.namedPort())
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("a Sentinel names a stranger on port " + view.namedPort()));
    }
}
