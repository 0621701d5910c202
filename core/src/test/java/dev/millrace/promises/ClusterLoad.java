package dev.millrace.promises;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.mget;
import static dev.millrace.command.Strings.set;

import dev.millrace.Millrace;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A load for a cluster: each caller writes and reads values of its own in several slots, alone, many at once and in
 * batches, beside what every load does.
 */
final class ClusterLoad extends Load {
    private static final int OWN_KEYS = 5;

    private final boolean stale;
    private final Map<Integer, Own> owned = new ConcurrentHashMap<>();

    /** What one caller has written. Confined to it. */
    private static final class Own {
        private final Map<String, Long> written = new TreeMap<>();
        private final Map<String, Long> acknowledged = new TreeMap<>();
        private final Map<String, Set<Long>> unsettled = new TreeMap<>();
    }

    /** @param stale whether a read may miss what was acknowledged: it comes from a replica, or a failover loses writes */
    ClusterLoad(Millrace redis, Duration deadline, Ledger ledger, boolean stale) {
        super(redis, deadline, ledger);
        this.stale = stale;
    }

    @Override
    void step(int number, Random random, Ledger.Pushes list) {
        Own own = owned.computeIfAbsent(number, unused -> new Own());
        String key = key(number, random.nextInt(OWN_KEYS));
        boolean asynchronous = number % 8 == 7 && random.nextInt(8) == 0;
        switch (random.nextInt(8)) {
            case 0 -> timed(list.push(), asynchronous);
            case 1, 2 -> timed(ledger().increment(random.nextInt(1_000)), asynchronous);
            case 3 -> timed(write(own, key, random.nextInt(200)), asynchronous);
            case 4, 5 -> timed(read(own, key), asynchronous);
            case 6 -> timed(readAll(own, number), asynchronous);
            default -> batch(own, number, list, random);
        }
    }

    private static String key(int number, int which) {
        return "own:" + number + ":" + which;
    }

    private static Probe<String> write(Own own, String key, int size) {
        long sequence = own.written.merge(key, 1L, Long::sum);
        return Probe.of(set(key, new CheckedValue(key, sequence).text(size)), answer -> {})
                .settling(end -> {
                    switch (end) {
                        case VALUE -> own.acknowledged.put(key, sequence);
                        case UNKNOWN, CANCELLED ->
                            own.unsettled
                                    .computeIfAbsent(key, unused -> new HashSet<>())
                                    .add(sequence);
                        case NOT_SENT, REJECTED, SERVER_ERROR -> {}
                    }
                });
    }

    private Probe<String> read(Own own, String key) {
        return Probe.of(get(key), answer -> check(own, key, answer));
    }

    private Probe<List<@Nullable String>> readAll(Own own, int number) {
        String[] keys = IntStream.range(0, OWN_KEYS)
                .mapToObj(which -> key(number, which))
                .toArray(String[]::new);
        return Probe.of(mget(keys), answers -> {
            for (int i = 0; i < keys.length; i++) {
                check(own, keys[i], answers == null ? "nothing" : answers.get(i));
            }
        });
    }

    private void check(Own own, String key, @Nullable String answer) {
        Set<Long> possible = new HashSet<>(own.unsettled.getOrDefault(key, Set.of()));
        long acknowledged = own.acknowledged.getOrDefault(key, 0L);
        possible.add(acknowledged);
        for (long older = 1; stale && older < acknowledged; older++) {
            possible.add(older);
        }
        mixUps().expectValue(key, possible, stale || acknowledged == 0, answer);
    }

    /** All of it in one batch; what is read there is from before or after what is written there. */
    private void batch(Own own, int number, Ledger.Pushes list, Random random) {
        Batch batch = redis().batch();
        List<Runnable> ends = new ArrayList<>();
        for (int which = 0; which < OWN_KEYS; which++) {
            add(batch, read(own, key(number, which)), ends);
        }
        for (int i = 0; i < 5; i++) {
            add(batch, ledger().increment(random.nextInt(1_000)), ends);
        }
        add(batch, list.push(), ends);
        long before = System.nanoTime();
        batch.run(deadline());
        took(System.nanoTime() - before);
        ends.forEach(Runnable::run);
    }

    private <T> void add(Batch batch, Probe<T> probe, List<Runnable> ends) {
        Command<T> command = probe.command();
        Reply<T> reply = batch.add(command);
        ends.add(() -> {
            if (reply.error() == null) {
                probe.end(reply.get(), null, tally(), mixUps());
            } else {
                probe.end(null, reply.error(), tally(), mixUps());
            }
        });
    }
}
