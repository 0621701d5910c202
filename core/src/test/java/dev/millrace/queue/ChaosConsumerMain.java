package dev.millrace.queue;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.MillraceException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A consumer in a process of its own: claims and settles in batches until it is killed, or until the stream ends that it
 * is given by its parent, and says what it does in lines for a {@link ChaosLedger}. Times are those of {@code nanoTime},
 * which all processes of a machine share.
 *
 * <pre>
 *   c SENT CAME ID …   claimed, by a call that was sent and answered then
 *   s SENT ID …        about to be settled, by a call that is sent from then on
 *   a ID …             acknowledged: the server said so
 * </pre>
 */
final class ChaosConsumerMain {
    static final Duration LEASE = Duration.ofSeconds(2);

    /** Every job whose number this divides fails each time. */
    static final int POISON = 997;

    /** Stands behind every line, so that one which was cut is known. */
    static final String END = " .";

    private static final int BATCH = 50;
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final long PAUSE_NANOS = 1_000_000;

    private final JobQueue<String> queue;
    private List<Job<String>> held = List.of();

    private ChaosConsumerMain(JobQueue<String> queue) {
        this.queue = queue;
    }

    /** What producers and consumers agree on. */
    static QueueOptions<String> options() {
        return QueueOptions.strings("chaos")
                .lease(LEASE)
                .attempts(3)
                .deliveries(60_000)
                .backoff(Backoff.none())
                .deduplication(Deduplication.within(Duration.ofHours(1), Deduplication.Mode.IGNORE))
                .build();
    }

    static Millrace connect(MillraceOptions.Builder options) {
        return Millrace.connect(options.commandTimeout(TIMEOUT).build());
    }

    static boolean isPoison(int id) {
        return id % POISON == 0;
    }

    public static void main(String[] seeds) {
        Thread.ofPlatform().daemon().start(ChaosConsumerMain::endWithTheParent);
        MillraceOptions.Builder options =
                seeds[0].startsWith("redis:") ? MillraceOptions.builder(seeds[0]) : MillraceOptions.cluster(seeds);
        new ChaosConsumerMain(connect(options).queue(options())).consume();
    }

    private static void endWithTheParent() {
        try {
            int end = System.in.read();
            Runtime.getRuntime().halt(Math.max(0, end));
        } catch (IOException e) {
            Runtime.getRuntime().halt(1);
        }
    }

    private void consume() {
        while (true) {
            try {
                step();
            } catch (MillraceException e) {
                held = List.of(); // whatever became of them: their leases end, and somebody gets them again
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    private void step() {
        List<Job<String>> acks = new ArrayList<>();
        List<Nack<String>> nacks = new ArrayList<>();
        for (Job<String> job : held) {
            if (isPoison(Integer.parseInt(job.id()))) {
                nacks.add(new Nack<>(job, Verdict.retry("poison")));
            } else {
                acks.add(job);
            }
        }
        long sent = System.nanoTime();
        if (!held.isEmpty()) {
            say(line("s " + sent, held));
        }
        Settlement<String> settled = queue.settle(acks, nacks, BATCH);
        List<Job<String>> done = new ArrayList<>();
        for (int i = 0; i < acks.size(); i++) {
            if (settled.acks().get(i) == SettleOutcome.DONE) {
                done.add(acks.get(i));
            }
        }
        held = settled.claimed();
        if (!done.isEmpty()) {
            say(line("a", done));
        }
        if (held.isEmpty()) {
            LockSupport.parkNanos(PAUSE_NANOS);
        } else {
            say(line("c " + sent + " " + System.nanoTime(), held));
        }
    }

    private static String line(String what, List<Job<String>> jobs) {
        StringBuilder line = new StringBuilder(what);
        jobs.forEach(job -> line.append(' ').append(job.id()));
        return line.toString();
    }

    private static void say(String line) {
        System.out.println(line + END);
        System.out.flush();
    }
}
