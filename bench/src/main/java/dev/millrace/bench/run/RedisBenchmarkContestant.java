package dev.millrace.bench.run;

import dev.millrace.bench.child.Measurement;
import dev.millrace.bench.client.ClientName;
import dev.millrace.bench.client.ServerAddress;
import dev.millrace.bench.workload.Cell;
import dev.millrace.bench.workload.Dataset;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The server's own load generator, as the limit of what the server can do: in each turn the best of several pipeline
 * depths, over 50 connections, whatever the cell's callers. It reads the keys of the data set; it writes under a prefix
 * of its own, for its values are none of the data set's.
 *
 * <p>A turn's time is divided between the depths, so it takes about as long as any other contestant's.
 */
public final class RedisBenchmarkContestant implements Contestant {
    static final List<Integer> DEPTHS = List.of(1, 16, 100, 500);

    private static final int CONNECTIONS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Requests per pipeline and connection in the first turn, when it is not known how fast it is. */
    private static final int FIRST_PIPELINES = 20;

    private static final int FIRST_REQUESTS_AT_LEAST = 20_000;

    private final Path program;
    private final ServerAddress server;
    private final Map<List<Object>, Double> knownRates = new HashMap<>();
    private boolean writes;

    private RedisBenchmarkContestant(Path program, ServerAddress server) {
        this.program = program;
        this.server = server;
    }

    /**
     * The contestant for a server.
     *
     * @throws ContestantUnavailable if the program is not on the PATH, or the server asks for what it can only be told
     *     on its command line
     */
    public static RedisBenchmarkContestant find(ServerAddress server) throws ContestantUnavailable {
        if (server.tls()) {
            throw new ContestantUnavailable("it is set side by side on plain connections only");
        }
        if (server.hasPassword()) {
            throw new ContestantUnavailable("it takes a password only on its command line, where others can read it");
        }
        return new RedisBenchmarkContestant(
                onPath(System.getenv("PATH"))
                        .orElseThrow(() -> new ContestantUnavailable(
                                "it is not on the PATH; install it with apt-get install redis-tools")),
                server);
    }

    static Optional<Path> onPath(String path) {
        return Stream.of((path == null ? "" : path).split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "redis-benchmark"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    @Override
    public ClientName client() {
        return ClientName.REDIS_BENCHMARK;
    }

    @Override
    public String mode(Cell cell) {
        return "best of -P " + DEPTHS.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    @Override
    public boolean plays(Cell cell) {
        return !cell.workload().isCache() && !cell.workload().isQueue();
    }

    @Override
    public void enter(Cell cell) {
        writes = cell.workload().writes();
    }

    @Override
    public Measurement measure(Duration time) throws ContestantFailed, InterruptedException {
        Duration share = time.dividedBy(DEPTHS.size());
        Measurement best = null;
        for (int depth : DEPTHS) {
            Measurement one = measure(depth, share);
            if (best == null || one.operationsPerSecond() > best.operationsPerSecond()) {
                best = one;
            }
        }
        if (best == null) {
            throw new IllegalStateException("no pipeline depth to measure");
        }
        return best;
    }

    @Override
    public void leave() {
        // It holds nothing between two turns.
    }

    @Override
    public void close() {
        // Each of its processes is ended by the turn that started it.
    }

    private Measurement measure(int depth, Duration time) throws ContestantFailed, InterruptedException {
        List<Object> known = List.of(writes, depth);
        Double rate = knownRates.get(known);
        long least = (long) CONNECTIONS * depth;
        long requests = rate == null
                ? Math.max(least * FIRST_PIPELINES, FIRST_REQUESTS_AT_LEAST)
                : Math.max(least, (long) (rate * time.toNanos() / 1e9));
        RedisBenchmarkCsv figures = run(command(depth, requests), time.plus(PATIENCE));
        knownRates.put(known, figures.operationsPerSecond());
        return new Measurement(
                requests,
                (long) (requests * 1e9 / figures.operationsPerSecond()),
                figures.p50Millis() * 1e3,
                figures.p99Millis() * 1e3,
                null,
                null,
                null,
                null,
                null);
    }

    private List<String> command(int depth, long requests) {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "-h",
                server.host(),
                "-p",
                String.valueOf(server.port()),
                "--dbnum",
                String.valueOf(server.database()),
                "-c",
                String.valueOf(CONNECTIONS),
                "-r",
                String.valueOf(Dataset.KEYS),
                "-P",
                String.valueOf(depth),
                "-n",
                String.valueOf(requests),
                "--csv"));
        // Its own tests "get" and "set" use keys outside our prefix; these are the same commands on ours.
        if (writes) {
            command.addAll(
                    List.of("SET", Dataset.FOREIGN_KEY_PREFIX + "__rand_int__", "x".repeat(Dataset.VALUE_LENGTH)));
        } else {
            command.addAll(List.of("GET", Dataset.KEY_PREFIX + "__rand_int__"));
        }
        return command;
    }

    private static RedisBenchmarkCsv run(List<String> command, Duration deadline)
            throws ContestantFailed, InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        try (OwnProcess process = new OwnProcess(scratch -> command)) {
            List<String> lines = new ArrayList<>();
            Optional<String> line = process.nextLine(end - System.nanoTime());
            while (line.isPresent()) {
                lines.add(line.get());
                line = process.nextLine(end - System.nanoTime());
            }
            return figures(lines, process);
        } catch (IOException e) {
            throw new ContestantFailed("it could not be started: " + e.getMessage(), List.of());
        } catch (OwnProcess.DeadlinePassed e) {
            throw new ContestantFailed("it did not end within " + deadline.toSeconds() + " s", List.of());
        }
    }

    private static RedisBenchmarkCsv figures(List<String> lines, OwnProcess process) throws ContestantFailed {
        try {
            return RedisBenchmarkCsv.parse(lines);
        } catch (IllegalArgumentException e) {
            process.close();
            throw new ContestantFailed(String.valueOf(e.getMessage()), process.lastWords());
        }
    }
}
