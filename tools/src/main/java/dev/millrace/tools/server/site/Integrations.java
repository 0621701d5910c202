package dev.millrace.tools.server.site;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.cache.CacheMetrics;
import dev.millrace.cache.CacheStatistics;
import dev.millrace.cache.LoadFailure;
import dev.millrace.cache.MemoryCache;
import dev.millrace.cache.TtlClass;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Server;
import dev.millrace.command.ServerInfo;
import dev.millrace.queue.QueueStatistics;
import dev.millrace.tools.server.Platform;
import dev.millrace.tools.server.Switches;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How everything is that the server is connected with: a call that asks all of it, and is therefore answered from memory for as
 * long as the switch {@code site.cache-ttl} says. What found something missing is kept for a few seconds only.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Integrations implements AutoCloseable {
    private static final String STATUS = "integrations/status";
    private static final Duration FAILED = Duration.ofSeconds(3);
    private static final Duration WITHIN = Duration.ofSeconds(1);
    private static final int MOST_QUEUES = 20;
    private static final int LONGEST = 86_400;

    /** One of them. */
    private record Integration(String name, String status, double ms, String detail) {
        boolean isWell() {
            return !status.equals("down");
        }
    }

    /**
     * All of them, as asked at one moment.
     *
     * @param text the JSON without its end
     */
    private record Status(boolean well, String text, long nanos) {}

    private final Platform platform;
    private final Probe probe;
    private final MemoryCache<String, Status> memory = new MemoryCache<>("site-api", 100);
    private final CacheMetrics metrics;
    private volatile Duration ttl = Duration.ZERO;

    Integrations(Platform platform, Probe probe) {
        this.platform = platform;
        this.probe = probe;
        this.metrics = CacheMetrics.of(platform.registry(), memory);
        keepFor(platform.options().cacheTtl());
    }

    /** For how many seconds an answer is good. */
    String ttl() {
        return Long.toString(ttl.toSeconds());
    }

    /** @throws IllegalArgumentException if it is no number of seconds in the range */
    void ttl(String seconds) {
        keepFor(Duration.ofSeconds(Switches.number(seconds, 0, LONGEST, "seconds")));
    }

    private void keepFor(Duration time) {
        ttl = time;
        memory.ttl(TtlClass.MEDIUM, time);
        memory.clear();
    }

    /** Forgets what it has. */
    void forget() {
        memory.clear();
    }

    CacheStatistics statistics() {
        return memory.statistics();
    }

    void answer(Context context) {
        long began = System.nanoTime();
        Status status;
        try {
            status = Objects.requireNonNull(memory.get(STATUS, TtlClass.MEDIUM, key -> ask()));
        } catch (LoadFailure failure) {
            throw failure.getCause() instanceof MillraceException redis ? redis.raised() : failure;
        }
        boolean cached = status.nanos - began < 0;
        if (!status.well && !cached && !ttl.isZero()) {
            memory.set(STATUS, status, FAILED.compareTo(ttl) < 0 ? FAILED : ttl);
        }
        context.result(text(status, cached, began));
    }

    /** The answer, if it is in memory. */
    byte @Nullable [] ready() {
        long began = System.nanoTime();
        Status status = memory.get(STATUS);
        return status == null ? null : text(status, true, began);
    }

    private static byte[] text(Status status, boolean cached, long began) {
        StringBuilder text = new StringBuilder(status.text.length() + 96).append(status.text);
        text.append(",\"cached\":").append(cached);
        text.append(",\"ageMs\":").append(Math.max(0, (System.nanoTime() - status.nanos) / 1_000_000));
        text.append(",\"responseMs\":").append(Probe.millisSince(began)).append('}');
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    // ---- asking ----

    private Status ask() {
        List<Integration> all = new ArrayList<>();
        var redis = probe.redis();
        var database = probe.database();
        Probe.Result there = Probe.await(redis);
        all.add(new Integration("redis", there.ok() ? "up" : "down", there.millis(), there.ok() ? version() : ""));
        Probe.Result stored = Probe.await(database);
        String product = platform.database().isPostgres() ? "PostgreSQL" : "H2";
        all.add(new Integration("database", stored.ok() ? "up" : "down", stored.millis(), product));
        all.add(there.ok() ? queues() : new Integration("queues", "down", 0, "Redis is away"));
        all.add(game());
        boolean well = all.stream().allMatch(Integration::isWell);
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("status", well ? "ok" : "degraded");
        members.put("integrations", all);
        members.put("at", System.currentTimeMillis());
        String json = platform.json().text(members);
        return new Status(well, json.substring(0, json.length() - 1), System.nanoTime());
    }

    private String version() {
        try {
            ServerInfo info = platform.redis().run(Server.info("server"), WITHIN);
            return info == null ? "" : Objects.requireNonNullElse(info.value("redis_version"), "");
        } catch (MillraceException e) {
            return "";
        }
    }

    private Integration queues() {
        long began = System.nanoTime();
        try {
            List<String> names = platform.redis().queues().names();
            List<String> depths = new ArrayList<>();
            for (String name : names.subList(0, Math.min(MOST_QUEUES, names.size()))) {
                platform.redis().queues().find(name).ifPresent(options -> {
                    QueueStatistics now =
                            platform.redis().queue(options.build()).statistics();
                    depths.add(name + ": " + now.waiting() + " wait, " + now.dead() + " dead");
                });
            }
            return new Integration("queues", "up", Probe.millisSince(began), String.join("; ", depths));
        } catch (MillraceException e) {
            return new Integration("queues", "down", Probe.millisSince(began), "Redis did not answer in time");
        }
    }

    private Integration game() {
        int port = platform.options().gamePort();
        if (port <= 0) {
            return new Integration("game", "off", 0, port < 0 ? "no port" : "on a free port, not asked");
        }
        long began = System.nanoTime();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) WITHIN.toMillis());
            return new Integration("game", "up", Probe.millisSince(began), "port " + port);
        } catch (IOException e) {
            return new Integration("game", "down", Probe.millisSince(began), "port " + port + " does not answer");
        }
    }

    @Override
    public void close() {
        metrics.close();
        memory.close();
    }
}
