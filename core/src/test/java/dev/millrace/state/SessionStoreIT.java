package dev.millrace.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.Millrace;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnEveryTopology
@NoLeakedThreads
@Timeout(60)
class SessionStoreIT {
    private static TestDeployment server;

    private Millrace one;
    private Millrace two;
    private SessionStore<String> here;
    private SessionStore<String> there;

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
        one = Millrace.connect(server.options().build());
        two = Millrace.connect(server.options().build());
        here = one.sessions(SessionOptions.ofStrings("web"));
        there = two.sessions(SessionOptions.ofStrings("web"));
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
    }

    private static String key(Session<?> session) {
        return "millrace:session:{web}:" + session.id();
    }

    @Test
    void session_isSavedAndLoaded_inEveryProcess() {
        Session<String> session = here.create();
        assertThat(session.created())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
        session.set("user", "7");
        session.set("ключ:{}", "ü");
        assertThat(here.save(session)).isTrue();
        Session<String> same = there.load(session.id());
        assertThat(same.get("user")).isEqualTo("7");
        assertThat(same.get("ключ:{}")).isEqualTo("ü");
        assertThat(same.names()).containsExactly("user", "ключ:{}");
        same.remove("user");
        same.set("more", "x");
        assertThat(same.names()).containsExactly("more", "ключ:{}");
        assertThat(there.save(same)).isTrue();
        assertThat(here.load(session.id()).names()).containsExactly("more", "ключ:{}");
        assertThat(here.load(session.id()).created()).isEqualTo(session.created());
    }

    @Test
    void save_sendsOnlyWhatWasChanged_andKeepsWhatOthersSaved() {
        Session<String> session = here.create();
        session.set("a", "1");
        session.set("b", "1");
        here.save(session);
        Session<String> first = here.load(session.id());
        Session<String> second = there.load(session.id());
        first.set("a", "2");
        second.set("b", "2");
        assertThat(here.save(first)).isTrue();
        assertThat(there.save(second)).isTrue();
        for (SessionStore<String> store : Set.of(here, there)) {
            Session<String> now = store.load(session.id());
            assertThat(now.get("a")).isEqualTo("2");
            assertThat(now.get("b")).isEqualTo("2");
        }
        server.ask("CONFIG", "RESETSTAT");
        assertThat(here.save(here.load(session.id()))).isTrue();
        assertThat(server.calls("evalsha")).isEqualTo(1); // the load
        assertThat(server.calls("hgetall")).isZero(); // nothing had changed
    }

    @Test
    void window_answersFromMemory_andOwnSavesAreSeen() {
        SessionStore<String> windowed =
                one.sessions(SessionOptions.ofStrings("web").withWindow(Duration.ofMinutes(1)));
        Session<String> session = windowed.create();
        session.set("a", "1");
        windowed.save(session);
        server.ask("CONFIG", "RESETSTAT");
        for (int i = 0; i < 10; i++) {
            assertThat(windowed.load(session.id()).get("a")).isEqualTo("1");
        }
        assertThat(server.calls("evalsha")).isZero();
        Session<String> changed = windowed.load(session.id());
        changed.set("a", "2");
        windowed.save(changed);
        assertThat(windowed.load(session.id()).get("a")).isEqualTo("2");
        windowed.invalidate(session.id());
        assertThat(windowed.load(session.id())).isNull();
    }

    @Test
    void rotate_makesTheOldIdWorthless() {
        Session<String> session = here.create();
        session.set("a", "1");
        here.save(session);
        String old = session.id();
        Session<String> late = there.load(old);
        session.set("user", "7");
        assertThat(here.rotate(session)).isTrue();
        assertThat(session.id()).isNotEqualTo(old);
        assertThat(here.load(old)).isNull();
        assertThat(there.load(old)).isNull();
        Session<String> now = there.load(session.id());
        assertThat(now.get("a")).isEqualTo("1");
        assertThat(now.get("user")).isEqualTo("7");
        late.set("a", "late");
        assertThat(there.save(late)).isFalse();
        assertThat(there.rotate(late)).isFalse();
        assertThat(there.load(old)).isNull();
    }

    @Test
    void invalidated_isNotMadeAgainByALateSave() {
        Session<String> session = here.create();
        assertThat(there.touch(session.id())).isTrue();
        assertThat(there.invalidate(session.id())).isTrue();
        assertThat(there.invalidate(session.id())).isFalse();
        session.set("a", "1");
        assertThat(here.save(session)).isFalse();
        assertThat(here.load(session.id())).isNull();
        assertThat(here.touch(session.id())).isFalse();
        assertThat(server.master(key(session)).ask("EXISTS", key(session))).isIn(0L, "0");
    }

    @Test
    void idleTimes_areThoseOfTheStoreOrTheSession_andBeginAnewWithEachLoad() {
        Session<String> session = here.create();
        assertThat(ttl(session)).isBetween(1_700_000L, 1_800_000L);
        server.master(key(session)).ask("PEXPIRE", key(session), "1000000");
        here.load(session.id());
        assertThat(ttl(session)).isBetween(1_700_000L, 1_800_000L);
        session.idle(Duration.ofMinutes(2));
        here.save(session);
        assertThat(ttl(session)).isBetween(100_000L, 120_000L);
        there.load(session.id());
        assertThat(ttl(session)).isBetween(100_000L, 120_000L);
        server.master(key(session)).ask("PEXPIRE", key(session), "0");
        assertThat(here.load(session.id())).isNull();
    }

    private static long ttl(Session<?> session) {
        return Long.parseLong(String.valueOf(server.master(key(session)).ask("PTTL", key(session))));
    }

    @Test
    void ids_areUnguessable_andWhatIsNoneIsNoSession() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            ids.add(here.create().id());
        }
        assertThat(ids).hasSize(100).allSatisfy(id -> assertThat(id).hasSize(32));
        assertThat(here.load("")).isNull();
        assertThat(here.load("x".repeat(600))).isNull();
        assertThat(here.load("..}:{*")).isNull();
        assertThat(here.load("ü")).isNull();
        assertThat(here.create().toString()).doesNotContain(ids.iterator().next());
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> SessionOptions.ofStrings("web").withIdle(Duration.ZERO));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> SessionOptions.ofStrings("web").withWindow(Duration.ofMinutes(20)));
    }
}
