package dev.millrace.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.connection.Subscription;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What subscribers get, in which order and in how many trips, and how messages end when Redis does not answer. */
@OnEveryTopology
@NoLeakedThreads
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class PublisherIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static TestDeployment server;
    private Millrace redis;
    private final Map<String, List<String>> heard = new ConcurrentHashMap<>();

    @BeforeAll
    static void startServer() {
        server = TestDeployment.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() {
        redis = Millrace.connect(server.options().commandTimeout(SOON).build());
    }

    @AfterEach
    void close() {
        redis.close();
    }

    private void hear(String channel, byte[] payload) {
        heard.computeIfAbsent(channel, same -> java.util.Collections.synchronizedList(new ArrayList<>()))
                .add(new String(payload, StandardCharsets.UTF_8));
    }

    private int heardOf(String channel) {
        return heard.getOrDefault(channel, List.of()).size();
    }

    private static MillraceException failureOf(CompletableFuture<Long> message) throws Exception {
        try {
            Long unused = message.get(20, TimeUnit.SECONDS);
            throw new AssertionError("it was published");
        } catch (ExecutionException e) {
            return (MillraceException) e.getCause();
        }
    }

    @Test
    void publish_toASubscriber_isHeardAndCounted() {
        try (Publisher publisher = redis.publisher();
                Subscription subscription = redis.subscribe(this::hear, "news")) {
            long clients = publisher.publish("news", "héllo");
            assertThat(clients).isBetween(0L, 1L); // on a cluster, another node may know the subscriber
            Await.until(SOON, () -> heardOf("news") == 1, "it is heard");
            assertThat(heard.get("news")).containsExactly("héllo");
            assertThat(publisher.publish("nobody", "")).isZero();
            assertThat(publisher.flush()).isTrue();
            assertThat(publisher.statistics()).isEqualTo(new PublisherStatistics(2, clients, 0, 0, 2, 0, 0, 0));
            assertThat(subscription).isNotNull();
        }
    }

    @Test
    void add_manyToSeveralChannels_keepsTheOrderOfEachInFewTrips() throws Exception {
        int each = 2_000;
        String[] channels = {"one", "two", "three"};
        try (Publisher publisher = redis.publisher();
                Subscription subscription = redis.subscribe(this::hear, channels)) {
            List<CompletableFuture<Long>> all = new ArrayList<>();
            for (int i = 0; i < each; i++) {
                for (String channel : channels) {
                    all.add(publisher.add(channel, "" + i, i % 7));
                }
            }
            for (CompletableFuture<Long> one : all) {
                assertThat(one.get(20, TimeUnit.SECONDS)).isNotNegative();
            }
            for (String channel : channels) {
                Await.until(SOON, () -> heardOf(channel) == each, () -> channel + ": " + heardOf(channel));
                assertThat(heard.get(channel))
                        .isEqualTo(
                                IntStream.range(0, each).mapToObj(i -> "" + i).toList());
            }
            PublisherStatistics statistics = publisher.statistics();
            assertThat(statistics.published()).isEqualTo(3L * each);
            assertThat(statistics.trips()).isLessThan(each);
            assertThat(subscription).isNotNull();
        }
    }

    @Test
    void publish_fromManyThreads_sharesTrips() throws InterruptedException {
        int callers = 1_000;
        try (Publisher publisher = redis.publisher();
                Subscription subscription = redis.subscribe(this::hear, "busy")) {
            List<Thread> threads = IntStream.range(0, callers)
                    .mapToObj(i -> Thread.ofVirtual().start(() -> publisher.publish("busy", "" + i)))
                    .toList();
            for (Thread thread : threads) {
                thread.join();
            }
            Await.until(SOON, () -> heardOf("busy") == callers, "all are heard");
            assertThat(heard.get("busy"))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, callers).mapToObj(i -> "" + i).toList());
            assertThat(publisher.statistics().trips()).isLessThan(callers / 2);
            assertThat(subscription).isNotNull();
        }
    }

    @Test
    void sharded_channels_areHeardByShardSubscribers() {
        try (Publisher publisher = redis.publisher(PublisherOptions.ofDefaults().sharded(true));
                Subscription subscription = redis.subscribeShard(this::hear, "shard:7")) {
            assertThat(publisher.publish("shard:7", "a")).isEqualTo(1);
            Await.until(SOON, () -> heardOf("shard:7") == 1, "it is heard");
            assertThat(subscription).isNotNull();
        }
    }

    @Test
    void close_sendsWhatWaits() {
        Publisher publisher = redis.publisher();
        try (Subscription subscription = redis.subscribe(this::hear, "last")) {
            List<CompletableFuture<Long>> all = IntStream.range(0, 3_000)
                    .mapToObj(i -> publisher.add("last", "" + i, 0))
                    .toList();
            publisher.close();
            assertThat(all).allMatch(CompletableFuture::isDone).noneMatch(CompletableFuture::isCompletedExceptionally);
            Await.until(SOON, () -> heardOf("last") == 3_000, "all are heard");
            assertThatThrownBy(() -> publisher.publish("last", "late"))
                    .isInstanceOf(Rejected.class)
                    .hasMessageContaining("the publisher is closed");
            publisher.close();
            assertThat(publisher.statistics().rejected()).isEqualTo(1);
            assertThat(subscription).isNotNull();
        }
    }

    @Test
    void badInput_isRefusedBeforeAnythingIsSent() {
        try (Publisher publisher = redis.publisher(PublisherOptions.ofDefaults().waitingBytes(1_000))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> publisher.add("c", "m", 512))
                    .withMessageContaining("from 0 to 511");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> publisher.publish("c", new byte[1_000], -1))
                    .withMessageContaining("from 0 to 511");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> publisher.publish("c", new byte[1_000], 0))
                    .withMessageContaining("1001 bytes")
                    .withMessageContaining("waitingBytes");
            assertThat(publisher.statistics()).isEqualTo(new PublisherStatistics(0, 0, 0, 0, 0, 0, 0, 0));
        }
    }

    // ---- on a server of their own, which can be hurt ----

    private static Millrace client(RedisServer own) {
        return Millrace.connect(
                MillraceOptions.builder(own.url()).commandTimeout(SOON).build());
    }

    @Test
    void redisHangs_messagesEndByTheirTimeAsWhatTheyAre() throws Exception {
        Duration within = Duration.ofMillis(400);
        try (RedisServer own = RedisServer.start();
                Millrace client = client(own);
                Publisher publisher = client.publisher(
                        PublisherOptions.ofDefaults().within(within).waitingMessages(3))) {
            publisher.publish("c", "before");
            own.pause();
            try {
                CompletableFuture<Long> first = publisher.add("c", "1", 0);
                Await.until(SOON, () -> publisher.statistics().underWay() == 1, "the first is under way");
                CompletableFuture<Long> second = publisher.add("c", "2", 0);
                CompletableFuture<Long> third = publisher.add("c", "3", 0);
                assertThat(failureOf(publisher.add("c", "4", 0)))
                        .isInstanceOf(Rejected.class)
                        .hasMessageContaining("messages wait");
                assertThatThrownBy(() -> publisher.publish("c", "5"))
                        .isInstanceOfAny(NotSent.class, OutcomeUnknown.class, Rejected.class);
                assertThat(failureOf(first)).isInstanceOf(OutcomeUnknown.class);
                assertThat(failureOf(second)).isInstanceOfAny(NotSent.class, OutcomeUnknown.class);
                assertThat(failureOf(third)).isInstanceOfAny(NotSent.class, OutcomeUnknown.class);
            } finally {
                own.resume();
            }
            Await.until(
                    SOON,
                    () -> {
                        try {
                            return publisher.publish("c", "after") == 0;
                        } catch (MillraceException notYet) {
                            return false;
                        }
                    },
                    "it publishes again");
            assertThat(publisher.flush()).isTrue();
            PublisherStatistics end = publisher.statistics();
            assertThat(end.waiting() + end.underWay() + end.bytes()).isZero();
            assertThat(end.rejected()).isPositive();
            assertThat(end.failed()).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void publish_callerIsInterrupted_endsAndLeavesTheOthers() throws Exception {
        try (RedisServer own = RedisServer.start();
                Millrace client = client(own);
                Publisher publisher = client.publisher()) {
            publisher.publish("c", "before");
            own.pause();
            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            CompletableFuture<Long> other = publisher.add("c", "other", 0);
            Await.until(SOON, () -> publisher.statistics().underWay() == 1, "the other is under way");
            Thread caller = Thread.ofVirtual().start(() -> {
                try {
                    long unused = publisher.publish("c", "mine");
                    failure.completeExceptionally(new AssertionError("it was published"));
                } catch (MillraceException e) {
                    failure.complete(Thread.currentThread().isInterrupted() ? e : new AssertionError("flag lost", e));
                }
            });
            Await.until(SOON, () -> publisher.statistics().waiting() == 1, "it waits");
            caller.interrupt();
            assertThat(failure.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(NotSent.class)
                    .hasMessageContaining("interrupted");
            own.resume();
            assertThat(other.get(20, TimeUnit.SECONDS)).isZero();
            assertThat(publisher.flush()).isTrue();
            assertThat(publisher.statistics().failed()).isEqualTo(1);
        }
    }

    @Test
    void publish_refusedByTheServer_saysSo() {
        try (RedisServer own = RedisServer.start()) {
            own.ask("ACL", "SETUSER", "default", "resetchannels", "&open:*");
            try (Millrace client = client(own);
                    Publisher publisher = client.publisher()) {
                assertThat(publisher.publish("open:1", "a")).isZero();
                assertThatThrownBy(() -> publisher.publish("secret", "a"))
                        .isInstanceOf(MillraceException.class)
                        .hasMessageContaining("NOPERM");
                assertThat(publisher.statistics().failed()).isEqualTo(1);
            }
        }
    }

    @Test
    void close_redisIsGone_endsWithinTheTimeOfAMessage() throws Exception {
        RedisServer own = RedisServer.start();
        try (Millrace client = client(own)) {
            Publisher publisher = client.publisher(PublisherOptions.ofDefaults().within(Duration.ofMillis(300)));
            publisher.publish("c", "before");
            own.pause();
            List<CompletableFuture<Long>> all = IntStream.range(0, 1_000)
                    .mapToObj(i -> publisher.add("c", "" + i, 0))
                    .toList();
            publisher.close();
            for (CompletableFuture<Long> one : all) {
                assertThat(failureOf(one)).isInstanceOfAny(NotSent.class, OutcomeUnknown.class);
            }
            assertThat(publisher.statistics().failed()).isEqualTo(1_000);
        } finally {
            own.close();
        }
    }
}
