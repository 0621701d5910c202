package dev.millrace.tools.server.flights;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.MethodStatistics;
import dev.millrace.queue.QueueAdmin;
import dev.millrace.queue.QueueStatistics;
import dev.millrace.queue.StoredJob;
import dev.millrace.tools.server.http.Json;
import dev.millrace.tools.server.http.Parameters;
import dev.millrace.tools.server.http.Problem;
import dev.millrace.tools.server.http.Routes;
import dev.millrace.tools.server.journal.OperationJournal;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of the queue, and its dead letters.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class QueueEndpoints {
    private static final int MOST_IDS = 1_000;

    /**
     * Which dead letters are replayed.
     *
     * @param ids these; null for none named
     * @param all whether all are; null for no
     */
    record Replay(@Nullable List<String> ids, @Nullable Boolean all) {
        Replay {
            if ((ids != null) == (all != null) || Boolean.FALSE.equals(all)) {
                throw new IllegalArgumentException("either ids must be a list of ids, or all must be true");
            }
            if (ids != null && (ids.isEmpty() || ids.size() > MOST_IDS || ids.contains(null))) {
                throw new IllegalArgumentException("ids must have 1 to " + MOST_IDS + " texts");
            }
        }
    }

    private final Json json;
    private final JobQueue<FlightPart> queue;
    private final Intake intake;
    private final OperationJournal journal;

    QueueEndpoints(Json json, JobQueue<FlightPart> queue, Intake intake, OperationJournal journal) {
        this.json = json;
        this.queue = queue;
        this.intake = intake;
        this.journal = journal;
    }

    void routes(Routes routes) {
        routes.get("/api/v2/queues", context -> context.json(Map.of("queues", List.of(numbers()))));
        routes.get("/api/v2/queues/{queue}/dead", this::dead);
        routes.post("/api/v2/queues/{queue}/dead/replay", this::replay);
    }

    // ---- numbers ----

    private Map<String, Object> numbers() {
        QueueStatistics now = queue.statistics();
        Map<String, Object> numbers = new LinkedHashMap<>(brief(queue.options().name(), now));
        numbers.put("paused", now.paused());
        numbers.put("overdue", now.overdue());
        numbers.put("types", now.waitingByType());
        numbers.put("counters", now.counters());
        Map<String, Object> policy = new LinkedHashMap<>();
        policy.put("choice", intake.pipelining());
        policy.put("points", queue.pipelining().points());
        policy.put("waiting", queue.pipelining().waiting());
        numbers.put("policy", policy);
        numbers.put("methods", methods(queue.methods()));
        numbers.put("circuit", circuit(queue.methods()));
        numbers.put("timesOpened", queue.methods().timesOpened());
        numbers.put("batcher", intake.batches());
        numbers.put("observer", queue.observed());
        numbers.put("journal", journal.statistics());
        return numbers;
    }

    /** What the dashboard shows of a queue. */
    static Map<String, Object> brief(String name, QueueStatistics now) {
        Duration oldest = now.oldestAge();
        Map<String, Object> brief = new LinkedHashMap<>();
        brief.put("name", name);
        brief.put("waiting", now.waiting());
        brief.put("leased", now.leased());
        brief.put("delayed", now.delayed());
        brief.put("dead", now.dead());
        brief.put("oldestSeconds", oldest == null ? 0 : oldest.toMillis() / 1e3);
        brief.put("lanes", now.ready());
        return brief;
    }

    static String circuit(MethodStatistics methods) {
        return methods.circuit().name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> methods(MethodStatistics methods) {
        Map<String, Object> both = new LinkedHashMap<>();
        both.put("pipelined", trips(methods.pipelined()));
        both.put("standard", trips(methods.standard()));
        both.put("speedUp", Math.round(methods.speedUp() * 100) / 100.0);
        return both;
    }

    private static Map<String, Object> trips(MethodStatistics.Trips trips) {
        Map<String, Object> its = new LinkedHashMap<>();
        its.put("calls", trips.calls());
        its.put("jobs", trips.jobs());
        its.put("failed", trips.failed());
        its.put("averageMs", Math.round(trips.averageCall().toNanos() / 1e3) / 1e3);
        its.put("jobsPerCall", Math.round(trips.jobsPerCall() * 100) / 100.0);
        its.put("microsPerJob", Math.round(trips.nanosPerJob() / 1e2) / 10.0);
        return its;
    }

    // ---- dead letters ----

    private QueueAdmin<FlightPart> admin(Context context) {
        if (!context.pathParam("queue").equals(queue.options().name())) {
            throw Problem.notFound(
                    "there is no such queue; there is " + queue.options().name());
        }
        return queue.admin();
    }

    private void dead(Context context) {
        QueueAdmin<FlightPart> admin = admin(context);
        int offset = Parameters.number(context, "offset", 0, 0, Integer.MAX_VALUE);
        int limit = Parameters.number(context, "limit", 100, 1, 1_000);
        List<StoredJob<FlightPart>> letters = admin.deadLetters(offset, limit);
        context.json(Map.of("dead", letters.stream().map(QueueEndpoints::letter).toList()));
    }

    private static Map<String, Object> letter(StoredJob<FlightPart> job) {
        Instant at = job.at();
        String error = job.error();
        Map<String, Object> letter = new LinkedHashMap<>();
        letter.put("id", job.id());
        letter.put("type", job.type());
        letter.put("lane", job.lane());
        letter.put("error", error == null ? "" : error);
        letter.put("attempts", job.attempts());
        letter.put("deliveries", job.deliveries());
        letter.put("enqueued", job.enqueuedAt().toEpochMilli());
        letter.put("died", at == null ? 0 : at.toEpochMilli());
        letter.put("bytes", job.encodedPayload().length);
        try {
            FlightPart part = job.payload();
            letter.put("flight", part.flight());
            letter.put("points", part.count());
        } catch (IllegalArgumentException undecodable) {
            letter.put("undecodable", true);
        }
        return letter;
    }

    private void replay(Context context) {
        QueueAdmin<FlightPart> admin = admin(context);
        List<String> ids = json.body(context, Replay.class).ids();
        context.json(Map.of("replayed", ids == null ? admin.replay() : admin.replay(ids)));
    }
}
