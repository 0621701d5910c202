package dev.millrace.tools.bench;

import dev.millrace.tools.BadInput;
import dev.millrace.tools.NamedServers;
import dev.millrace.tools.OutputFile;
import dev.millrace.tools.Version;
import dev.millrace.tools.progress.ProgressDisplay;
import dev.millrace.tools.report.Comparison;
import dev.millrace.tools.report.HtmlReport;
import dev.millrace.tools.report.JsonReport;
import dev.millrace.tools.report.Machine;
import dev.millrace.tools.report.Report;
import dev.millrace.tools.report.TableReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace bench}: runs the performance suite and shows what it found. */
@Command(
        name = "bench",
        description = "Measure the workloads Millrace is made for, on a real server; everything written is read back.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        footer = {
            "",
            "Only keys under a random prefix (millrace:bench:…) and those of queues that are named after it are used, and they",
            "are removed at the end.",
            "Exit status: 0 everything verified, 1 something did not, 2 bad input.",
            "",
            "Examples:",
            "  millrace bench --quick",
            "  millrace bench --workload flights,migrate-50k --rtt 0,1 --html report.html",
            "  millrace bench --topology cluster --quick --rtt 0",
            "  millrace bench --redis redis://localhost:6379 --json report.json"
        })
public final class BenchCommand implements Callable<Integer> {

    @Option(
            names = "--redis",
            paramLabel = "URL",
            description = "Server to measure: redis://, rediss:// or unix://. Default: what the environment names by"
                    + " REDIS_URL, REDIS_CLUSTER_NODES and the like, else a server of the suite's own.")
    private @Nullable String redis;

    @Option(
            names = "--topology",
            paramLabel = "KIND",
            description =
                    "Start servers of the suite's own whatever the environment names: one, cluster (3 masters with a"
                            + " replica each), sentinel (a master with 2 replicas behind 3 Sentinels).")
    private @Nullable Topology topology;

    @Option(
            names = "--workload",
            paramLabel = "NAME",
            split = ",",
            description = "Run only these workloads, separated by commas.")
    private List<String> workloads = List.of();

    @Option(names = "--list", description = "List the workloads and stop.")
    private boolean list;

    @Option(names = "--quick", description = "Everything in about a minute, with less of each.")
    private boolean quick;

    @Option(
            names = "--flights",
            paramLabel = "DIR",
            description = "Folder of .igc or .igc.gz files. Default: the flights that come with Millrace.")
    private @Nullable Path flights;

    @Option(
            names = "--rtt",
            paramLabel = "MS",
            split = ",",
            description =
                    "Round trips to add between the client and each server, in ms, from 0 to 1000; servers are not"
                            + " delayed among themselves. Default: 0,1,5.")
    private List<Double> roundTrips = List.of(0.0, 1.0, 5.0);

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Measured runs of everything, from 1 to 100; medians are shown. Default: 5, with --quick 3.")
    private @Nullable Integer runs;

    @Option(names = "--json", paramLabel = "FILE", description = "Also write the results as JSON.")
    private @Nullable Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "Also write a page with charts.")
    private @Nullable Path html;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** For picocli, which fills in the options. */
    public BenchCommand() {}

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (list) {
            Workloads.ALL.forEach(workload -> out.printf("%-19s %s%n", workload.name(), workload.description()));
            out.flush();
            return ExitCode.OK;
        }
        if (redis != null && topology != null) {
            throw new BadInput("--redis names a server that is there, --topology starts new ones; give one of the two");
        }
        List<Workload> chosen = Workloads.named(workloads);
        List<Duration> distances = distances();
        Effort effort = effort();
        OutputFile.requireWritable(json);
        OutputFile.requireWritable(html);
        FlightSource source = FlightSource.read(flights);
        source.tellProblems(err);

        Report report;
        try (ServerUnderTest server = server()) {
            String version = FirstContact.version(server);
            Suite suite = new Suite(server, source.flights(), effort, ProgressDisplay.onStandardError(), notice -> {
                err.println(spec.qualifiedName() + ": " + notice);
                err.flush();
            });
            Suite.Findings findings = suite.run(chosen, distances);
            report = new Report(Machine.current(), server.describedAs(version), findings.results(), findings.remarks());
        } catch (Ending.EndedFromOutside ended) {
            // The JVM ends with the status of its signal, whatever is returned here.
            return ExitCode.SOFTWARE;
        }
        show(report, out);
        if (!report.verified()) {
            return ExitCode.SOFTWARE;
        }
        return source.hasProblems() ? ExitCode.USAGE : ExitCode.OK;
    }

    private void show(Report report, PrintWriter out) {
        List<Comparison> comparisons = List.of(Comparison.withMode("one-by-one"));
        out.println();
        out.print(TableReport.text(report, comparisons));
        if (json != null) {
            OutputFile.write(json, JsonReport.text(report));
        }
        if (html != null) {
            OutputFile.write(html, HtmlReport.text("Millrace performance suite", report, comparisons));
        }
        out.flush();
    }

    private ServerUnderTest server() {
        if (redis != null) {
            return ServerUnderTest.at(redis);
        }
        if (topology != null) {
            return ServerUnderTest.own(topology);
        }
        return NamedServers.of(System.getenv())
                .map(ServerUnderTest::at)
                .orElseGet(() -> ServerUnderTest.own(Topology.ONE));
    }

    private Effort effort() {
        if (runs != null && (runs < 1 || runs > 100)) {
            throw new BadInput("--runs must be from 1 to 100, got " + runs);
        }
        return quick ? Effort.quick(runs == null ? 3 : runs) : Effort.thorough(runs == null ? 5 : runs);
    }

    private List<Duration> distances() {
        List<Duration> distances = new ArrayList<>();
        for (double millis : roundTrips) {
            if (!(millis >= 0 && millis <= 1_000)) {
                throw new BadInput("--rtt takes milliseconds from 0 to 1000, got " + millis);
            }
            Duration distance = Duration.ofNanos(Math.round(millis * 1e6));
            if (!distances.contains(distance)) {
                distances.add(distance);
            }
        }
        return distances;
    }
}
