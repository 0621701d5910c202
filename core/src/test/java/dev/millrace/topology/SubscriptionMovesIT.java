package dev.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.Misuse;
import dev.millrace.command.Strings;
import dev.millrace.connection.MessageListener;
import dev.millrace.connection.Subscription;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.cluster.ClusterNode;
import dev.millrace.testkit.cluster.RedisCluster;
import dev.millrace.testkit.cluster.SlotMigration;
import dev.millrace.testkit.sentinel.SentinelTrio;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@NoLeakedThreads
@Timeout(180)
class SubscriptionMovesIT {
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static RedisCluster cluster;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static Millrace connect() {
        return Millrace.connect(MillraceOptions.cluster(cluster.urls().toArray(String[]::new))
                .commandTimeout(PATIENT)
                .build());
    }

    /** Keeps what it hears; messages and what becomes of the connection apart. */
    private static final class Heard implements MessageListener {
        private final List<String> messages = new CopyOnWriteArrayList<>();
        private final List<String> events = new CopyOnWriteArrayList<>();
        private final AtomicInteger sent = new AtomicInteger();

        @Override
        public void message(String channel, byte[] payload) {
            messages.add(channel + "=" + new String(payload, StandardCharsets.UTF_8));
        }

        @Override
        public void interrupted() {
            events.add("interrupted");
        }

        @Override
        public void restored() {
            events.add("restored");
        }

        /** Publishes until something is heard of it. */
        void awaitMessage(Consumer<String> publish) {
            int before = messages.size();
            Await.until(
                    PATIENT,
                    () -> {
                        publish.accept("message " + sent.incrementAndGet());
                        return messages.size() > before;
                    },
                    () -> "heard nothing since " + messages.size() + " messages; " + events);
        }

        /** Returns when it has moved, and was told so. */
        void awaitMoved() {
            Await.until(
                    PATIENT,
                    () -> !events.isEmpty() && events.getLast().equals("restored"),
                    () -> "only heard " + events);
        }

        /** What it was told came by turns. */
        void check() {
            for (int i = 0; i < events.size(); i++) {
                assertThat(events.get(i)).as("%s", events).isEqualTo(i % 2 == 0 ? "interrupted" : "restored");
            }
            assertThat(messages).as("none of them twice").doesNotHaveDuplicates();
        }
    }

    private static Consumer<String> publisher(RedisServer server, String verb, String channel) {
        return text -> server.ask(verb, channel, text);
    }

    // ---- Sentinel ----

    @Test
    void sentinel_masterKilled_subscriptionsOfAllKindsMove() {
        sentinel(trio -> trio.awaitFailover(trio.killMaster()).successor());
    }

    @Test
    void sentinel_failoverDemanded_subscriptionsOfAllKindsMove() {
        sentinel(trio -> trio.failOver().successor());
    }

    private interface Failover {
        RedisServer of(SentinelTrio trio);
    }

    private static void sentinel(Failover failover) {
        try (SentinelTrio trio = SentinelTrio.start();
                Millrace redis = Millrace.connect(MillraceOptions.sentinel(
                                trio.masterName(), trio.sentinelSeeds().toArray(String[]::new))
                        .build())) {
            Heard channels = new Heard();
            Heard patterns = new Heard();
            Heard shards = new Heard();
            RedisServer former = trio.master();
            try (Subscription first = redis.subscribe(channels, "news", "weather");
                    Subscription second = redis.subscribePattern(patterns, "n*");
                    Subscription third = redis.subscribeShard(shards, "shard")) {
                channels.awaitMessage(publisher(former, "PUBLISH", "news"));
                RedisServer successor = failover.of(trio);
                assertThat(successor).isNotEqualTo(former);
                List.of(channels, patterns, shards).forEach(Heard::awaitMoved);
                Await.until(PATIENT, () -> receivers(successor, "news") == 1, "it did not move to the successor");
                channels.awaitMessage(publisher(successor, "PUBLISH", "weather"));
                patterns.awaitMessage(publisher(successor, "PUBLISH", "nonsense"));
                shards.awaitMessage(publisher(successor, "SPUBLISH", "shard"));
                List.of(channels, patterns, shards).forEach(Heard::check);
                first.close();
                Await.until(PATIENT, () -> receivers(successor, "news") == 0, "it is still subscribed");
                assertThat(List.of(second.kind(), third.kind())).doesNotHaveDuplicates();
            }
            assertThat(String.valueOf(successorOf(trio).ask("PUBSUB", "SHARDCHANNELS")))
                    .doesNotContain("shard");
        }
    }

    private static RedisServer successorOf(SentinelTrio trio) {
        return trio.master();
    }

    private static long receivers(RedisServer server, String channel) {
        return server.ask("PUBSUB", "NUMSUB", channel) instanceof List<?> answer
                ? Long.parseLong(String.valueOf(answer.get(1)))
                : -1;
    }

    // ---- Cluster ----

    @Test
    void cluster_masterKilled_subscriptionsThereMove() {
        try (Millrace redis = connect()) {
            Heard channel = new Heard();
            Heard shard = new Heard();
            ClusterNode first = home(redis);
            String name = channelAt(first);
            try (Subscription plain = redis.subscribe(channel, "news");
                    Subscription sharded = redis.subscribeShard(shard, name)) {
                shard.awaitMessage(text -> first.ask("SPUBLISH", name, text));
                first.kill();
                channel.awaitMoved(); // without waiting for the failover
                ClusterNode successor = cluster.awaitFailover(first).successor();
                shard.awaitMoved();
                shard.awaitMessage(text -> successor.ask("SPUBLISH", name, text));
                channel.awaitMessage(text -> successor.ask("PUBLISH", "news", text));
                channel.check();
                shard.check();
                assertThat(plain.kind()).isNotEqualTo(sharded.kind());
            } finally {
                first.restart();
                cluster.awaitSettled();
            }
        }
    }

