package dev.millrace.bench;

import dev.millrace.bench.client.ClientName;
import dev.millrace.bench.workload.CellChoice;
import dev.millrace.bench.workload.Workload;
import dev.millrace.tools.BadInput;
import dev.millrace.tools.report.ThreadKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code peers} can be told, checked when asked for. Filled by picocli; confined to the main thread. */
final class PeersOptions {
    private static final int MOST_RUNS = 1_000;
    private static final double SHORTEST_SECONDS = 0.1;
    private static final double LONGEST_SECONDS = 600;

    @Option(
            names = "--redis",
            paramLabel = "URL",
            description =
                    "Server to measure on, redis://[[user]:password@]host[:port][/db]; by default REDIS_URL, else a"
                            + " server of our own.")
    private @Nullable String redis;

    @Option(names = "--workload", split = ",", paramLabel = "A,B", description = "Workloads to measure; see --list.")
    private List<String> workloads = new ArrayList<>();

    @Option(names = "--cache", description = "Measure caches: the workloads cache-*, beside those named.")
    private boolean cache;

    @Option(names = "--queue", description = "Measure queues of jobs: the workloads queue-*, beside those named.")
    private boolean queue;

    @Option(names = "--client", split = ",", paramLabel = "A,B", description = "Clients to measure; see --list.")
    private List<String> clients = new ArrayList<>();

    @Option(
            names = "--callers",
            split = ",",
            paramLabel = "N,N",
            description = "Numbers of callers in blocking workloads: 1, 2, 4, 8, 16, 100, 1000.")
    private List<Integer> callers = new ArrayList<>();

    @Option(
            names = "--threads",
            split = ",",
            paramLabel = "KIND",
            description = "Threads of the callers in blocking workloads: platform, virtual.")
    private List<String> threads = new ArrayList<>();

    @Option(
            names = "--batch",
            split = ",",
            paramLabel = "N,N",
            description = "Commands per batch in batch workloads: 10, 100, 500.")
    private List<Integer> batches = new ArrayList<>();

    @Option(names = "--runs", paramLabel = "N", description = "Measurements of each client in each cell. Default: 5.")
    private int runs = 5;

    @Option(names = "--seconds", paramLabel = "S", description = "Length of one measurement. Default: 1.")
    private double seconds = 1;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the results as JSON.")
    private @Nullable Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Write the results as a page with charts.")
    private @Nullable Path html;

    @Option(names = "--list", description = "Print the workloads and clients, and end.")
    private boolean list;

    /** The server's URL from the command line, else from the environment, else nothing. */
    Optional<String> redis(@Nullable String environment) {
        return Stream.of(redis, environment)
                .filter(url -> url != null && !url.isBlank())
                .findFirst();
    }

    CellChoice cells() {
        try {
            List<Workload> wanted = named("--workload", workloads, Workload.values(), Workload::label);
            if (cache) {
                wanted.addAll(
                        Stream.of(Workload.values()).filter(Workload::isCache).toList());
            }
            if (queue) {
                wanted.addAll(
                        Stream.of(Workload.values()).filter(Workload::isQueue).toList());
            }
            return new CellChoice(
                    wanted, callers, named("--threads", threads, ThreadKind.values(), ThreadKind::label), batches);
        } catch (IllegalArgumentException e) {
            throw new BadInput(String.valueOf(e.getMessage()));
        }
    }

    /** The clients wanted, in the order of the report. */
    List<ClientName> clients() {
        List<ClientName> named = named("--client", clients, ClientName.values(), ClientName::label);
        return Stream.of(ClientName.values())
                .filter(client -> named.isEmpty() || named.contains(client))
                .toList();
    }

    int runs() {
        if (runs < 1 || runs > MOST_RUNS) {
            throw new BadInput("--runs " + runs + ": give a number from 1 to " + MOST_RUNS);
        }
        return runs;
    }

    Duration time() {
        if (!(seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS)) {
            throw new BadInput("--seconds " + seconds + ": give a number from " + SHORTEST_SECONDS + " to "
                    + Math.round(LONGEST_SECONDS));
        }
        return Duration.ofMillis(Math.round(seconds * 1_000));
    }

    /** Where the JSON goes; checked before the run, for a run is long. */
    Optional<Path> json() {
        return writable("--json", json);
    }

    /** Where the page goes; checked like {@link #json()}. */
    Optional<Path> html() {
        return writable("--html", html);
    }

    boolean list() {
        return list;
    }

    private static Optional<Path> writable(String option, @Nullable Path file) {
        if (file == null) {
            return Optional.empty();
        }
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)
                || folder == null
                || !Files.isDirectory(folder)
                || !Files.isWritable(Files.exists(file) ? file : folder)) {
            throw new BadInput(
                    option + " " + file + ": no file can be written there; name one in a folder that exists");
        }
        return Optional.of(file);
    }

    private static <T> List<T> named(String option, List<String> names, T[] known, Function<T, String> label) {
        List<T> found = new ArrayList<>();
        for (String name : names) {
            found.add(Arrays.stream(known)
                    .filter(one -> label.apply(one).equals(name))
                    .findFirst()
                    .orElseThrow(() -> new BadInput(option + " " + name + ": choose among "
                            + Arrays.stream(known).map(label).collect(Collectors.joining(", ")))));
        }
        return found;
    }
}
