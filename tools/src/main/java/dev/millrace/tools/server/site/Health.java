package dev.millrace.tools.server.site;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.metrics.Statistics;
import dev.millrace.tools.server.Platform;
import dev.millrace.tools.server.Switches;
import io.javalin.http.Context;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Whether the server and what it stands on are well, for whoever asks as often as he likes: one check is good for an interval for
 * administrators, who are told details, and for two of them for others. Its JSON is kept ready, so that an answer is a copy of
 * bytes. A check that found something missing is good for {@value #FAILED_NANOS} ns only, so that its return is seen.
 *
 * <p>Those who need a new check at the same time wait for one, for a second at the most. Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // a volatile of immutable checks
final class Health {
    private static final long FAILED_NANOS = 3_000_000_000L;
    private static final long WAIT_MILLIS = 1_000;
    private static final int LONGEST = 3_600;

    /**
     * A check.
     *
     * @param brief what everybody is told, and {@code full} what administrators are: JSON without its end
     */
    private record Check(boolean ok, long nanos, String brief, String full) {}

    private final Platform platform;
    private final Probe probe;
    private final AtomicReference<@Nullable CompletableFuture<Check>> underWay = new AtomicReference<>();
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private volatile @Nullable Check newest;
    private volatile long intervalNanos = 60_000_000_000L;

    Health(Platform platform, Probe probe) {
        this.platform = platform;
        this.probe = probe;
    }

    /** For how many seconds a check is good for administrators. */
    String interval() {
        return Long.toString(intervalNanos / 1_000_000_000L);
    }

    /** @throws IllegalArgumentException if it is no number of seconds in the range */
    void interval(String seconds) {
        intervalNanos = Switches.number(seconds, 0, LONGEST, "seconds") * 1_000_000_000L;
        newest = null;
    }

    /** Answers that needed no check. */
    long hits() {
        return hits.sum();
    }

    /** Answers that waited for one. */
    long misses() {
        return misses.sum();
    }

    // ---- answering ----

    /** The answer, if a check is good yet. */
    byte @Nullable [] ready(boolean administrator) {
        long began = System.nanoTime();
        Check check = newest;
        if (check == null || !isGood(check, good(administrator), began)) {
            return null;
        }
        hits.increment();
        return text(check, administrator, true, began);
    }

    /** Where none is good. */
    void answer(Context context) {
        long began = System.nanoTime();
        boolean administrator = platform.administrator().test(context);
        misses.increment();
        context.result(text(checked(good(administrator)), administrator, false, began));
    }

    private long good(boolean administrator) {
        return administrator ? intervalNanos : 2 * intervalNanos;
    }

    private static byte[] text(Check check, boolean administrator, boolean cached, long began) {
        String body = administrator ? check.full : check.brief;
        StringBuilder text = new StringBuilder(body.length() + 64).append(body);
        text.append(",\"cached\":").append(cached);
        text.append(",\"responseMs\":").append(Probe.millisSince(began)).append('}');
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isGood(Check check, long good, long now) {
        return now - check.nanos < (check.ok ? good : Math.min(good, FAILED_NANOS));
    }

    private Check checked(long good) {
        CompletableFuture<Check> mine = new CompletableFuture<>();
        CompletableFuture<Check> flight = underWay.compareAndExchange(null, mine);
        if (flight == null) {
            flight = mine;
            Check now = newest;
            if (now != null && isGood(now, good, System.nanoTime())) {
                land(mine, now); // another ended just before
            } else {
                Thread unused = Thread.ofVirtual().name("millrace-health").start(() -> land(mine, check()));
            }
        }
        try {
            return flight.get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // told as what it is: not well
        }
        return described(new Probe.Result(false, WAIT_MILLIS), new Probe.Result(false, WAIT_MILLIS));
    }

    private void land(CompletableFuture<Check> flight, Check check) {
        newest = check;
        underWay.set(null);
        flight.complete(check);
    }

    // ---- checking ----

    private Check check() {
        CompletableFuture<Probe.Result> redis = probe.redis();
        CompletableFuture<Probe.Result> database = probe.database();
        return described(Probe.await(redis), Probe.await(database));
    }

    private Check described(Probe.Result redis, Probe.Result database) {
        boolean ok = redis.ok() && database.ok();
        Map<String, Object> brief = new LinkedHashMap<>();
        brief.put("status", ok ? "ok" : "degraded");
        brief.put("checkedAt", System.currentTimeMillis());
        Map<String, Object> full = new LinkedHashMap<>(brief);
        full.put("details", details(redis, database));
        return new Check(ok, System.nanoTime(), open(brief), open(full));
    }

    private Map<String, Object> details(Probe.Result redis, Probe.Result database) {
        Statistics client = platform.redis().statistics();
        Runtime runtime = Runtime.getRuntime();
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("redis", redis);
        details.put("database", database);
        details.put("connections", client.connections());
        details.put("queued", client.queued());
        details.put("inFlight", client.inFlight());
        details.put("circuitOpen", client.circuitOpen());
        details.put("heapBytes", runtime.totalMemory() - runtime.freeMemory());
        details.put("heapLimitBytes", runtime.maxMemory());
        details.put("uptimeSeconds", ManagementFactory.getRuntimeMXBean().getUptime() / 1_000);
        return details;
    }

    private String open(Map<String, Object> members) {
        String json = platform.json().text(members);
        return json.substring(0, json.length() - 1);
    }
}
