package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.Direction;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One process writes ever higher versions of some keys, readers in this one and in two others note every value they are
 * served, and something goes wrong. Nothing is served that was overwritten longer than the bound before its read began;
 * versions never go backwards for one reader; who writes sees it.
 */
@NoLeakedThreads
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class CoherenceIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int MORE = 100;

    private static final String UNTRACKED = "untracked";

    private static RedisServer server;
    private static List<OtherProcess> others;

    @BeforeAll
    static void start() {
        server = RedisServer.builder()
                .user(UNTRACKED, "on", ">secret", "~*", "&*", "+@all", "-client|tracking")
                .start();
        others = List.of(OtherProcess.start(), OtherProcess.start());
    }

    @AfterAll
    static void stop() {
        others.forEach(OtherProcess::close);
        server.close();
    }

    @BeforeEach
    void empty() {
        server.ask("FLUSHALL");
    }

    /** Everything a fault may turn against. */
    record Scene(
            FaultProxy proxy, VersionWriter writer, CoherenceLedger ledger, CacheSetup setup, AtomicBoolean emptied) {
        void awaitWrites(int more) {
            long before = writer.written();
            Await.until(SOON, () -> writer.written() >= before + more, () -> more + " more writes");
        }

        /** Lets time pass, by the clock that the bound is measured with. */
        void pass(Duration time) {
            long until = System.nanoTime() + time.toNanos();
            Await.until(SOON, () -> System.nanoTime() - until >= 0, () -> time + " have passed");
        }

        /** Longer than memory may answer without having heard anything. */
        void passTheBound() {
            pass(setup.freshness().multipliedBy(2));
        }

        /** Every reader is served something that was written from now on. */
        void awaitReaders() {
            long now = System.nanoTime();
            for (String process : List.of("here", "one", "two")) {
                for (CacheReader.Way way : CacheReader.Way.values()) {
                    String reader = process + "-" + way;
                    Await.until(SOON, () -> ledger.lastReadOf(reader) - now > 0, () -> reader + " reads again");
                }
            }
        }

        void reconnect(Runnable fault) {
            long before = proxy.connectionsAccepted();
            fault.run();
            proxy.awaitAccepted(before + 3, SOON); // one for each process
            awaitWrites(50);
        }
    }

    enum Fault {
        NONE {
            @Override
            void strike(Scene scene) {
                scene.awaitWrites(5 * MORE);
            }
        },
        DELAYED {
            @Override
            void strike(Scene scene) {
                scene.proxy.roundTrip(Duration.ofMillis(40));
                scene.awaitWrites(5 * MORE);
            }
        },
        SPLIT {
            @Override
            void strike(Scene scene) {
                scene.proxy.splitEveryByte(true);
                scene.awaitWrites(3 * MORE);
            }
        },
        CUT {
            @Override
            void strike(Scene scene) {
                for (int i = 0; i < 5; i++) {
                    scene.reconnect(scene.proxy::cut);
                    scene.reconnect(scene.proxy::reset);
                }
            }
        },
        HALF_CLOSED {
            @Override
            void strike(Scene scene) {
                scene.reconnect(() -> scene.proxy.halfClose(Direction.TO_CLIENT));
                scene.reconnect(() -> scene.proxy.halfClose(Direction.TO_SERVER));
            }
        },
        /** No sign that the connections are dead: only the clock tells. */
        HALF_OPEN {
            @Override
            void strike(Scene scene) {
                scene.proxy.freeze();
                scene.passTheBound();
                scene.proxy.thaw();
            }
        },
        /** All that was said arrives in the end, and late. */
        DEAF {
            @Override
            void strike(Scene scene) {
                scene.proxy.freeze(Direction.TO_CLIENT);
                scene.passTheBound();
                scene.proxy.thaw();
            }
        },
        FLUSHED {
            @Override
            void strike(Scene scene) {
                scene.emptied.set(true);
                for (int i = 0; i < 10; i++) {
                    server.ask(i % 2 == 0 ? "FLUSHALL" : "FLUSHDB");
                    scene.awaitWrites(20);
                }
            }
        },
        TRACKED_CONNECTION_KILLED {
            @Override
            void strike(Scene scene) {
                for (int i = 0; i < 5; i++) {
                    scene.reconnect(CoherenceIT::killTracked);
                }
            }
        },
        /** The server forgets what was read, and says so. */
        TRACKING_TABLE_OVERFLOWS {
            @Override
            CacheSetup change(CacheSetup setup) {
                return setup.keys(60);
            }

            @Override
            void strike(Scene scene) {
                server.ask("CONFIG", "SET", "tracking-table-max-keys", "10");
                try {
                    scene.awaitWrites(6 * MORE);
                } finally {
                    server.ask("CONFIG", "SET", "tracking-table-max-keys", "1000000");
                }
            }
        },
        SERVER_PAUSED {
            @Override
            void strike(Scene scene) {
                server.pause();
                scene.passTheBound();
                server.resume();
            }
        },
        READERS_PAUSED {
            @Override
            void strike(Scene scene) {
                for (int i = 0; i < 2; i++) {
                    others.forEach(OtherProcess::pause);
                    scene.passTheBound();
                    others.forEach(OtherProcess::resume);
                    scene.awaitWrites(MORE);
                }
            }
        },
        /** The server tells of all changes under the prefix, and remembers nobody's reads. */
        BROADCAST {
            @Override
            CacheSetup change(CacheSetup setup) {
                return setup.broadcasting();
            }

            @Override
            void strike(Scene scene) {
                scene.awaitWrites(2 * MORE);
                scene.reconnect(scene.proxy::cut);
                scene.proxy.freeze(Direction.TO_CLIENT);
                scene.passTheBound();
                scene.proxy.thaw();
                scene.emptied.set(true);
                server.ask("FLUSHALL");
                scene.awaitWrites(MORE);
            }
        },
        /** Nobody tells of changes: time alone does, that on the way included. */
        RESP2 {
            @Override
            CacheSetup change(CacheSetup setup) {
                return setup.protocol(2);
            }

            @Override
            void strike(Scene scene) {
                scene.proxy.roundTrip(Duration.ofMillis(100));
                scene.passTheBound();
                scene.awaitWrites(3 * MORE);
            }
        },
        MAY_NOT_TRACK {
            @Override
            String url(FaultProxy proxy) {
                return proxy.url().replace("redis://", "redis://" + UNTRACKED + ":secret@");
            }

            @Override
            void strike(Scene scene) {
                scene.passTheBound();
                scene.awaitWrites(3 * MORE);
            }
        };

        CacheSetup change(CacheSetup setup) {
            return setup;
        }

        String url(FaultProxy proxy) {
            return proxy.url();
        }

        /** Happens; may go on until the proxy heals. */
        abstract void strike(Scene scene);
    }

    /** Kills every connection that the server has promised to tell of changes. */
    private static void killTracked() {
        for (String client : String.valueOf(server.ask("CLIENT", "LIST")).split("\n")) {
            if (client.matches(".* flags=\\w*t\\w* .*")) {
                server.ask("CLIENT", "KILL", "ID", client.replaceFirst("id=(\\d+) .*", "$1"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void served_underFault_isNeverOlderThanTheBound(Fault fault, TestReporter reporter) {
        strike(fault, reporter);
    }

    @Test
    @Tag("stress")
    void served_underManyFaults_isNeverOlderThanTheBound(TestReporter reporter) {
        for (int round = 0; round < Integer.getInteger("millrace.coherence.rounds", 20); round++) {
            for (Fault fault : Fault.values()) {
                empty();
                strike(fault, reporter);
            }
        }
    }

    private static void strike(Fault fault, TestReporter reporter) {
        CoherenceLedger ledger = new CoherenceLedger();
        AtomicBoolean emptied = new AtomicBoolean();
        CacheSetup setup;
        try (FaultProxy proxy = FaultProxy.to(server)) {
            setup = fault.change(CacheSetup.of(fault.url(proxy)));
            List<String> keys = setup.keyNames();
            try (Millrace direct = Millrace.connect(server.url());
                    VersionWriter writer = new VersionWriter(direct, CacheSetup.PREFIX, keys, ledger);
                    Millrace redis = setup.connect();
                    Cache<String, String> cache = redis.cache(setup.cache().build())) {
                Scene scene = new Scene(proxy, writer, ledger, setup, emptied);
                scene.awaitWrites(2 * keys.size()); // until then there may be none
                List<CacheReader> here = CacheReader.ofEveryWay("here", cache, setup, ledger::take);
                others.get(0).read("one", setup, ledger::take);
                others.get(1).read("two", setup, ledger::take);
                try {
                    scene.awaitReaders();
                    fault.strike(scene);
                    proxy.heal();
                    scene.awaitReaders();
                    scene.awaitWrites(MORE);
                } finally {
                    proxy.heal();
                    here.forEach(CacheReader::close);
                    others.forEach(OtherProcess::stopReading);
                }
            }
        }
        reporter.publishEntry(
                fault.name(),
                ledger.size() + " different answers, the oldest "
                        + ledger.oldest().toMillis() + " ms old");
        assertThat(ledger.complaints(setup.freshness(), emptied.get())).isEmpty();
    }
}
