package dev.millrace.connection;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The shared connection's I/O goes from virtual threads to platform threads and back, with its callers. */
@NoLeakedThreads
@Timeout(90)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class PlatformTurnIT {
    private static final int CALLERS = 16;
    private static final String WRITER = "millrace-ordinary-writer";

    private static RedisServer server;

    @BeforeAll
    static void startServer() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    private static Millrace connect() {
        return Millrace.connect(MillraceOptions.builder(server.url())
                .commandTimeout(Duration.ofSeconds(20))
                .build());
    }

    /** Whether a platform thread writes; virtual ones are not among these. */
    private static boolean platformThreadWrites() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(WRITER) && thread.isAlive());
    }

    /** Many callers, each with a key of its own whose value it checks, until something is so. */
    private static void callUntil(Millrace redis, Thread.Builder builder, BooleanSupplier enough) throws Exception {
        Queue<String> complaints = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            String key = "caller-" + i;
            callers.add(builder.start(() -> {
                for (int n = 0; n < 200 || !enough.getAsBoolean(); n++) {
                    redis.run(set(key, key + "=" + n));
                    String found = redis.run(get(key));
                    if (!(key + "=" + n).equals(found)) {
                        complaints.add(key + " was answered " + found + " instead of " + n);
                    }
                }
            }));
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(complaints).isEmpty();
    }

    @Test
    void run_callersOfBothKindsByTurns_eachGetsItsOwnReplies() throws Exception {
        try (Millrace redis = connect()) {
            for (int round = 0; round < 3; round++) {
                callUntil(redis, Thread.ofPlatform(), PlatformTurnIT::platformThreadWrites);
                callUntil(redis, Thread.ofVirtual(), () -> !platformThreadWrites());
            }
        }
        assertThat(platformThreadWrites()).isFalse();
    }

    @Test
    void run_connectionIsCutInAPlatformTurn_goesOnOverTheNext() throws Exception {
        try (Millrace redis = connect()) {
            callUntil(redis, Thread.ofPlatform(), PlatformTurnIT::platformThreadWrites);
            long before = redis.statistics().connects();
            Thread cutter = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 5; i++) {
                    server.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                }
            });
            List<Thread> callers = new ArrayList<>();
            Queue<String> complaints = new ConcurrentLinkedQueue<>();
            for (int i = 0; i < CALLERS; i++) {
                String key = "cut-" + i;
                callers.add(Thread.ofPlatform().start(() -> {
                    for (int n = 0; n < 500; n++) {
                        try {
                            redis.run(set(key, key + "=" + n));
                            String found = redis.run(get(key));
                            if (!(key + "=" + n).equals(found)) {
                                complaints.add(key + " was answered " + found + " instead of " + n);
                            }
                        } catch (OutcomeUnknown e) {
                            // A SET that was under way when the connection was cut.
                        }
                    }
                }));
            }
            cutter.join();
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(complaints).isEmpty();
            assertThat(redis.statistics().connects()).isGreaterThan(before);
        }
    }
}
