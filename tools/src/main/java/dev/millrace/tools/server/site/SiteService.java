package dev.millrace.tools.server.site;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.cache.CacheStatistics;
import dev.millrace.queue.EnqueueOutcome;
import dev.millrace.tools.server.Platform;
import dev.millrace.tools.server.Service;
import dev.millrace.tools.server.Switches;
import dev.millrace.tools.server.http.Parameters;
import dev.millrace.tools.server.http.Problem;
import dev.millrace.tools.server.http.Routes;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The site's jobs, cached answers, health and sessions over HTTP.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class SiteService implements Service {
    private static final int HIGHEST_PRIORITY = 511;
    private static final long LONGEST_DELAY = 86_400_000;

    /**
     * A job to be done.
     *
     * @param type what it does
     * @param id by which duplicates are known; null for none
     * @param payload any JSON; an empty object by default
     * @param priority 0 to 511, the highest first; 0 by default
     * @param delayMs how long it waits first, up to a day; 0 by default
     */
    record NewJob(
            String type,
            @Nullable String id,
            @Nullable JsonNode payload,
            @Nullable Integer priority,
            @Nullable Long delayMs) {
        NewJob {
            type = Work.checkedType(type);
            if (id != null
                    && (id.isEmpty()
                            || id.length() > 100
                            || !StandardCharsets.UTF_8.newEncoder().canEncode(id))) {
                throw new IllegalArgumentException("id must be a text of 1 to 100 characters");
            }
            if (priority != null && (priority < 0 || priority > HIGHEST_PRIORITY)) {
                throw new IllegalArgumentException("priority must be a whole number from 0 to " + HIGHEST_PRIORITY);
            }
            if (delayMs != null && (delayMs < 0 || delayMs > LONGEST_DELAY)) {
                throw new IllegalArgumentException("delayMs must be a whole number from 0 to " + LONGEST_DELAY);
            }
        }
    }

    /** Which dead letters are to be jobs again: these, or all. */
    record Replay(@Nullable List<String> ids, @Nullable Boolean all) {
        Replay {
            List<String> named = Objects.requireNonNullElse(ids, List.of());
            if (named.isEmpty() != Boolean.TRUE.equals(all)) {
                throw new IllegalArgumentException("say either ids, a list of 1 to 1000, or all: true");
            }
            if (named.size() > 1_000 || named.stream().anyMatch(id -> id == null || id.isEmpty())) {
                throw new IllegalArgumentException("ids must be a list of 1 to 1000 texts");
            }
        }
    }

    private final Platform platform;
    private final Integrations integrations;
    private final Health health;
    private final Jobs jobs;
    private final Sessions sessions;

    /** On a platform. Its worker looks for jobs from now on, and goes on doing so while Redis is away. */
    public SiteService(Platform platform) {
        this.platform = platform;
        Probe probe = new Probe(platform);
        this.integrations = new Integrations(platform, probe);
        this.health = new Health(platform, probe);
        this.jobs = new Jobs(platform, new Work(platform.json(), integrations::forget));
        this.sessions = new Sessions(platform.redis());
        Switches switches = platform.switches();
        switches.add(
                "site.cache-ttl",
                "seconds for which the status of integrations is good, 0 to 86400; 0 asks each time",
                "0",
                integrations::ttl,
                integrations::ttl);
        switches.add(
                "site.health-interval",
                "seconds for which a check of health is good for administrators, and twice as many for others; 0 to 3600",
                "10",
                health::interval,
                health::interval);
        switches.add(
                "jobs.batch-size",
                "jobs that end the gathering of a batch, 1 to 500; 1 sends each by itself",
                "1",
                jobs::batchSize,
                jobs::batchSize);
        switches.add(
                "jobs.batch-delay",
                "ms for which every batch gathers, 0 to 1000; 0 sends as soon as nothing is under way",
                "0",
                jobs::batchDelay,
                jobs::batchDelay);
        switches.add(
                "jobs.options",
                "what is kept of jobs that have ended: lean, the last 5 and 3; or full, a thousand",
                "full",
                jobs::kept,
                jobs::kept);
    }

    @Override
    public String name() {
        return "site";
    }

    @Override
    public void routes(Routes routes) {
        routes.get("/api/integrations/status", administrator -> integrations.ready(), integrations::answer);
        routes.get("/api/health", health::ready, health::answer);
        routes.get("/api/jobs", context -> context.json(jobs.look()));
        routes.post("/api/jobs", this::enqueue);
        routes.get("/api/jobs/dead", this::dead);
        routes.post("/api/jobs/dead/replay", this::replay);
        routes.post("/api/session", sessions::create);
        routes.get("/api/session", sessions::load);
        routes.put(
                "/api/session",
                context -> sessions.change(context, platform.json().body(context, Sessions.Attributes.class)));
        routes.delete("/api/session", sessions::end);
        routes.post("/api/session/rotate", sessions::rotate);
    }

    private void enqueue(Context context) {
        NewJob job = platform.json().body(context, NewJob.class);
        byte[] payload = job.payload() == null
                ? "{}".getBytes(StandardCharsets.UTF_8)
                : platform.json().bytes(job.payload());
        if (payload.length > JobLine.PAYLOAD) {
            throw Problem.unprocessable("payload may have up to " + JobLine.PAYLOAD + " bytes, not " + payload.length);
        }
        Map.Entry<String, EnqueueOutcome> enqueued = jobs.enqueue(
                job.type(),
                job.id(),
                payload,
                Objects.requireNonNullElse(job.priority(), 0),
                Duration.ofMillis(Objects.requireNonNullElse(job.delayMs(), 0L)));
        context.status(202).json(Map.of("id", enqueued.getKey(), "type", job.type(), "outcome", enqueued.getValue()));
    }

    private void dead(Context context) {
        int offset = Parameters.number(context, "offset", 0, 0, 1_000_000_000);
        int limit = Parameters.number(context, "limit", 50, 1, 500);
        context.json(Map.of("dead", jobs.dead(offset, limit)));
    }

    private void replay(Context context) {
        Replay wanted = platform.json().body(context, Replay.class);
        boolean all = Boolean.TRUE.equals(wanted.all());
        context.json(Map.of("replayed", jobs.replay(all ? null : wanted.ids())));
    }

    @Override
    public Map<String, Object> figures() {
        CacheStatistics cache = integrations.statistics();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("jobs", jobs.figures());
        figures.put("sessions", sessions.count());
        figures.put("apiHits", cache.hits() + health.hits());
        figures.put("apiMisses", cache.misses() + health.misses());
        return figures;
    }

    @Override
    public void close() {
        jobs.close();
        integrations.close();
    }
}
