package dev.millrace.promises;

import static dev.millrace.command.BlockingLists.blpop;
import static dev.millrace.command.Lists.llen;
import static dev.millrace.command.Lists.lpush;
import static dev.millrace.command.Lists.lrange;
import static dev.millrace.command.Lists.rpush;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.TestProxies;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Transaction;
import dev.millrace.command.Command;
import dev.millrace.command.Popped;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One caller's commands to one key keep their order, whichever way they are run and whichever connection they could
 * take: large ones and small ones, started, waited for, in batches and in transactions.
 */
@OnEveryTopology
@NoLeakedThreads
@Timeout(90)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class OrderIT {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    /** Above what the bulk lane begins with. */
    private static final int LARGE = 80_000;

    private static TestDeployment server;
    private TestProxies proxy;
    private long seed;

    @BeforeAll
    static void startServer() {
        server = TestDeployment.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void startProxy() {
        proxy = server.proxies();
        server.ask("FLUSHALL");
        seed = Long.getLong("millrace.seed", ThreadLocalRandom.current().nextLong());
    }

    @AfterEach
    void stopProxy() {
        proxy.close();
    }

    private Millrace connect() {
        return Millrace.connect(server.options(proxy).commandTimeout(DEADLINE).build());
    }

    /** Pushes numbers to one list, in every way by turns, and asks now and then how long it is. */
    private static final class Pusher implements Runnable {
        private final Millrace redis;
        private final String key;
        private final Random random;
        private final int pushes;
        private final Queue<String> complaints;
        private final List<CompletableFuture<Long>> started = new ArrayList<>();
        private long pushed;

        Pusher(Millrace redis, String key, long seed, int pushes, Queue<String> complaints) {
            this.redis = redis;
            this.key = key;
            this.random = new Random(seed);
            this.pushes = pushes;
            this.complaints = complaints;
        }

        @Override
        public void run() {
            while (pushed < pushes) {
                // Runs of one way, for it is the change from one to the other that could go wrong.
                int way = random.nextInt(6);
                for (int i = 1 + random.nextInt(4); i > 0; i--) {
                    push(way);
                }
            }
            CompletableFuture.allOf(started.toArray(new CompletableFuture<?>[0]))
                    .join();
        }

        private void push(int way) {
            switch (way) {
                case 0 -> check(pushed + 1, redis.run(next()));
                case 1 -> start(next());
                case 2 -> check(pushed, redis.run(llen(key)));
                case 3 -> start(llen(key));
                case 4 -> batch();
                default -> transaction();
            }
        }

        private Command<Long> next() {
            pushed++;
            String element = pushed + ":" + "x".repeat(random.nextInt(6) == 0 ? LARGE : random.nextInt(100));
            return rpush(key, element);
        }

        private void start(Command<Long> command) {
            long expected = pushed;
            started.add(redis.start(command)
                    .whenComplete((length, failure) -> check(expected, length))
                    .toCompletableFuture());
        }

        private void batch() {
            Batch batch = redis.batch();
            for (int i = 1 + random.nextInt(5); i > 0; i--) {
                batch.add(next());
            }
            var length = batch.add(llen(key));
            batch.run();
            check(pushed, length.get());
        }

        private void transaction() {
            Transaction transaction = redis.transaction();
            for (int i = 1 + random.nextInt(5); i > 0; i--) {
                transaction.add(next());
            }
            var length = transaction.add(llen(key));
            transaction.run();
            check(pushed, length.get());
        }

        private void check(long expected, @Nullable Long length) {
            if (length == null || length != expected) {
                complaints.add(key + " should have " + expected + " elements, had " + length);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "3, 0", "24, 0", "1, 1", "24, 1"})
    void commands_ofOneCallerToOneKey_keepTheirOrder(int callers, long roundTripMillis) {
        pushFrom(callers, roundTripMillis);
    }

    private void pushFrom(int callers, long roundTripMillis) {
        proxy.roundTrip(Duration.ofMillis(roundTripMillis));
        int pushes = Integer.getInteger("millrace.order.pushes", 1_200) / (callers > 3 ? 4 : 1);
        Queue<String> complaints = new ConcurrentLinkedQueue<>();
        try (Millrace redis = connect()) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                Pusher pusher = new Pusher(redis, "list:" + i, seed + i, pushes, complaints);
                Thread.Builder builder = i % 3 == 0 ? Thread.ofPlatform() : Thread.ofVirtual();
                threads.add(builder.name("pusher-" + i)
                        .uncaughtExceptionHandler((thread, e) -> complaints.add(thread.getName() + " died of " + e))
                        .start(pusher));
            }
            threads.forEach(thread -> Joined.within(DEADLINE, thread));
            assertThat(complaints).as("complaints, seed %d", seed).isEmpty();
            for (int i = 0; i < callers; i++) {
                List<String> elements = requireNonNull(redis.run(lrange("list:" + i, 0, -1)));
                for (int at = 0; at < elements.size(); at++) {
                    assertThat(elements.get(at)).as("seed %d", seed).startsWith((at + 1) + ":");
                }
            }
        }
    }

    @Test
    void run_ofBlockingCommandAfterStartedOnes_doesNotOvertakeThem() {
        proxy.roundTrip(Duration.ofMillis(2));
        try (Millrace redis = connect()) {
            for (int i = 0; i < 50; i++) {
                String key = "list:" + i;
                CompletableFuture<Long> first = redis.start(rpush(key, "last")).toCompletableFuture();
                CompletableFuture<Long> second =
                        redis.start(lpush(key, "first")).toCompletableFuture();
                var pop = blpop(Duration.ofSeconds(5), key);
                Popped<String> popped = i % 2 == 0
                        ? redis.run(pop)
                        : redis.start(pop).toCompletableFuture().join();
                assertThat(requireNonNull(popped).value()).as("round %d", i).isEqualTo("first");
                assertThat(first).succeedsWithin(DEADLINE);
                assertThat(second).succeedsWithin(DEADLINE);
            }
        }
    }

    @Test
    @Tag("stress")
    @Timeout(600)
    void commands_manySeeds_keepTheirOrder() {
        for (int round = 0; round < Integer.getInteger("millrace.order.rounds", 20); round++) {
            for (int callers : new int[] {1, 3, 24}) {
                server.ask("FLUSHALL");
                seed++;
                pushFrom(callers, round % 2);
            }
        }
    }
}
