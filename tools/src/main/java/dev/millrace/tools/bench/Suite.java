package dev.millrace.tools.bench;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.tools.BadInput;
import dev.millrace.tools.flight.Flight;
import dev.millrace.tools.progress.Progress;
import dev.millrace.tools.progress.ProgressDisplay;
import dev.millrace.tools.report.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs workloads at several distances from one server. The runs of a workload's trials take turns, so that a change of
 * the machine's mood meets all of them.
 */
final class Suite {
    private final ServerUnderTest server;
    private final List<Flight> flights;
    private final Effort effort;
    private final ProgressDisplay display;
    private final Consumer<String> notices;
    private int runs;

    /** @param notices takes what the user should know at once, a line at a time */
    Suite(
            ServerUnderTest server,
            List<Flight> flights,
            Effort effort,
            ProgressDisplay display,
            Consumer<String> notices) {
        this.server = server;
        this.flights = flights;
        this.effort = effort;
        this.display = display;
        this.notices = notices;
    }

    /**
     * What a run of the suite found.
     *
     * @param results one per trial and distance
     * @param remarks what is to be said below the table
     */
    record Findings(List<Result> results, List<String> remarks) {}

    /**
     * Runs the workloads one after another. All keys are removed before it returns, however it ends, and by a shutdown
     * hook when the JVM is ended from outside.
     *
     * @throws Ending.EndedFromOutside if the JVM is being ended
     * @throws Exception what a step of a workload threw; the suite ends there
     */
    Findings run(List<Workload> workloads, List<Duration> roundTrips) throws Exception {
        KeySpace keys = new KeySpace();
        try (Ending ending = new Ending(keys, server, notices)) {
            try {
                return run(workloads, settings(roundTrips, keys, ending), keys);
            } catch (Exception failed) {
                throw ending.isFromOutside() ? new Ending.EndedFromOutside(failed) : failed;
            }
        }
    }

    private Findings run(List<Workload> workloads, List<Setting> settings, KeySpace keys) throws Exception {
        List<Result> results = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        if (settings.stream().anyMatch(setting -> !setting.roundTrip().isZero())) {
            server.whereDelayed().ifPresent(remarks::add);
        }
        for (Workload workload : workloads) {
            for (Measurement measurement : measure(workload, settings)) {
                Result result = measurement.result();
                results.add(result);
                measurement.remark(result).ifPresent(remarks::add);
            }
            keys.remove(settings.getFirst().direct());
        }
        return new Findings(results, remarks);
    }

    private List<Setting> settings(List<Duration> roundTrips, KeySpace keys, Ending ending) {
        Millrace direct = ending.add(Millrace.connect(server.options()));
        List<Setting> settings = new ArrayList<>();
        for (Duration roundTrip : roundTrips) {
            Optional<MillraceOptions> options = Optional.of(server.options());
            if (!roundTrip.isZero()) {
                Optional<Detour> detour = Detour.of(server.options(), roundTrip);
                detour.ifPresent(ending::add);
                options = detour.map(Detour::options);
            }
            if (options.isEmpty()) {
                notices.accept("a round trip of %s ms is left out: only plain TCP (redis://) can be delayed"
                        .formatted(roundTrip.toNanos() / 1e6));
            } else {
                Millrace redis = ending.add(Millrace.connect(options.get()));
                settings.add(new Setting(options.get(), redis, direct, roundTrip, keys, effort, flights));
            }
        }
        if (settings.isEmpty()) {
            throw new BadInput("no round trip is left to measure at; add 0 to --rtt");
        }
        return settings;
    }

    private void warmUp(Measurement measurement, Progress progress) throws Exception {
        long start = System.nanoTime();
        measurement.warmUp(new Run(runs++, progress));
        while (System.nanoTime() - start < effort.warmUp().toNanos()) {
            measurement.warmUp(new Run(runs++, Progress.silent()));
        }
    }

    private List<Measurement> measure(Workload workload, List<Setting> settings) throws Exception {
        List<Measurement> all = new ArrayList<>();
        List<List<Measurement>> bySetting = new ArrayList<>();
        long operations = 0;
        for (Setting setting : settings) {
            List<Measurement> here = workload.trials(setting).stream()
                    .map(trial -> new Measurement(workload, trial, setting, server))
                    .toList();
            // The first setting's trials run once more, to warm up.
            int runs = effort.runs() + (bySetting.isEmpty() ? 1 : 0);
            operations += here.stream().mapToLong(Measurement::operations).sum() * runs;
            bySetting.add(here);
            all.addAll(here);
        }
        try (Progress progress = display.start(workload.name(), operations)) {
            for (Measurement measurement : bySetting.getFirst()) {
                warmUp(measurement, progress);
            }
            for (List<Measurement> here : bySetting) {
                for (int run = 0; run < effort.runs(); run++) {
                    for (Measurement measurement : here) {
                        measurement.run(new Run(runs++, progress));
                    }
                }
            }
        } finally {
            all.forEach(Measurement::end);
        }
        return all;
    }
}
