package dev.millrace;

import static dev.millrace.command.Strings.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.command.ServerError;
import dev.millrace.connection.MessageListener;
import dev.millrace.connection.Subscription;
import dev.millrace.resilience.Reconnection;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@NoLeakedThreads
class PubSubIT {
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static TestDeployment server;

    @BeforeAll
    static void start() {
        server = TestDeployment.start();
        server.ask("ACL", "SETUSER", "ann", "on", ">s3cret", "~*", "&news:*", "+@all");
    }

    @AfterAll
    static void stop() {
        server.ask("ACL", "DELUSER", "ann");
        server.close();
    }

    @BeforeEach
    void allow() {
        server.ask("ACL", "SETUSER", "ann", "resetchannels", "&news:*");
    }

    private static MillraceOptions.Builder patient(MillraceOptions.Builder options) {
        return options.commandTimeout(PATIENT);
    }

    private static Millrace connect(int protocol) {
        return Millrace.connect(patient(server.options()).protocol(protocol).build());
    }

    /** Keeps everything it hears, in order. */
    private static final class Heard implements MessageListener {
        final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public void message(String channel, byte[] payload) {
            events.add(channel + "=" + new String(payload, StandardCharsets.UTF_8));
        }

        @Override
        public void dropped(long messages) {
            events.add("dropped " + messages);
        }

        @Override
        public void interrupted() {
            events.add("interrupted");
        }

        @Override
        public void restored() {
            events.add("restored");
        }

        void await(String... wanted) {
            Await.until(PATIENT, () -> events.size() >= wanted.length, () -> "only heard " + events);
            assertThat(events).containsExactly(wanted);
        }
    }

    /** How many connections it reached; a cluster's node counts its own only, so there the nodes are asked before. */
    private static long publish(Millrace redis, String channel, String payload) {
        long subscribers = server.masters().stream()
                .mapToLong(master ->
                        (Long) ((List<?>) Objects.requireNonNull(master.ask("PUBSUB", "NUMSUB", channel))).getLast())
                .sum();
        long reached = Objects.requireNonNull(redis.run(Command.of("PUBLISH", channel, payload)))
                .asLong();
        return server.kind() == TestDeployment.Kind.CLUSTER ? subscribers : reached;
    }

