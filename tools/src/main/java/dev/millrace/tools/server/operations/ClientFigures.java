package dev.millrace.tools.server.operations;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.Millrace;
import dev.millrace.metrics.ClientListener;
import dev.millrace.metrics.Statistics;
import dev.millrace.resilience.CircuitBreaker;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * What the client does, second by second: hears of every command, beside the meters, whose percentiles are of each verb apart.
 *
 * <p>Thread-safe; {@link #take} is for one caller.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the recorder is
public final class ClientFigures implements ClientListener {
    private static final long LONGEST_NANOS = 60_000_000_000L;

    /** They wait on purpose, until something comes: how long says nothing of the server or the way to it. */
    private static final Set<String> WAITING = Set.of(
            "XREAD",
            "XREADGROUP",
            "BLPOP",
            "BRPOP",
            "BLMOVE",
            "BLMPOP",
            "BZPOPMIN",
            "BZPOPMAX",
            "BZMPOP",
            "WAIT",
            "WAITAOF");

    private final ClientListener meters;
    private final Recorder latencies = new Recorder(LONGEST_NANOS, 2);
    private Histogram recycled = latencies.getIntervalHistogram();
    private Statistics last = Statistics.NONE;
    private long lastNanos = System.nanoTime();

    /** Beside another listener, which hears all of it too. */
    public ClientFigures(ClientListener meters) {
        this.meters = meters;
    }

    /**
     * What happened since the last call.
     *
     * @return commands and writes a second and in all, commands per write, trips saved in all, latencies in ms, what waits
     */
    Map<String, Object> take(Millrace redis) {
        Statistics now = redis.statistics();
        long nanos = System.nanoTime();
        double seconds = Math.max(1, nanos - lastNanos) / 1e9;
        recycled = latencies.getIntervalHistogram(recycled);
        long commands = now.commands() - last.commands();
        long writes = now.writes() - last.writes();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("commandsPerSecond", Math.round(commands / seconds));
        figures.put("writesPerSecond", Math.round(writes / seconds));
        figures.put("commandsPerWrite", writes == 0 ? 0 : Math.round(10.0 * commands / writes) / 10.0);
        figures.put("commands", now.commands());
        figures.put("writes", now.writes());
        figures.put("tripsSaved", now.commands() - now.writes());
        figures.put("p50Ms", millis(50));
        figures.put("p99Ms", millis(99));
        figures.put("queued", now.queued());
        figures.put("inFlight", now.inFlight());
        figures.put("connections", now.connections());
        figures.put("breaker", now.circuitOpen() ? "open" : "closed");
        last = now;
        lastNanos = nanos;
        return figures;
    }

    private double millis(double percentile) {
        return recycled.getTotalCount() == 0 ? 0 : Math.round(recycled.getValueAtPercentile(percentile) / 1e3) / 1e3;
    }

    @Override
    public void opened(Supplier<Statistics> statistics) {
        meters.opened(statistics);
    }

    @Override
    public void commandEnded(String verb, Outcome outcome, long nanos) {
        meters.commandEnded(verb, outcome, nanos);
        if (!WAITING.contains(verb)) {
            latencies.recordValue(Math.clamp(nanos, 0, LONGEST_NANOS));
        }
    }

    @Override
    public void written(String node, int commands, int bytes) {
        meters.written(node, commands, bytes);
    }

    @Override
    public void connected(String node) {
        meters.connected(node);
    }

    @Override
    public void disconnected(String node, String cause) {
        meters.disconnected(node, cause);
    }

    @Override
    public void silent(String node) {
        meters.silent(node);
    }

    @Override
    public void circuitChanged(String node, CircuitBreaker.State state) {
        meters.circuitChanged(node, state);
    }

    @Override
    public void closed() {
        meters.closed();
    }
}
