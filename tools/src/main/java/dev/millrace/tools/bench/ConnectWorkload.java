package dev.millrace.tools.bench;

import dev.millrace.Millrace;
import dev.millrace.command.Command;
import dev.millrace.command.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The connection test: echoes on an open connection, and new connections that echo once. */
final class ConnectWorkload implements Workload {
    private static final int MOST_ECHOES = 20_000;
    private static final int MOST_CONNECTIONS = 200;
    /** Setting up a connection takes this many round trips and more, where threads have to start. */
    private static final int TRIPS_PER_CONNECTION = 20;

    @Override
    public String name() {
        return "connect";
    }

    @Override
    public String description() {
        return "connection test: echoes on an open connection, and new connections that echo once";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        return List.of(echoes(setting), connections(setting));
    }

    private static Trial echoes(Setting setting) {
        Nonces nonces = new Nonces(setting.roundTrips(MOST_ECHOES));
        return new Trial(
                        "echo",
                        nonces.count,
                        run -> {
                            try (Latencies latencies = run.latencies()) {
                                for (int i = 0; i < nonces.count; i++) {
                                    long start = System.nanoTime();
                                    nonces.found[i] = echo(setting.redis(), nonces.sent[i]);
                                    latencies.since(start, 1);
                                }
                            }
                        },
                        run -> nonces.difference())
                .preparedBy(nonces::prepare)
                .serverCalls(Map.of("echo", (long) nonces.count));
    }

    private static Trial connections(Setting setting) {
        int most = setting.roundTrips(MOST_CONNECTIONS * TRIPS_PER_CONNECTION);
        Nonces nonces = new Nonces(Math.max(3, most / TRIPS_PER_CONNECTION));
        return new Trial(
                        "connect, echo, close",
                        nonces.count,
                        run -> {
                            try (Latencies latencies = run.latencies()) {
                                for (int i = 0; i < nonces.count; i++) {
                                    long start = System.nanoTime();
                                    try (Millrace redis = Millrace.connect(setting.options())) {
                                        nonces.found[i] = echo(redis, nonces.sent[i]);
                                        run.count(redis.statistics());
                                    }
                                    latencies.since(start, 1);
                                }
                            }
                        },
                        run -> nonces.difference())
                .preparedBy(nonces::prepare)
                .serverCalls(Map.of("echo", (long) nonces.count));
    }

    private static @Nullable String echo(Millrace redis, String text) {
        Value reply = redis.run(Command.of("ECHO", text));
        return reply == null ? null : reply.asText();
    }

    /** Texts that must come back. */
    private static final class Nonces {
        private final int count;
        private String[] sent = {};
        private @Nullable String[] found = {};

        Nonces(int count) {
            this.count = count;
        }

        void prepare(Run run) {
            sent = Values.of(run, count);
            found = new String[count];
        }

        Optional<String> difference() {
            return Values.difference("echo", sent, found);
        }
    }
}