    // ---- what is heard ----

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void subscribe_channels_hearsWhatIsPublishedToThemInOrder(int protocol) {
        try (Millrace redis = connect(protocol)) {
            Heard heard = new Heard();
            try (Subscription subscription = redis.subscribe(heard, "news:a", "news:b")) {
                assertThat(subscription.channels()).containsOnly("news:a", "news:b");
                assertThat(publish(redis, "news:a", "1")).as("receivers").isEqualTo(1);
                assertThat(publish(redis, "news:c", "2")).isZero();
                assertThat(publish(redis, "news:b", "3")).isEqualTo(1);
                assertThat(publish(redis, "news:a", "")).isEqualTo(1);
                heard.await("news:a=1", "news:b=3", "news:a=");
                assertThat(redis.statistics().connections())
                        .isBetween(2L, 1L + server.masters().size());
            }
            Await.until(PATIENT, () -> publish(redis, "news:a", "4") == 0, "it is still subscribed");
            assertThat(heard.events).hasSize(3);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void subscribe_patterns_hearsTheChannelItWasPublishedTo(int protocol) {
        assumeTrue(server.kind() != TestDeployment.Kind.CLUSTER, "a node counts the patterns of its own clients only");
        try (Millrace redis = connect(protocol)) {
            Heard heard = new Heard();
            Heard other = new Heard();
            try (Subscription byPattern = redis.subscribePattern(heard, "news:*", "n?ws:b");
                    Subscription byName = redis.subscribe(other, "news:*")) {
                assertThat(publish(redis, "news:a", "1")).isEqualTo(1);
                heard.await("news:a=1");
                assertThat(publish(redis, "news:*", "2"))
                        .as("a channel of that name")
                        .isEqualTo(2);
                other.await("news:*=2");
                heard.await("news:a=1", "news:*=2");
                assertThat(byPattern.kind()).isNotEqualTo(byName.kind());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void subscribe_shardChannels_hearsWhatIsPublishedToTheShard(int protocol) {
        try (Millrace redis = connect(protocol)) {
            Heard heard = new Heard();
            Heard plain = new Heard();
            try (Subscription shard = redis.subscribeShard(heard, "{news}:a", "{news}:b");
                    Subscription channel = redis.subscribe(plain, "{news}:a")) {
                assertThat(redis.run(Command.of("SPUBLISH", "{news}:b", "1")).asLong())
                        .isEqualTo(1);
                heard.await("{news}:b=1");
                assertThat(publish(redis, "{news}:a", "2")).isEqualTo(1);
                plain.await("{news}:a=2");
                assertThat(heard.events).hasSize(1);
                assertThat(shard.channels()).hasSize(2);
                assertThat(channel.channels()).hasSize(1);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void subscribe_severalToOneChannel_eachHearsAllAndClosingOneLeavesTheOthers(int protocol) {
        try (Millrace redis = connect(protocol)) {
            Heard one = new Heard();
            Heard two = new Heard();
            try (Subscription first = redis.subscribe(one, "{news}:a", "{news}:b")) {
                try (Subscription second = redis.subscribe(two, "{news}:b", "{news}:c")) {
                    assertThat(publish(redis, "{news}:b", "1"))
                            .as("they share a connection")
                            .isEqualTo(1);
                    one.await("{news}:b=1");
                    two.await("{news}:b=1");
                    assertThat(second.channels()).hasSize(2);
                }
                Await.until(PATIENT, () -> publish(redis, "{news}:c", "2") == 0, "{news}:c is still subscribed");
                assertThat(publish(redis, "{news}:b", "3")).isEqualTo(1);
                one.await("{news}:b=1", "{news}:b=3");
                assertThat(two.events).hasSize(1);
                assertThat(first.channels()).hasSize(2);
            }
        }
    }

    @Test
    void message_payloadThatAListenerChanges_isItsOwn() {
        try (Millrace redis = connect(3)) {
            AtomicReference<byte[]> kept = new AtomicReference<>();
            CountDownLatch changed = new CountDownLatch(1);
            try (Subscription changing = redis.subscribe(
                            (channel, payload) -> {
                                payload[0] = 'X';
                                changed.countDown();
                            },
                            "news:a");
                    Subscription keeping = redis.subscribe((channel, payload) -> kept.set(payload), "news:a")) {
                publish(redis, "news:a", "abc");
                Await.until(PATIENT, () -> kept.get() != null && changed.getCount() == 0, "not heard");
                assertThat(kept.get()).isEqualTo("abc".getBytes(StandardCharsets.UTF_8));
                assertThat(changing.kind()).isEqualTo(keeping.kind());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void subscribe_twoHundredAtOnce_allAreConfirmedAndHear(int protocol) {
        try (Millrace redis = connect(protocol)) {
            Heard heard = new Heard();
            List<CompletableFuture<Subscription>> subscriptions = IntStream.range(0, 200)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> redis.subscribe(heard, "news:" + i % 50),
                            task -> Thread.ofVirtual().start(task)))
                    .toList();
            subscriptions.forEach(CompletableFuture::join);
            for (int i = 0; i < 50; i++) {
                assertThat(publish(redis, "news:" + i, "x")).isEqualTo(1);
            }
            Await.until(PATIENT, () -> heard.events.size() == 200, () -> heard.events.size() + " of 200 heard");
            subscriptions.forEach(subscription -> subscription.join().close());
            for (int i = 0; i < 50; i++) {
                assertThat(publish(redis, "news:" + i, "x")).isZero();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void subscribe_closedAndOpenedAgainAndAgain_hearsEachTime(int protocol) {
        try (Millrace redis = connect(protocol)) {
            for (int i = 0; i < 100; i++) {
                Heard heard = new Heard();
                try (Subscription subscription = redis.subscribe(heard, "news:a")) {
                    // Confirmed is confirmed: the message is not lost.
                    assertThat(publish(redis, "news:a", "x")).isPositive();
                    heard.await("news:a=x");
                    assertThat(subscription.channels()).hasSize(1);
                }
            }
        }
    }

    // ---- reconnects ----

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void cut_subscriptionsOfAllKinds_areRestoredAndTheListenersHearOfBoth(int protocol) {
        try (TestProxies proxy = server.proxies();
                Millrace direct = connect(3);
                Millrace redis = Millrace.connect(
                        patient(server.options(proxy)).protocol(protocol).build())) {
            Heard channels = new Heard();
            Heard patterns = new Heard();
            Heard shards = new Heard();
            // Once it is told that it is restored, it misses nothing.
            MessageListener publishing = new MessageListener() {
                @Override
                public void message(String channel, byte[] payload) {
                    channels.message(channel, payload);
                }

                @Override
                public void interrupted() {
                    channels.interrupted();
                }

                @Override
                public void restored() {
                    channels.restored();
                    publish(direct, "news:b", "at once");
                }
            };
            try (Subscription first = redis.subscribe(publishing, "news:a", "news:b");
                    Subscription second = redis.subscribePattern(patterns, "news:p*");
                    Subscription third = redis.subscribeShard(shards, "news:s")) {
                for (int round = 1; round <= 3; round++) {
                    channels.events.clear();
                    patterns.events.clear();
                    shards.events.clear();
                    if (round % 2 == 1) {
                        proxy.reset();
                    } else {
                        proxy.cut();
                    }
                    channels.await("interrupted", "restored", "news:b=at once");
                    patterns.await("interrupted", "restored");
                    shards.await("interrupted", "restored");
                    publish(direct, "news:p1", "1");
                    direct.run(Command.of("SPUBLISH", "news:s", "2"));
                    patterns.await("interrupted", "restored", "news:p1=1");
                    shards.await("interrupted", "restored", "news:s=2");
                }
                assertThat(List.of(first.kind(), second.kind(), third.kind())).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void cut_whileTheServerIsGone_isToldOnceAndRestoredWhenItIsBack() {
        try (RedisServer mortal = RedisServer.start();
                Millrace redis = Millrace.connect(
                        patient(MillraceOptions.builder(mortal.url())).build())) {
            Heard heard = new Heard();
            try (Subscription subscription = redis.subscribe(heard, "news:a")) {
                mortal.kill();
                heard.await("interrupted");
                mortal.restart();
                heard.await("interrupted", "restored");
                mortal.ask("PUBLISH", "news:a", "back");
                heard.await("interrupted", "restored", "news:a=back");
                assertThat(subscription.channels()).hasSize(1);
            }
        }
    }

    @Test
    void cut_permissionTakenAwayMeanwhile_isNotToldRestoredButWhenItIsGivenBack() {
        try (TestProxies proxy = server.proxies();
                Millrace redis = Millrace.connect(patient(server.options(proxy))
                        .credentials("ann", "s3cret")
                        .build())) {
            Heard kept = new Heard();
            Heard taken = new Heard();
            try (Subscription first = redis.subscribe(kept, "news:kept");
                    Subscription second = redis.subscribe(taken, "news:taken")) {
                // Redis cuts a client that is subscribed to what it may no longer have.
                server.ask("ACL", "SETUSER", "ann", "resetchannels", "&news:kept");
                kept.await("interrupted", "restored");
                taken.await("interrupted");
                server.ask("ACL", "SETUSER", "ann", "&news:*");
                kept.events.clear();
                proxy.cut();
                kept.await("interrupted", "restored");
                taken.await("interrupted", "restored");
                assertThat(first.channels()).isNotEqualTo(second.channels());
            }
        }
    }

    // ---- refusals ----

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void subscribe_channelThatIsNotAllowed_isNoPermissionAndTheOthersGoOn(int protocol) {
        try (Millrace redis = Millrace.connect(patient(server.options())
                .credentials("ann", "s3cret")
                .protocol(protocol)
                .build())) {
            Heard heard = new Heard();
            assertThatThrownBy(() -> redis.subscribe(heard, "secret"))
                    .isInstanceOf(ServerError.NoPermission.class)
                    .satisfies(failure -> assertThat(failure.getStackTrace()).isNotEmpty());
            try (Subscription subscription = redis.subscribe(heard, "news:a")) {
                assertThatThrownBy(() -> redis.subscribe(heard, "news:b", "secret"))
                        .isInstanceOf(ServerError.NoPermission.class);
                assertThatThrownBy(() -> redis.subscribePattern(heard, "*"))
                        .isInstanceOf(ServerError.NoPermission.class);
                publish(redis, "news:a", "1");
                heard.await("news:a=1");
                assertThat(subscription.channels()).hasSize(1);
            }
        }
    }

    @Test
    void subscribe_allowedAndRefusedAtTheSameTime_eachHearsItsOwnAnswer() {
        try (Millrace redis = Millrace.connect(
                patient(server.options()).credentials("ann", "s3cret").build())) {
            Heard heard = new Heard();
            try (Subscription open = redis.subscribe(heard, "news:open")) {
                List<CompletableFuture<Boolean>> answers = IntStream.range(0, 100)
                        .mapToObj(i -> CompletableFuture.supplyAsync(
                                () -> {
                                    boolean allowed = i % 2 == 0;
                                    try (Subscription subscription =
                                            redis.subscribe(heard, (allowed ? "news:" : "secret:") + i)) {
                                        return allowed
                                                && subscription.channels().size() == 1;
                                    } catch (ServerError.NoPermission e) {
                                        return !allowed;
                                    }
                                },
                                task -> Thread.ofVirtual().start(task)))
                        .toList();
                assertThat(answers)
                        .allSatisfy(answer -> assertThat(answer.join()).isTrue());
                assertThat(open.channels()).hasSize(1);
            }
        }
    }

    @Test
    void subscribe_badCalls_areRefused() {
        try (Millrace redis = connect(3)) {
            Heard heard = new Heard();
            assertThatThrownBy(() -> redis.subscribe(heard))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("name at least one channel to subscribe to");
            redis.close();
            assertThatThrownBy(() -> redis.subscribe(heard, "news:a")).isInstanceOf(Rejected.class);
        }
    }

    @Test
    void subscribe_serverThatDoesNotAnswer_endsByTheDeadline() {
        try (TestProxies proxy = server.proxies();
                Millrace redis = Millrace.connect(patient(server.options(proxy))
                        .commandTimeout(Duration.ofMillis(300))
                        .build())) {
            Heard heard = new Heard();
            Await.until(PATIENT, () -> answers(redis), "never connected");
            proxy.freeze();
            assertThatThrownBy(() -> redis.subscribe(heard, "news:a"))
                    .isInstanceOf(NotSent.class)
                    .hasMessageContaining("SUBSCRIBE of 1 channels was not sent");
            proxy.heal();
            Await.until(
                    PATIENT,
                    () -> {
                        try (Subscription open = redis.subscribe(heard, "news:a")) {
                            proxy.freeze();
                            assertThatThrownBy(() -> redis.subscribe(heard, "news:b"))
                                    .isInstanceOf(OutcomeUnknown.class);
                            proxy.heal();
                            return open.channels().size() == 1;
                        } catch (MillraceException late) {
                            return false;
                        }
                    },
                    "never subscribed");
        }
    }

    @Test
    void subscribe_serverThatComesLate_waitsForItWithinThePatience() {
        RedisServer late = RedisServer.start();
        try (late;
                Millrace redis = Millrace.connect(patient(MillraceOptions.builder(late.url()))
                        .reconnection(
                                new Reconnection(Duration.ofMillis(5), Duration.ofMillis(50), Duration.ofSeconds(20)))
                        .build())) {
            late.kill();
            Heard heard = new Heard();
            CompletableFuture<Subscription> subscribed =
                    CompletableFuture.supplyAsync(() -> redis.subscribe(heard, "news:a"));
            late.restart();
            try (Subscription subscription = subscribed.join()) {
                late.ask("PUBLISH", "news:a", "1");
                heard.await("news:a=1");
                assertThat(subscription.channels()).hasSize(1);
            }
        }
    }

    // ---- listeners ----

    @Test
    void message_slowListener_dropsTheOldestTellsHowManyAndHoldsUpNobody() {
        try (Millrace redis = connect(3)) {
            int published = Subscription.QUEUE + 5_000;
            CountDownLatch busy = new CountDownLatch(1);
            AtomicLong dropped = new AtomicLong();
            List<Integer> numbers = new CopyOnWriteArrayList<>();
            MessageListener slow = new MessageListener() {
                @Override
                public void message(String channel, byte[] payload) {
                    try {
                        busy.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    numbers.add(Integer.parseInt(new String(payload, StandardCharsets.UTF_8)));
                }

                @Override
                public void dropped(long messages) {
                    dropped.addAndGet(messages);
                }
            };
            AtomicLong quick = new AtomicLong();
            try (Subscription stuck = redis.subscribe(slow, "news:much");
                    Subscription other = redis.subscribe((channel, payload) -> quick.incrementAndGet(), "news:much")) {
                var batch = redis.batch();
                for (int i = 0; i < published; i++) {
                    batch.add(Command.of("PUBLISH", "news:much", i));
                }
                batch.run();
                Await.until(PATIENT, () -> quick.get() == published, "the quick listener was held up");
                busy.countDown();
                Await.until(
                        PATIENT,
                        () -> numbers.size() + dropped.get() == published,
                        () -> numbers.size() + " heard and " + dropped + " dropped of " + published);
                assertThat(dropped.get()).isBetween(4_000L, 5_000L);
                assertThat(numbers).isSorted().contains(published - 1);
                assertThat(stuck.kind()).isEqualTo(other.kind());
            }
        }
    }

    @Test
    void message_slowListenerAndLargeMessages_areBoundedInBytes() {
        try (Millrace redis = connect(3)) {
            CountDownLatch busy = new CountDownLatch(1);
            AtomicLong dropped = new AtomicLong();
            AtomicLong heard = new AtomicLong();
            MessageListener slow = new MessageListener() {
                @Override
                public void message(String channel, byte[] payload) {
                    try {
                        busy.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    heard.incrementAndGet();
                }

                @Override
                public void dropped(long messages) {
                    dropped.addAndGet(messages);
                }
            };
            AtomicLong quick = new AtomicLong();
            try (Subscription stuck = redis.subscribe(slow, "news:much");
                    Subscription other = redis.subscribe((channel, payload) -> quick.incrementAndGet(), "news:much")) {
                byte[] large = new byte[4 << 20];
                for (int i = 1; i <= 24; i++) {
                    redis.run(Command.of("PUBLISH", "news:much", large));
                    int sent = i;
                    Await.until(PATIENT, () -> quick.get() == sent, "the quick listener was held up");
                }
                busy.countDown();
                Await.until(PATIENT, () -> heard.get() + dropped.get() == 24, "some are neither heard nor dropped");
                assertThat(heard.get()).isBetween(15L, 17L); // 64 MiB wait, and one is being heard
                assertThat(stuck.kind()).isEqualTo(other.kind());
            }
        }
    }

    @Test
    void message_listenerThatThrows_hearsTheNext() {
        try (Millrace redis = connect(3)) {
            Heard heard = new Heard();
            MessageListener throwing = (channel, payload) -> {
                heard.message(channel, payload);
                if (heard.events.size() == 1) {
                    throw new IllegalStateException("a bug");
                }
                throw new AssertionError("another");
            };
            try (Subscription subscription = redis.subscribe(throwing, "news:a")) {
                for (int i = 1; i <= 3; i++) {
                    publish(redis, "news:a", "" + i);
                }
                heard.await("news:a=1", "news:a=2", "news:a=3");
                assertThat(subscription.channels()).hasSize(1);
            }
        }
    }

    @Test
    void close_fromWithinTheListener_returnsAndNothingMoreIsHeard() throws InterruptedException {
        try (Millrace redis = connect(3)) {
            AtomicReference<Subscription> own = new AtomicReference<>();
            CountDownLatch known = new CountDownLatch(1);
            CountDownLatch closed = new CountDownLatch(1);
            AtomicLong heard = new AtomicLong();
            own.set(redis.subscribe(
                    (channel, payload) -> {
                        heard.incrementAndGet();
                        try {
                            known.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        Objects.requireNonNull(own.get()).close();
                        closed.countDown();
                    },
                    "news:closing"));
            known.countDown();
            for (int i = 0; i < 10; i++) {
                publish(redis, "news:closing", "x");
            }
            assertThat(closed.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
            Await.until(PATIENT, () -> publish(redis, "news:closing", "x") == 0, "it is still subscribed");
            assertThat(heard).hasValue(1);
        }
    }

    @Test
    void close_ofTheClientFromWithinTheListener_returns() throws InterruptedException {
        Millrace redis = connect(3);
        CountDownLatch closed = new CountDownLatch(1);
        Subscription subscription = redis.subscribe(
                (channel, payload) -> {
                    redis.close();
                    closed.countDown();
                },
                "news:a");
        server.master("news:a").ask("PUBLISH", "news:a", "x");
        assertThat(closed.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        subscription.close();
        subscription.close();
        assertThatThrownBy(() -> redis.run(get("k"))).isInstanceOf(Rejected.class);
    }

    @Test
    void message_listenerThatUsesTheClient_isFreeToBlock() {
        try (Millrace redis = connect(3)) {
            List<String> values = new CopyOnWriteArrayList<>();
            redis.run(dev.millrace.command.Strings.set("k", "v"));
            try (Subscription subscription =
                    redis.subscribe((channel, payload) -> values.add(String.valueOf(redis.run(get("k")))), "news:a")) {
                publish(redis, "news:a", "x");
                Await.until(PATIENT, () -> values.equals(List.of("v")), () -> "heard " + values);
                assertThat(subscription.channels()).hasSize(1);
            }
        }
    }

    private static boolean answers(Millrace redis) {
        try {
            redis.run(get("k"));
            return true;
        } catch (MillraceException late) {
            return false;
        }
    }
}
