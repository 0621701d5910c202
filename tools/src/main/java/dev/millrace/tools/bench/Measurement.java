package dev.millrace.tools.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.millrace.metrics.Statistics;
import dev.millrace.tools.report.Result;
import dev.millrace.tools.report.ResultBuilder;
import dev.millrace.tools.report.ThreadKind;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Runs one trial several times and sums up what came out. Confined to the thread that measures. */
final class Measurement {
    private final Workload workload;
    private final Trial trial;
    private final Setting setting;
    private final ServerUnderTest server;
    private final List<Double> rates = new ArrayList<>();
    private final Histogram nanos = new Histogram(3);
    private long commands;
    private long writes;
    private long cpuNanos;
    private @Nullable String problem;

    Measurement(Workload workload, Trial trial, Setting setting, ServerUnderTest server) {
        this.workload = workload;
        this.trial = trial;
        this.setting = setting;
        this.server = server;
    }

    int operations() {
        return trial.operations();
    }

    /** A run whose figures are thrown away, so that later ones measure compiled code; it is verified all the same. */
    void warmUp(Run run) throws Exception {
        measure(run, false);
    }

    /** A run that counts. */
    void run(Run run) throws Exception {
        measure(run, true);
    }

    /** Nothing is measured any more. */
    void end() {
        trial.end();
    }

    private void measure(Run run, boolean counts) throws Exception {
        trial.prepare(run);
        Map<String, Long> callsBefore = server.calls();
        Statistics before = setting.redis().statistics();
        long cpuBefore = processCpuNanos();
        long start = System.nanoTime();
        trial.perform(run);
        long elapsed = System.nanoTime() - start;
        long cpu = processCpuNanos() - cpuBefore;
        Statistics after = setting.redis().statistics();
        note(differentCalls(callsBefore, server.calls()));
        note(trial.difference(run));
        if (counts) {
            rates.add(trial.operations() / (elapsed / 1e9));
            run.addTo(nanos);
            commands +=
                    after.commands() - before.commands() + run.otherClients().commands();
            writes += after.writes() - before.writes() + run.otherClients().writes();
            cpuNanos += cpu;
        }
    }

    /** The result over all runs that counted. */
    Result result() {
        ResultBuilder result = Result.of(workload.name(), "millrace", trial.mode())
                .roundTripMillis(setting.roundTripMillis())
                .operationsPerSecond(
                        rates.stream().mapToDouble(Double::doubleValue).toArray())
                .latencyMicros(nanos.getValueAtPercentile(50) / 1e3, nanos.getValueAtPercentile(99) / 1e3)
                .roundTrips(Math.round((double) writes / rates.size()))
                .verified(problem == null);
        if (writes > 0) {
            result.commandsPerWrite((double) commands / writes);
        }
        if (setting.roundTrip().isZero()) {
            // With a delay, the proxy that makes it runs in this process too.
            result.clientCpuMicrosPerOperation(cpuNanos / 1e3 / rates.size() / trial.operations());
        }
        Integer callers = trial.callers();
        ThreadKind threads = trial.threads();
        if (callers != null && threads != null) {
            result.callers(callers, threads);
        }
        Integer batch = trial.batch();
        if (batch != null) {
            result.batch(batch);
        }
        return result.build();
    }

    /** What is to be said about the result: what did not verify, or what the trial itself has to say. */
    Optional<String> remark(Result result) {
        String where = setting.roundTrip().isZero() ? "loopback" : trimmed(setting.roundTripMillis()) + " ms";
        return Optional.ofNullable(problem)
                .map(difference -> "NOT VERIFIED, " + difference)
                .or(() -> trial.remark(result))
                .map(words -> workload.name() + ", " + trial.mode() + ", " + where + ": " + words);
    }

    /** The server counts too: a command that was never sent, or sent twice, shows there. */
    private Optional<String> differentCalls(Map<String, Long> before, Map<String, Long> after) {
        if (!server.isOwn()) {
            return Optional.empty();
        }
        for (Map.Entry<String, Long> expected : trial.serverCalls().entrySet()) {
            long calls = after.getOrDefault(expected.getKey(), 0L) - before.getOrDefault(expected.getKey(), 0L);
            if (calls != expected.getValue()) {
                return Optional.of("the server counted " + calls + " calls of " + expected.getKey() + " where "
                        + expected.getValue() + " were expected");
            }
        }
        return Optional.empty();
    }

    private void note(Optional<String> difference) {
        if (problem == null && difference.isPresent()) {
            problem = difference.get();
        }
    }

    private static long processCpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean bean
                ? bean.getProcessCpuTime()
                : 0;
    }

    private static String trimmed(double millis) {
        return millis == Math.rint(millis) ? Long.toString((long) millis) : Double.toString(millis);
    }
}
