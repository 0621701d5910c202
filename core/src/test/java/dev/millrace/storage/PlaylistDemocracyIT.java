package dev.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.Millrace;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.storage.PlaylistDemocracy.Outcome;
import dev.millrace.storage.PlaylistDemocracy.Vote;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Votes: what counts, what skips, and that a track is skipped once. */
@OnEveryTopology
@NoLeakedThreads
@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class PlaylistDemocracyIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static TestDeployment server;
    private Millrace redis;
    private RoomPlugins plugins;
    private PlaylistDemocracy democracy;

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
        server.ask("FLUSHALL");
        redis = Millrace.connect(server.options().build());
        Storage storage = redis.storage(StorageOptions.ofDefaults().within(SOON));
        plugins = new RoomPlugins(storage);
        democracy = new PlaylistDemocracy(storage);
        plugins.register(democracy);
        assertThat(democracy.play("room", "track").isFailed()).isFalse();
    }

    @AfterEach
    void close() {
        redis.close();
    }

    private Vote vote(String listener, int listeners) {
        return Objects.requireNonNull(
                democracy.vote("room", "track", listener, listeners).orThrow());
    }

    private Democracy shown() {
        Answer<?> component = Objects.requireNonNull(plugins.components("room").get(democracy.name()));
        return (Democracy) Objects.requireNonNull(component.orThrow());
    }

    @Test
    void votes_countOncePerListener_andEnoughSkip() {
        assertThat(shown()).isEqualTo(new Democracy(Democracy.Rules.DEFAULT, "track", 0, 0, false));
        assertThat(vote("a", 5)).isEqualTo(new Vote(Outcome.COUNTED, 1, 3));
        assertThat(vote("a", 5)).isEqualTo(new Vote(Outcome.REPEATED, 1, 3));
        assertThat(vote("b", 5)).isEqualTo(new Vote(Outcome.COUNTED, 2, 3));
        assertThat(shown()).isEqualTo(new Democracy(Democracy.Rules.DEFAULT, "track", 2, 3, false));
        assertThat(vote("c", 5)).isEqualTo(new Vote(Outcome.SKIPS, 3, 3));
        assertThat(shown().skipped()).isTrue();
        assertThat(vote("d", 5).outcome()).isEqualTo(Outcome.SKIPPED_ALREADY);
    }

    @Test
    void manyVotesAtOnce_skipOnce() throws Exception {
        Map<Outcome, Integer> outcomes = new ConcurrentHashMap<>();
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                String listener = "listener " + i;
                var unused = all.submit(() -> {
                    go.await();
                    return outcomes.merge(vote(listener, 100).outcome(), 1, Integer::sum);
                });
            }
            go.countDown();
        }
        assertThat(outcomes).isEqualTo(Map.of(Outcome.COUNTED, 49, Outcome.SKIPS, 1, Outcome.SKIPPED_ALREADY, 50));
    }

    @Test
    void nextTrack_beginsAnew_andLateVotesDoNotCountAgainstIt() {
        vote("a", 9);
        democracy.play("room", "next");
        assertThat(vote("b", 9)).isEqualTo(new Vote(Outcome.NOT_PLAYING, 0, 0));
        assertThat(shown()).isEqualTo(new Democracy(Democracy.Rules.DEFAULT, "next", 0, 0, false));
        democracy.play("room", "");
        assertThat(vote("b", 9).outcome()).isEqualTo(Outcome.NOT_PLAYING);
        assertThat(shown().playing()).isNull();
    }

    @Test
    void rules_ofTheRoom_holdForVotesFromThenOn() {
        Democracy.Rules rules = new Democracy.Rules(1.0, 1, Duration.ofMinutes(1));
        assertThat(democracy.configure("room", rules).isFailed()).isFalse();
        assertThat(vote("a", 2)).isEqualTo(new Vote(Outcome.COUNTED, 1, 2));
        assertThat(shown().rules()).isEqualTo(rules);
        democracy.configure("room", new Democracy.Rules(0.01, 1, Duration.ofMinutes(1)));
        assertThat(vote("b", 2)).isEqualTo(new Vote(Outcome.SKIPS, 2, 1));
    }

    @Test
    void votes_olderThanTheWindow_doNotCount() {
        democracy.configure("room", new Democracy.Rules(1.0, 2, Duration.ofMillis(30)));
        Vote first = vote("a", 2);
        assertThat(first.votes()).isEqualTo(1);
        Await.until(SOON, () -> vote("a", 2).outcome() == Outcome.COUNTED, "the vote has lost its weight");
    }

    @Test
    void rulesThatAreNone_areTheDefault() {
        Storage storage = redis.storage();
        storage.plugin("room", democracy.name()).set("config", "nonsense");
        assertThat(vote("a", 10)).isEqualTo(new Vote(Outcome.COUNTED, 1, 5));
        assertThat(shown().rules()).isEqualTo(Democracy.Rules.DEFAULT);
        assertThatIllegalArgumentException().isThrownBy(() -> new Democracy.Rules(0, 1, Duration.ofMinutes(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Democracy.Rules(0.5, 0, Duration.ofMinutes(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Democracy.Rules(0.5, 1, Duration.ofDays(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> democracy.vote("room", "track", "a", 0));
    }
}