    @Test
    void cluster_failoverDemanded_shardChannelMoves() {
        try (Millrace redis = connect()) {
            Heard shard = new Heard();
            ClusterNode master = cluster.masterOf("failing");
            try (Subscription subscription = redis.subscribeShard(shard, "failing")) {
                cluster.failOver(cluster.replicasOf(master).getFirst());
                redis.run(Strings.set("failing", "value")); // a write finds out; else the next look would
                ClusterNode successor = cluster.masterOf("failing");
                Await.until(
                        PATIENT,
                        () -> String.valueOf(successor.ask("PUBSUB", "SHARDCHANNELS"))
                                .contains("failing"),
                        "it did not move to the successor");
                shard.awaitMessage(text -> successor.ask("SPUBLISH", "failing", text));
                shard.check();
                assertThat(subscription.channels()).containsExactly("failing");
            }
            cluster.awaitSettled();
        }
    }

    @Test
    void cluster_slotMoves_shardChannelsOfItMoveAndOthersStay() {
        try (Millrace redis = connect()) {
            Heard moving = new Heard();
            Heard staying = new Heard();
            ClusterNode from = cluster.masterOf("{moving}");
            ClusterNode to = cluster.masters().stream()
                    .filter(master -> master != from)
                    .findFirst()
                    .orElseThrow();
            String other = channelAt(from);
            try (Subscription first = redis.subscribeShard(moving, "{moving}:a", "{moving}:b");
                    Subscription second = redis.subscribeShard(staying, other)) {
                move(RedisCluster.slotOf("{moving}"), to);
                moving.awaitMoved();
                moving.awaitMessage(text -> to.ask("SPUBLISH", "{moving}:a", text));
                moving.awaitMessage(text -> to.ask("SPUBLISH", "{moving}:b", text));
                staying.awaitMessage(text -> from.ask("SPUBLISH", other, text));
                moving.check();
                assertThat(staying.events).isEmpty();

                move(RedisCluster.slotOf("{moving}"), from);
                Await.until(PATIENT, () -> moving.events.size() == 4, () -> "only heard " + moving.events);
                moving.awaitMessage(text -> from.ask("SPUBLISH", "{moving}:a", text));
                moving.check();
                assertThat(first.channels()).hasSize(2).doesNotContainAnyElementsOf(second.channels());
            }
        }
    }

    @Test
    void subscribeShard_slotThatHasMovedUnnoticed_followsTheRedirect() {
        try (Millrace redis = connect()) {
            redis.run(Strings.get("unnoticed"));
            ClusterNode from = cluster.masterOf("unnoticed");
            ClusterNode to = cluster.masters().stream()
                    .filter(master -> master != from)
                    .findFirst()
                    .orElseThrow();
            move(RedisCluster.slotOf("unnoticed"), to);
            Heard heard = new Heard();
            try (Subscription subscription = redis.subscribeShard(heard, "unnoticed")) {
                heard.awaitMessage(text -> to.ask("SPUBLISH", "unnoticed", text));
                assertThat(heard.events).isEmpty();
                assertThat(subscription.channels()).containsExactly("unnoticed");
            }
        }
    }

    @Test
    void subscribeShard_channelsOfSeveralSlots_isRefusedAndNamesThem() {
        try (Millrace redis = connect()) {
            Heard heard = new Heard();
            assertThatThrownBy(() -> redis.subscribeShard(heard, "foo", "bar"))
                    .isInstanceOf(Misuse.class)
                    .hasMessageContaining("SSUBSCRIBE of 2 channels was not sent: they are of 2 slots (5061, 12182)")
                    .hasMessageContaining("common part in braces");
        }
    }

    @Test
    void close_ofSubscriptionsWhileTheyMove_leavesNothing() {
        for (int i = 0; i < 5; i++) {
            ClusterNode from = cluster.masterOf("closing");
            ClusterNode to = cluster.masters().stream()
                    .filter(master -> master != from)
                    .findFirst()
                    .orElseThrow();
            Millrace redis = connect();
            try (redis) {
                Subscription subscription = redis.subscribeShard(new Heard(), "closing");
                move(RedisCluster.slotOf("closing"), to);
                if (i % 2 == 0) {
                    subscription.close();
                }
            }
            assertThat(redis.statistics().connections()).isZero();
        }
        for (ClusterNode node : cluster.masters()) {
            Await.until(
                    PATIENT,
                    () -> !String.valueOf(node.ask("PUBSUB", "SHARDCHANNELS")).contains("closing"),
                    "it is still subscribed");
        }
    }

    private static void move(int slot, ClusterNode to) {
        SlotMigration migration = cluster.beginMigration(slot, to);
        migration.moveKeys();
        migration.finish();
        // A slot that goes back before all have heard of its first move may end with nobody: two nodes then disagree.
        cluster.awaitSettled();
    }

    /** The master whose connection plain channels are on. */
    private static ClusterNode home(Millrace redis) {
        try (Subscription subscription = redis.subscribe(new Heard(), "where")) {
            assertThat(subscription.channels()).hasSize(1);
            return cluster.masters().stream()
                    .filter(master -> receivers(master.server(), "where") == 1)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String channelAt(ClusterNode node) {
        for (int i = 0; ; i++) {
            if (cluster.masterOf("channel:" + i) == node) {
                return "channel:" + i;
            }
        }
    }
}
