package dev.millrace.tools.bench;

import dev.millrace.command.PubSub;
import dev.millrace.state.Delivery;
import dev.millrace.state.StateMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A message to many connections: each asked for where it is and sent a message of its own; all of this process's at once; and of
 * two processes, with one message to the other.
 */
final class StateBroadcastWorkload implements Workload {
    private static final int MOST_PLAIN = 2_000;
    private static final int MOST_LOCAL = 2_000_000;
    private static final int MOST_REMOTE = 1_000;

    /** Where all is bounded: to register ten thousand takes longer than the rest. */
    private static final int MOST_BOUNDED = 500;

    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private final int connections;

    StateBroadcastWorkload(int connections) {
        this.connections = connections;
    }

    @Override
    public String name() {
        return "state-broadcast-" + connections;
    }

    @Override
    public String description() {
        return String.format(
                Locale.ROOT,
                "a message to %,d connections: each asked for and sent to, this process's, two" + " processes'",
                connections);
    }

    @Override
    public List<Trial> trials(Setting setting) {
        boolean bounded = setting.effort().bounded();
        int count = bounded ? Math.min(connections, MOST_BOUNDED) : connections;
        int local = bounded ? 10 : Math.max(1, MOST_LOCAL / connections);
        return List.of(
                new Way(setting, "one-by-one", count, setting.roundTrips(MOST_PLAIN)).trial(),
                new Way(setting, "local", count, local).trial(),
                new Way(setting, "two processes", count / 2, setting.roundTrips(MOST_REMOTE)).trial());
    }

    /** One way; an operation is a connection that is sent to. */
    private static final class Way {
        private final Setting setting;
        private final String mode;
        private final int rounds;
        private final int reached;
        private final PlayerConnections own;
        private final PlayerConnections others;
        private final AtomicLong wrong = new AtomicLong();
        private final byte[] message = "a message to everyone".getBytes(StandardCharsets.UTF_8);

        Way(Setting setting, String mode, int count, int rounds) {
            this.setting = setting;
            this.mode = mode;
            this.rounds = rounds;
            this.reached = mode.equals("one-by-one") ? 1 : mode.equals("local") ? count : 2 * count;
            String name = "broadcast-" + mode + "-" + count;
            this.own = new PlayerConnections(setting, name, "own", StateMode.hybrid(), count);
            this.others = new PlayerConnections(setting, name, "other", StateMode.hybrid(), count);
        }

        private boolean hasOthers() {
            return mode.equals("two processes");
        }

        Trial trial() {
            return new Trial(mode, rounds * reached, this::perform, run -> difference())
                    .preparedBy(run -> open())
                    .endedBy(this::close);
        }

        private void open() throws Exception {
            close();
            own.open(true);
            if (hasOthers()) {
                others.open(false);
                await(() -> own.state().all().size() == own.count() + others.count());
            }
        }

        private void close() {
            others.close();
            own.close();
        }

        private void perform(Run run) {
            try (Latencies latencies = run.latencies()) {
                for (int done = 0; done < rounds; done++) {
                    long start = System.nanoTime();
                    if (mode.equals("one-by-one")) {
                        plainly(done % own.count());
                    } else {
                        broadcast();
                    }
                    latencies.since(start, reached);
                }
            }
        }

        /** As a server does that has only Redis: where is it, and then to its channel. */
        private void plainly(int place) {
            String player = own.readPlainly(place).get("pl");
            if (player == null) {
                wrong.incrementAndGet();
            }
            Long unused = setting.redis().run(PubSub.publish("players", "a message"));
        }

        private void broadcast() {
            Delivery delivery = own.state().broadcast(message);
            int remote = hasOthers() ? others.count() : 0;
            if (delivery.local() != own.count() || delivery.remote() != remote || delivery.failed() > 0) {
                wrong.incrementAndGet();
            }
        }

        private Optional<String> difference() {
            if (wrong.getAndSet(0) > 0) {
                return Optional.of("not every connection was sent to");
            }
            if (mode.equals("one-by-one")) {
                return Optional.empty();
            }
            long expected = (long) rounds * own.count();
            boolean all = await(() -> own.heard() == expected && (!hasOthers() || others.heard() == expected));
            return all
                    ? Optional.empty()
                    : Optional.of(
                            own.heard() + " and " + others.heard() + " messages were heard, expected " + expected);
        }

        private static boolean await(BooleanSupplier condition) {
            long end = System.nanoTime() + PATIENCE_NANOS;
            while (!condition.getAsBoolean()) {
                if (System.nanoTime() - end > 0) {
                    return false;
                }
                LockSupport.parkNanos(100_000);
            }
            return true;
        }
    }
}
