package dev.millrace.promises;

import static dev.millrace.command.Lists.lpush;
import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.incr;
import static dev.millrace.command.Strings.set;

import dev.millrace.Millrace;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.batch.Transaction;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.ServerError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One application thread that asks for its own things in every way there is, gives up a good part of its calls at
 * random points, and knows of every answer what it must be. It alone writes its keys. Confined to its thread, but for what the
 * callbacks of started calls touch, which is under its lock.
 */
final class MixUpCaller implements Runnable {
    /** More than the 30 % that are to be given up, for some calls end before the moment comes. */
    private static final double GIVING_UP = 0.65;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Millrace redis;
    private final String name;
    private final String counter;
    private final Random random;
    private final int calls;
    private final boolean starting;
    private final long givingUpNanos;
    private final MixUps mixUps;
    private final Tally tally;
    private final Interrupter interrupter;

    private final Object lock = new Object();
    private final Set<Long> unsettled = new HashSet<>();
    private long acknowledged;
    private long written;
    private final AtomicLong counted = new AtomicLong();
    private long increments;
    private long nonces;

    /**
     * A caller for so many calls.
     *
     * @param starting whether some are started and not waited for; while one is unanswered, blocking calls share its
     *     connection, so only callers that start none take the others
     * @param givingUp calls that are given up, are so at a random moment before this
     */
    MixUpCaller(
            Millrace redis,
            String name,
            long seed,
            int calls,
            boolean starting,
            Duration givingUp,
            MixUps mixUps,
            Tally tally,
            Interrupter interrupter) {
        this.redis = redis;
        this.name = name;
        this.counter = "{" + name + "}:n"; // of one slot with the value, for transactions
        this.random = new Random(seed);
        this.calls = calls;
        this.starting = starting;
        this.givingUpNanos = givingUp.toNanos();
        this.mixUps = mixUps;
        this.tally = tally;
        this.interrupter = interrupter;
    }

    @Override
    public void run() {
        // The counter must exist before LPUSH is refused for it.
        counted.set(1);
        increments = 1;
        mixUps.expect("INCR " + name, 1L, redis.run(incr(counter), PATIENCE));
        for (int done = 0; done < calls; ) {
            int kind = random.nextInt(10);
            if (kind < 5) {
                blocking(probe());
                done++;
            } else if (kind < 7 && starting) {
                done += started();
            } else if (kind < 9) {
                done += batch();
            } else {
                done += transaction();
            }
            tally.sawConnections(redis.statistics().connections());
            boolean unused = Thread.interrupted(); // an order to interrupt may come after its call ended
        }
    }

    // ---- what is asked ----

