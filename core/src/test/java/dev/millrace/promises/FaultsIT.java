package dev.millrace.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.Direction;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every call ends by its deadline as one of the outcomes, whatever happens to network and server; the outcomes add up
 * with what the server holds; and the client comes back by itself.
 */
@NoLeakedThreads
class FaultsIT {
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final Duration CALL = Duration.ofSeconds(1);
    private static final int CALLERS = 200;
    private static final int LONE_CALLERS = 2;

    /** Everything a fault may turn against. */
    record Scene(RedisServer server, FaultProxy proxy, Load load, Load lone) {
        void awaitCalls(int more) {
            awaitMore(load, more, Tally.End.VALUE);
            awaitMore(lone, more / 100, Tally.End.VALUE);
        }

        /** As many calls as there are callers end without an answer. */
        void awaitFailures() {
            awaitMore(load, CALLERS, Tally.End.UNKNOWN, Tally.End.NOT_SENT);
            awaitMore(lone, LONE_CALLERS, Tally.End.UNKNOWN, Tally.End.NOT_SENT);
        }

        void awaitNotSent() {
            awaitMore(load, CALLERS, Tally.End.NOT_SENT);
            awaitMore(lone, LONE_CALLERS, Tally.End.NOT_SENT);
        }

        private static void awaitMore(Load load, long more, Tally.End... ends) {
            Tally tally = load.tally();
            long before = Stream.of(ends).mapToLong(tally::of).sum();
            Await.until(
                    DEADLINE,
                    () -> Stream.of(ends).mapToLong(tally::of).sum() >= before + more,
                    () -> more + " more calls that end in " + Arrays.toString(ends) + ": " + load);
        }

        void awaitReconnect(Runnable fault) {
            long before = proxy.connectionsAccepted();
            fault.run();
            proxy.awaitAccepted(before + 1, DEADLINE);
        }
    }

    enum Fault {
        CUT_MID_REPLY {
            @Override
            void strike(Scene scene) {
                for (int bytes = 0; bytes < 12; bytes++) {
                    int after = bytes;
                    scene.awaitReconnect(() -> scene.proxy.cutMidReply(after));
                }
            }
        },
        CUT {
            @Override
            void strike(Scene scene) {
                for (int i = 0; i < 10; i++) {
                    scene.awaitReconnect(scene.proxy::cut);
                }
            }
        },
        RESET {
            @Override
            void strike(Scene scene) {
                for (int i = 0; i < 10; i++) {
                    scene.awaitReconnect(scene.proxy::reset);
                }
            }
        },
        HALF_CLOSED {
            @Override
            void strike(Scene scene) {
                scene.awaitReconnect(() -> scene.proxy.halfClose(Direction.TO_CLIENT));
                scene.awaitCalls(100);
                scene.awaitReconnect(() -> scene.proxy.halfClose(Direction.TO_SERVER));
            }
        },
        FROZEN {
            @Override
            void strike(Scene scene) {
                scene.proxy.freeze(Direction.TO_CLIENT);
                scene.awaitFailures();
                scene.proxy.thaw();
                scene.awaitCalls(100);
                scene.proxy.freeze();
                scene.awaitFailures();
                scene.proxy.thaw();
            }
        },
        REFUSED {
            @Override
            void strike(Scene scene) {
                scene.proxy.refuse(true);
                scene.proxy.cut();
                scene.awaitNotSent();
                scene.proxy.refuse(false);
            }
        },
        STALLED {
            @Override
            void strike(Scene scene) {
                scene.proxy.stallAccept(true);
                scene.proxy.reset();
                scene.awaitNotSent();
                scene.proxy.stallAccept(false);
            }
        },
        PAUSED {
            @Override
            void strike(Scene scene) {
                scene.server.pause();
                long until = System.nanoTime() + Duration.ofSeconds(3).toNanos();
                scene.awaitFailures();
                Await.until(DEADLINE, () -> System.nanoTime() - until >= 0, "three seconds have passed");
                scene.server.resume();
            }
        },
        KILLED {
            @Override
            void strike(Scene scene) {
                scene.server.kill();
                scene.awaitNotSent();
                scene.server.restart();
                scene.awaitCalls(1_000);
                scene.server.kill();
                scene.server.restart();
            }
        };

        /** Happens, and is over on return. */
        abstract void strike(Scene scene);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void calls_underLoadAndFault_endInTimeAndAddUp(Fault fault, TestReporter reporter) {
        strikeUnderLoad(fault, reporter);
    }

    private static void strikeUnderLoad(Fault fault, TestReporter reporter) {
        Ledger ledger = new Ledger();
        try (RedisServer server = RedisServer.builder().appendOnly().start()) {
            try (FaultProxy proxy = FaultProxy.to(server);
                    Hiccups hiccups = new Hiccups();
                    Millrace crowded = connect(proxy);
                    Millrace lonely = connect(proxy)) {
                Load load = new Load(crowded, CALL, ledger).start(CALLERS, Thread.ofVirtual());
                Load lone = new Load(lonely, CALL, ledger).start(LONE_CALLERS, Thread.ofPlatform());
                Scene scene = new Scene(server, proxy, load, lone);
                try {
                    scene.awaitCalls(3_000);
                    fault.strike(scene);
                    scene.awaitCalls(3_000);
                } finally {
                    proxy.heal();
                    load.stop();
                    lone.stop();
                }
                reporter.publishEntry(
                        fault.name(),
                        "many: " + load + "; few: " + lone + "; hiccups " + hiccups.longestMillis() + " ms");
                for (Millrace redis : List.of(crowded, lonely)) {
                    Await.until(
                            DEADLINE,
                            () -> redis.statistics().inFlight() == 0
                                    && redis.statistics().queued() == 0,
                            () -> "counters at zero: " + redis.statistics());
                }
                assertThat(load.complaints(hiccups)).isEmpty();
                assertThat(lone.complaints(hiccups)).isEmpty();
            }
            ledger.check(key -> server);
            if (EnumSet.of(Fault.REFUSED, Fault.STALLED, Fault.KILLED).contains(fault)) {
                assertThat(ledger.notExecuted()).as("writes looked for in vain").isPositive();
            }
        }
    }

    @Test
    @Tag("stress")
    void calls_underLoadAndManyFaults_endInTimeAndAddUp(TestReporter reporter) {
        for (int round = 0; round < Integer.getInteger("millrace.faults.rounds", 10); round++) {
            for (Fault fault : Fault.values()) {
                strikeUnderLoad(fault, reporter);
            }
        }
    }

    private static Millrace connect(FaultProxy proxy) {
        return Millrace.connect(
                MillraceOptions.builder(proxy.url()).commandTimeout(CALL).build());
    }
}
