package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.command.Command;
import dev.millrace.queue.Deduplication.Mode;
import dev.millrace.queue.Deduplication.Scope;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random operations on a queue and on a plain model of it. After each step the server holds exactly what the model does:
 * each id in one index, payloads and errors just where they should be, counters equal to a recount; and whatever was handed
 * out was next in its line.
 *
 * <p>Four seeds and a new one each time, which is printed; {@code -Dmillrace.seed=N} runs that one alone.
 */
@OnEveryTopology
@NoLeakedThreads
@Timeout(300)
class JobQueueModelIT {
    private static final int STEPS = 1_200;
    private static final List<String> TYPES = List.of("", "a", "b");

    private static TestDeployment server;

    @BeforeAll
    static void startServer() {
        server = TestDeployment.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void empty() {
        server.ask("FLUSHALL");
    }

    static LongStream seeds() {
        Long one = Long.getLong("millrace.seed");
        return one != null ? LongStream.of(one) : LongStream.of(1, 2, 3, 4, new Random().nextInt(1_000_000));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void queue_underRandomOperations_isWhatTheModelIs(long seed) {
        System.out.println("model-based test of the queue: -Dmillrace.seed=" + seed);
        try (QueueFixture client = QueueFixture.of(server)) {
            new Run(client, new Random(seed)).steps();
        }
    }

    /** The comparison itself: whatever is changed behind the queue's back must show. */
    @ParameterizedTest
    @MethodSource("changes")
    void picture_ofAQueueThatWasChangedByHand_isNotTheModels(List<Object> change) {
        try (QueueFixture client = QueueFixture.of(server)) {
            Run run = new Run(client, new Random(5));
            run.fixedSteps();
            QueuePicture.of(client, run.options).assertIs(run.model, client.now);
            Object[] arguments = change.subList(1, change.size()).toArray();
            arguments[0] = QueueFixture.key(run.options, arguments[0].toString());
            client.run(Command.of(change.getFirst().toString(), arguments));
            assertThatThrownBy(() -> QueuePicture.of(client, run.options).assertIs(run.model, client.now))
                    .isInstanceOf(AssertionError.class);
        }
    }

    static List<List<Object>> changes() {
        return List.of(
                List.of("ZREM", "ready:0", "a"),
                List.of("ZADD", "ready:0", 5, "a"),
                List.of("ZADD", "ready:1", 5, "a"),
                List.of("ZADD", "delayed", 5, "a"),
                List.of("ZADD", "dead", 5, "ghost"),
                List.of("ZREM", "leased", "leased"),
                List.of("ZADD", "leased", 5, "leased"),
                List.of("HDEL", "job", "a"),
                List.of("HSET", "job", "a", "other"),
                List.of("HSET", "job", "ghost", "x"),
                List.of("HDEL", "meta", "a"),
                List.of("HSET", "error", "a", "what?"),
                List.of("HINCRBY", "types", "", 1),
                List.of("HINCRBY", "state", "new", 1),
                List.of("HINCRBY", "state", "done_bytes", 1));
    }

    /** One run: a queue, its model, and the jobs that consumers have or had. */
    private static final class Run {
        private final QueueFixture client;
        private final Random random;
        private final QueueOptions<String> options;
        private final JobQueue<String> queue;
        private final QueueModel model;
        private final List<Job<String>> handedOut = new ArrayList<>();
        private long submitted;
        private String step = "";

        Run(QueueFixture client, Random random) {
            this.client = client;
            this.random = random;
            options = QueueOptions.strings("model")
                    .lanes(new Lane("live", 3), new Lane("bulk", 1))
                    .lease(Duration.ofSeconds(10))
                    .attempts(3)
                    .deliveries(2)
                    .backoff(new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(8), 0))
                    .ageing(random.nextBoolean() ? Duration.ZERO : Duration.ofSeconds(20))
                    .completed(new Retention(
                            random.nextInt(7) - 1,
                            random.nextBoolean() ? null : Duration.ofSeconds(30),
                            random.nextBoolean() ? -1 : 60))
                    .failed(new Retention(3, Duration.ofSeconds(40), 50))
                    .build();
            queue = client.queue(options);
            model = new QueueModel(options);
        }

        /** Just enough for something to be in most places. */
        void fixedSteps() {
            for (String id : List.of("leased", "done", "a", "b")) {
                JobSpec<String> spec =
                        JobSpec.builder("payload").id(id).lane("live").build();
                assertThat(queue.enqueue(spec)).isEqualTo(model.enqueue(spec, client.now));
            }
            List<Job<String>> jobs = queue.claim(2);
            model.claimed(jobs, 2, false, client.now);
            assertThat(queue.settle(jobs.subList(1, 2), List.of(), 0).acks())
                    .isEqualTo(model.settle(jobs.subList(1, 2), List.of(), client.now));
            model.trim(client.now);
        }

        void steps() {
            for (int i = 0; i < STEPS; i++) {
                step = "step " + i;
                try {
                    operation();
                    QueuePicture.of(client, options).assertIs(model, client.now);
                    assertThat(model.counters.getOrDefault("new", 0L)
                                    + model.counters.getOrDefault("duplicate", 0L)
                                    + model.counters.getOrDefault("replaced", 0L))
                            .isEqualTo(submitted);
                } catch (AssertionError e) {
                    throw new AssertionError(step + ": " + e.getMessage(), e);
                }
            }
        }

        private void operation() {
            if (random.nextInt(3) == 0) {
                client.advance(Duration.ofMillis(random.nextInt(random.nextInt(20) == 0 ? 40_000 : 3_000)));
            }
            switch (random.nextInt(24)) {
                case 0, 1, 2, 3, 4, 5, 6 -> enqueue();
                case 7, 8, 9, 10 -> claim(false);
                case 11, 12, 13, 14, 15, 16 -> settle();
                case 17, 18 -> extend();
                case 19 -> remove();
                case 20 -> replay();
                case 21 -> purge();
                case 22 -> seldom();
                default -> claim(random.nextInt(4) == 0);
            }
        }

        private void enqueue() {
            List<JobSpec<String>> specs = IntStream.range(0, 1 + random.nextInt(8))
                    .mapToObj(unused -> spec())
                    .toList();
            step += ": enqueue " + specs;
            List<EnqueueOutcome> expected = new ArrayList<>();
            specs.forEach(spec -> expected.add(model.enqueue(spec, client.now)));
            submitted += specs.size();
            assertThat(queue.enqueueBatch(specs)).isEqualTo(expected);
        }

        private JobSpec<String> spec() {
            JobSpec.Builder<String> spec = JobSpec.builder("x".repeat(random.nextInt(20)))
                    .id("id" + random.nextInt(40))
                    .priority(random.nextInt(3) * 255)
                    .type(TYPES.get(random.nextInt(3)))
                    .lane(random.nextBoolean() ? "live" : "bulk")
                    .delay(Duration.ofMillis(random.nextInt(3) == 0 ? random.nextInt(8_000) : 0));
            Mode mode = Mode.values()[random.nextInt(3)];
            switch (random.nextInt(5)) {
                case 0 -> spec.deduplication(Deduplication.of(Scope.LIVE, mode));
                case 1 -> spec.deduplication(Deduplication.of(Scope.RETAINED, mode));
                case 2 -> spec.deduplication(Deduplication.within(Duration.ofSeconds(15), mode));
                default -> {} // as the options say
            }
            return spec.build();
        }

        private void claim(boolean forGood) {
            int most = 1 + random.nextInt(random.nextInt(5) == 0 ? 60 : 6);
            step += ": claim " + most + (forGood ? " for good" : "");
            List<Job<String>> jobs = forGood ? queue.dequeueAtMostOnce(most) : queue.claim(most);
            model.claimed(jobs, most, forGood, client.now);
            model.trim(client.now);
            handedOut.addAll(jobs);
        }

        /** Some of the jobs that are held, and some that are not any more. */
        private List<Job<String>> some(int most) {
            Set<Job<String>> chosen = new HashSet<>();
            for (int i = random.nextInt(most + 1); i > 0 && !handedOut.isEmpty(); i--) {
                int latest = Math.min(handedOut.size(), random.nextInt(4) == 0 ? 200 : 20);
                chosen.add(handedOut.get(handedOut.size() - 1 - random.nextInt(latest)));
            }
            return new ArrayList<>(chosen);
        }

        private void settle() {
            List<Job<String>> jobs = some(8);
            int cut = random.nextInt(jobs.size() + 1);
            List<Job<String>> acks = jobs.subList(0, cut);
            List<Nack<String>> nacks = jobs.subList(cut, jobs.size()).stream()
                    .map(job -> new Nack<>(job, verdict()))
                    .toList();
            int next = random.nextInt(4);
            step += ": settle " + acks + " and " + nacks + ", next " + next;
            if (jobs.isEmpty() && next == 0) {
                return;
            }
            List<SettleOutcome> expected = model.settle(acks, nacks, client.now);
            Settlement<String> settlement = queue.settle(acks, nacks, next);
            assertThat(settlement.acks()).isEqualTo(expected.subList(0, acks.size()));
            assertThat(settlement.nacks()).isEqualTo(expected.subList(acks.size(), expected.size()));
            if (next > 0) {
                model.claimed(settlement.claimed(), next, false, client.now);
            }
            model.trim(client.now);
            handedOut.addAll(settlement.claimed());
        }

        private Verdict verdict() {
            return switch (random.nextInt(7)) {
                case 0 -> Verdict.cancel("cancelled");
                case 1 -> Verdict.giveUp("given up");
                case 2 -> Verdict.snooze(Duration.ofMillis(random.nextInt(3_000)));
                case 3 -> Verdict.handBack();
                case 4 -> Verdict.retry("again", Duration.ofMillis(random.nextInt(2_000)));
                default -> Verdict.retry("failed");
            };
        }

        private void extend() {
            List<Job<String>> jobs = some(5);
            if (jobs.isEmpty()) {
                return;
            }
            step += ": extend " + jobs;
            if (random.nextBoolean()) {
                int percent = random.nextInt(101);
                boolean expected = model.extend(jobs.getFirst(), percent, client.now);
                assertThat(queue.progress(jobs.getFirst(), percent)).isEqualTo(expected);
            } else {
                List<Boolean> expected = jobs.stream()
                        .map(job -> model.extend(job, -1, client.now))
                        .toList();
                assertThat(queue.extend(jobs)).isEqualTo(expected);
            }
        }

        private void remove() {
            List<String> ids = List.of("id" + random.nextInt(40), "id" + random.nextInt(40));
            step += ": remove " + ids;
            assertThat(queue.admin().remove(ids)).isEqualTo(model.remove(ids));
        }

        private void replay() {
            List<String> ids = IntStream.range(0, 10)
                    .mapToObj(unused -> "id" + random.nextInt(40))
                    .toList();
            step += ": replay " + ids;
            assertThat(queue.admin().replay(ids)).isEqualTo(model.replay(ids));
        }

        private void purge() {
            long until = client.now - random.nextInt(20_000);
            JobState state =
                    List.of(JobState.DONE, JobState.FAILED, JobState.DEAD).get(random.nextInt(3));
            char letter = state == JobState.DONE ? 'd' : state == JobState.FAILED ? 'f' : 'x';
            step += ": purge " + state + " until " + until;
            assertThat(queue.admin().purge(state, Instant.ofEpochMilli(until))).isEqualTo(model.purge(letter, until));
        }

        private void seldom() {
            switch (random.nextInt(6)) {
                case 0 -> {
                    step += ": drain";
                    assertThat(queue.admin().drain()).isEqualTo(model.drain());
                }
                case 1 -> {
                    step += ": pause";
                    assertThat(queue.admin().pause()).isEqualTo(!model.paused);
                    model.paused = true;
                }
                case 2, 3 -> {
                    step += ": resume";
                    assertThat(queue.admin().resume()).isEqualTo(model.paused);
                    model.paused = false;
                }
                case 4 -> {
                    step += ": SCRIPT FLUSH";
                    server.ask("SCRIPT", "FLUSH");
                }
                default -> {
                    step += ": audit";
                    assertThat(queue.admin().audit(true).isClean()).isTrue();
                }
            }
        }
    }
}
