package dev.millrace.bench;

import dev.millrace.bench.client.ClientName;
import dev.millrace.bench.client.PeerClients;
import dev.millrace.bench.client.ServerAddress;
import dev.millrace.bench.run.CellResult;
import dev.millrace.bench.run.Contestant;
import dev.millrace.bench.run.ContestantUnavailable;
import dev.millrace.bench.run.InterleavedRun;
import dev.millrace.bench.run.NodeProgram;
import dev.millrace.bench.run.ProcessContestant;
import dev.millrace.bench.run.RedisBenchmarkContestant;
import dev.millrace.bench.run.SharedData;
import dev.millrace.bench.workload.Cell;
import dev.millrace.bench.workload.Dataset;
import dev.millrace.bench.workload.Workload;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.BadInput;
import dev.millrace.tools.OneLineErrors;
import dev.millrace.tools.progress.ProgressDisplay;
import dev.millrace.tools.report.Comparison;
import dev.millrace.tools.report.HtmlReport;
import dev.millrace.tools.report.JsonReport;
import dev.millrace.tools.report.Machine;
import dev.millrace.tools.report.Report;
import dev.millrace.tools.report.Server;
import dev.millrace.tools.report.TableReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The command {@code peers}: Millrace and other clients side by side on one server in one run, each in a JVM of its
 * own, taking turns.
 */
@Command(
        name = "peers",
        mixinStandardHelpOptions = true,
        description = "Measure Millrace side by side with other Redis clients on the same server.",
        footer = {
            "",
            "All cells of the table take about half an hour. Exit status: 0 when everything verified, 1 when something"
                    + " did not, 2 on bad input."
        })
public final class Peers implements Callable<Integer> {
    private static final String NAME = "peers";

    @Mixin
    private PeersOptions options = new PeersOptions();

    @Spec
    private @Nullable CommandSpec spec;

    /** Runs the command and ends the JVM: 0 everything verified, 1 something did not, 2 bad input. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command line, for whoever wants its output elsewhere. */
    static CommandLine commandLine() {
        return OneLineErrors.install(new CommandLine(new Peers()));
    }

    @Override
    @SuppressWarnings("try") // the end of the run is only waited for
    public Integer call() throws IOException {
        PrintWriter out = commandLineOfThis().getOut();
        if (options.list()) {
            list(out);
            return ExitCode.OK;
        }
        List<Cell> cells = cells();
        List<ClientName> clients = options.clients();
        int runs = options.runs();
        Duration time = options.time();
        Optional<Path> json = options.json();
        Optional<Path> html = options.html();
        Optional<String> url = options.redis(System.getenv("REDIS_URL"));

        Report report;
        List<CellResult> results;
        RunProgress progress = new RunProgress(
                ProgressDisplay.onStandardError(), commandLineOfThis().getErr());
        try (EndOfRun end = EndOfRun.whenJvmEnds(progress);
                RedisServer own = url.isPresent() ? null : RedisServer.start();
                SharedData data = load(
                        url.isPresent()
                                ? parse(url.get())
                                : ServerAddress.of(Objects.requireNonNull(own).host(), own.port()))) {
            results = measure(cells, clients, data.server(), runs, time, progress);
            report = new Report(
                    Machine.current(),
                    Server.at(data.serverVersion(), data.server().toString()),
                    results.stream().map(CellResult::toResult).toList(),
                    remarks(results));
        } catch (InterruptedException e) {
            // Told to end in the middle: what there is would be half a table.
            return ExitCode.SOFTWARE;
        }
        List<Comparison> comparisons = comparisons(clients);
        out.print(TableReport.text(report, comparisons));
        boolean complaints = complain(results, out);
        out.flush();
        if (json.isPresent()) {
            JsonReport.write(report, json.get());
        }
        if (html.isPresent()) {
            HtmlReport.write("Millrace and its peers", report, comparisons, html.get());
        }
        return report.verified() && !complaints ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private List<CellResult> measure(
            List<Cell> cells,
            List<ClientName> clients,
            ServerAddress server,
            int runs,
            Duration time,
            RunProgress progress)
            throws InterruptedException {
        List<Contestant> contestants = new ArrayList<>();
        try {
            for (ClientName client : clients) {
                // Asked before it is made: Node's packages are fetched only for who measures queues.
                if (cells.stream().noneMatch(cell -> PeerClients.supports(client, cell))) {
                    continue;
                }
                try {
                    contestants.add(
                            switch (client) {
                                case REDIS_BENCHMARK -> RedisBenchmarkContestant.find(server);
                                case BULLMQ -> NodeProgram.bullmq(server);
                                default -> new ProcessContestant(client, server);
                            });
                } catch (ContestantUnavailable e) {
                    progress.skipped(client, String.valueOf(e.getMessage()));
                }
            }
            return new InterleavedRun(contestants, runs, time, progress).run(cells);
        } finally {
            contestants.forEach(Contestant::close);
        }
    }

    private static List<String> remarks(List<CellResult> results) {
        return results.stream()
                .filter(result -> result.cell().workload().isQueue())
                .map(CellResult::client)
                .distinct()
                .flatMap(client -> PeerClients.lacks(client).map(lack -> client.label() + ": " + lack).stream())
                .toList();
    }

    private List<Cell> cells() {
        try {
            return options.cells().cells();
        } catch (IllegalArgumentException e) {
            throw new BadInput(String.valueOf(e.getMessage()));
        }
    }

    private static ServerAddress parse(String url) {
        try {
            return ServerAddress.parse(url);
        } catch (IllegalArgumentException e) {
            throw new BadInput(String.valueOf(e.getMessage()));
        }
    }

    private static SharedData load(ServerAddress server) {
        try {
            return SharedData.load(server, Dataset.create());
        } catch (IllegalArgumentException e) {
            throw new BadInput(String.valueOf(e.getMessage()));
        }
    }

    private static List<Comparison> comparisons(List<ClientName> clients) {
        return clients.contains(ClientName.MILLRACE)
                ? List.of(Comparison.ofClient(ClientName.MILLRACE.label()))
                : List.of();
    }

    private static boolean complain(List<CellResult> results, PrintWriter out) {
        boolean any = false;
        for (CellResult result : results) {
            String complaint = result.complaint();
            if (complaint != null) {
                if (!any) {
                    out.println();
                }
                any = true;
                out.println("not verified: " + result.client().label() + ", "
                        + result.cell().label() + ": " + complaint);
            }
        }
        return any;
    }

    private static void list(PrintWriter out) {
        out.println("Workloads:");
        for (Workload workload : Workload.values()) {
            out.printf("  %-16s %s%n", workload.label(), workload.summary());
        }
        out.println("Clients:");
        for (ClientName client : ClientName.values()) {
            out.printf("  %-16s %s%n", client.label(), client.summary());
        }
        out.flush();
    }

    private CommandLine commandLineOfThis() {
        return Objects.requireNonNull(spec, NAME).commandLine();
    }
}