    private Probe<?> probe() {
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> read();
            case 3, 4 -> write();
            case 5, 6 -> increment();
            case 7 -> wrongType();
            default -> echo(random.nextInt(60) == 0 ? 100_000 : random.nextInt(200));
        };
    }

    private Probe<?> read() {
        Set<Long> possible;
        boolean mayBeAbsent;
        synchronized (lock) {
            possible = new HashSet<>(unsettled);
            possible.add(acknowledged);
            mayBeAbsent = acknowledged == 0;
        }
        return Probe.of(get(key()), answer -> mixUps.expectValue(key(), possible, mayBeAbsent, answer));
    }

    private Probe<?> write() {
        long sequence = ++written;
        synchronized (lock) {
            unsettled.add(sequence);
        }
        // Every twentieth is large enough for the bulk lane.
        String value = new CheckedValue(key(), sequence).text(random.nextInt(20) == 0 ? 90_000 : random.nextInt(300));
        return Probe.of(set(key(), value), answer -> mixUps.expect("SET " + key(), "OK", answer))
                .settling(end -> writeEnded(sequence, end));
    }

    private void writeEnded(long sequence, Tally.End end) {
        synchronized (lock) {
            switch (end) {
                case VALUE -> {
                    unsettled.remove(sequence);
                    acknowledged = Math.max(acknowledged, sequence);
                }
                case NOT_SENT, REJECTED, SERVER_ERROR -> unsettled.remove(sequence);
                // It may take effect at any time from now on, so it stays possible for ever.
                case UNKNOWN, CANCELLED -> {}
            }
        }
    }

    private Probe<?> increment() {
        long most = ++increments;
        long least = counted.get() + 1;
        return Probe.of(incr(counter), answer -> {
            mixUps.expectWithin("INCR " + name, least, most, answer);
            counted.accumulateAndGet(answer == null ? 0 : answer, Math::max);
        });
    }

    private Probe<?> wrongType() {
        return Probe.refused(lpush(counter, "element"), ServerError.WrongType.class, mixUps);
    }

    private Probe<?> echo(int size) {
        String nonce = name + '#' + ++nonces + '#' + random.nextLong() + "x".repeat(size);
        Command<?> echo = Command.of("ECHO", nonce);
        return Probe.of(
                echo,
                answer -> mixUps.expect(
                        "ECHO", nonce, answer instanceof dev.millrace.command.Value value ? value.asText() : answer));
    }

    private String key() {
        return "{" + name + "}:value";
    }

    // ---- how it is asked ----

    private Duration within() {
        return random.nextDouble() < GIVING_UP ? Duration.ofNanos(random.nextLong(givingUpNanos)) : PATIENCE;
    }

    private Duration withinOrInterrupted() {
        if (random.nextDouble() < GIVING_UP / 2) {
            interrupter.interruptMe(random.nextLong(givingUpNanos));
            return PATIENCE;
        }
        return random.nextDouble() < GIVING_UP / 2 ? Duration.ofNanos(random.nextLong(givingUpNanos)) : PATIENCE;
    }

    private <T> void blocking(Probe<T> probe) {
        Duration within = withinOrInterrupted();
        T value = null;
        Throwable failure = null;
        try {
            value = redis.run(probe.command(), within);
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        probe.end(value, failure, tally, mixUps);
    }

    private int started() {
        int count = 1 + random.nextInt(8);
        List<CompletableFuture<?>> stages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            stages.add(start(probe()));
        }
        // A blocking call among calls that are started: it must not overtake them, nor take their answers.
        blocking(probe());
        for (CompletableFuture<?> stage : stages) {
            stage.handle((value, failure) -> true).join(); // how it ended, its probe has seen
        }
        return count + 1;
    }

    private <T> CompletableFuture<?> start(Probe<T> probe) {
        boolean cancel = random.nextDouble() < GIVING_UP / 2;
        CompletableFuture<T> call =
                redis.start(probe.command(), cancel ? PATIENCE : within()).toCompletableFuture();
        CompletableFuture<T> checked = call.whenComplete((value, failure) -> probe.end(value, failure, tally, mixUps));
        if (cancel) {
            for (int spins = random.nextInt(1_000); spins > 0; spins--) {
                Thread.onSpinWait();
            }
            call.cancel(false);
        }
        return checked;
    }

    private int batch() {
        Batch batch = redis.batch();
        List<Answer<?>> answers = new ArrayList<>();
        int count = 1 + random.nextInt(20);
        for (int i = 0; i < count; i++) {
            answers.add(add(batch, probe()));
        }
        Duration within = withinOrInterrupted();
        try {
            batch.run(within);
        } catch (RuntimeException | Error e) {
            tally.surprise("a batch threw " + e);
        }
        answers.forEach(answer -> answer.check(null));
        return count;
    }

    private int transaction() {
        Transaction transaction = redis.transaction();
        List<Answer<?>> answers = new ArrayList<>();
        int count = 1 + random.nextInt(8);
        for (int i = 0; i < count; i++) {
            Probe<?> probe = probe();
            answers.add(add(transaction, probe));
        }
        Duration within = withinOrInterrupted();
        MillraceException whole = null;
        try {
            transaction.run(within);
        } catch (MillraceException e) {
            whole = e;
        }
        for (Answer<?> answer : answers) {
            answer.check(whole);
        }
        return count;
    }

    private <T> Answer<T> add(Batch batch, Probe<T> probe) {
        return new Answer<>(probe, batch.add(probe.command()));
    }

    private <T> Answer<T> add(Transaction transaction, Probe<T> probe) {
        return new Answer<>(probe, transaction.add(probe.command()));
    }

    private final class Answer<T> {
        private final Probe<T> probe;
        private final Reply<T> reply;

        Answer(Probe<T> probe, Reply<T> reply) {
            this.probe = probe;
            this.reply = reply;
        }

        void check(@Nullable Throwable whole) {
            Throwable failure = whole != null ? whole : reply.error();
            probe.end(failure == null ? reply.get() : null, failure, tally, mixUps);
        }
    }
}
