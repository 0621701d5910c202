package dev.millrace.tools.server.check;

import dev.millrace.tools.Answer;
import dev.millrace.tools.BadInput;
import dev.millrace.tools.flight.Flight;
import dev.millrace.tools.flight.FlightFolder;
import dev.millrace.tools.server.ReferenceServer;
import dev.millrace.tools.server.ServeOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace check}: tries a reference server from outside. */
@Command(
        name = "check",
        description =
                "Try a reference server over HTTP: uploads, flights, joins and status, all read back and compared.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Exit status: 0 all is right, 1 something was lost, refused or different, 2 bad input or no server.",
            "",
            "Examples:",
            "  millrace check",
            "  millrace check --url http://127.0.0.1:8080 --flights ~/flights"
        })
public final class CheckCommand implements Callable<Integer> {
    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The server; by default one of this process's own, on what the environment names, or on an"
                    + " embedded Redis.")
    private @Nullable String url;

    @Option(names = "--token", paramLabel = "TOKEN", description = "The server's token; else MILLRACE_TOKEN.")
    private @Nullable String token;

    @Option(
            names = "--flights",
            paramLabel = "DIR",
            description = "Folder of .igc files that are uploaded and compared fix for fix; by default Millrace's own.")
    private @Nullable Path flights;

    @Option(names = "--uploads", defaultValue = "50", description = "Uploads at once, 1 to 1000; ${DEFAULT-VALUE}.")
    private int uploads;

    @Option(names = "--points", defaultValue = "1000", description = "Points of each, 1 to 10000; ${DEFAULT-VALUE}.")
    private int points;

    @Option(
            names = "--joins",
            defaultValue = "100",
            description = "Users who join at once, 1 to 1000; ${DEFAULT-VALUE}.")
    private int joins;

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds that count, 1 to 100; ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--seconds", defaultValue = "5", description = "Length of the load on status routes, 1 to 600.")
    private int seconds;

    @Mixin
    private Answer answer = new Answer();

    /** For picocli, which fills in the options. */
    public CheckCommand() {}

    @Override
    public Integer call() throws Exception {
        within("--uploads", uploads, 1_000);
        within("--points", points, 10_000);
        within("--joins", joins, 1_000);
        within("--rounds", rounds, 100);
        within("--seconds", seconds, 600);
        Path folder = flights != null ? flights : Path.of(System.getProperty("millrace.home", "."), "flights");
        List<Flight> read = FlightFolder.read(folder).stream()
                .filter(flight -> !flight.points().isEmpty())
                .toList();
        if (read.isEmpty()) {
            throw new BadInput("no readable fix in the flights of " + folder);
        }
        String its = token != null ? token : System.getenv("MILLRACE_TOKEN");
        try (@Nullable ReferenceServer own = url == null ? ReferenceServer.start(ownOptions()) : null;
                Site site = new Site(own == null ? String.valueOf(url) : own.url(), its)) {
            site.requireServer();
            return tell(all(site, folder, read));
        }
    }

    private static void within(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new BadInput(option + " must be from 1 to " + most + ", got " + value);
        }
    }

    private static ServeOptions ownOptions() {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.putAll(Map.of("MILLRACE_PORT", "0", "MILLRACE_GAME_PORT", "off", "MILLRACE_ACCESS_LOG", "off"));
        return ServeOptions.of(environment, null);
    }

    private List<Finding> all(Site site, Path folder, List<Flight> read) throws Exception {
        List<Finding> findings = new ArrayList<>();
        findings.add(told(new FlightsCheck(site, folder).run()));
        findings.add(told(new UploadsCheck(site, read, uploads, points, rounds).run()));
        findings.add(told(new JoinsCheck(site, joins, rounds).run()));
        for (String path : List.of("/api/health", "/api/integrations/status")) {
            findings.add(told(new StatusCheck(site, path, 32, Duration.ofSeconds(seconds)).run()));
        }
        return findings;
    }

    private Finding told(Finding finding) {
        if (!answer.isJson()) {
            answer.print((finding.right() ? "right  " : "WRONG  ") + finding.said() + System.lineSeparator());
        }
        return finding;
    }

    private int tell(List<Finding> findings) {
        if (answer.isJson()) {
            Map<String, Object> json = new LinkedHashMap<>();
            for (Finding finding : findings) {
                Map<String, Object> figures = new LinkedHashMap<>();
                figures.put("right", finding.right());
                figures.putAll(finding.figures());
                json.put(finding.name(), figures);
            }
            answer.print(json);
        }
        return findings.stream().allMatch(Finding::right) ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
