package dev.millrace.tools.load;

import dev.millrace.queue.JobSpec;
import dev.millrace.queue.JobState;
import dev.millrace.queue.Lane;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.StoredJob;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The jobs of a queue as JSON lines: a head, a line for each job, and an end by which it is known that nothing is missing.
 *
 * <pre>{@code
 * {"millrace_export":1,"queue":"mails","lanes":["live","bulk"]}
 * {"id":"welcome-42","type":"letter","priority":10,"lane":"live","payload":"aGVsbG8="}
 * {"id":"digest-7","lane":"bulk","due":"2026-05-01T06:00:00Z","payload":"/wA="}
 * {"end":2}
 * }</pre>
 *
 * <p>{@code payload} is base64. {@code type}, {@code priority}, {@code lane} and {@code due} may be left out, which means
 * none, 0, the first lane and at once; {@code delay}, in ms from the loading on, may stand in the place of {@code due}.
 * What a job has gone through, attempts, deliveries, errors and when it was enqueued, is not exported. All of it is ASCII.
 * Stateless.
 */
public final class ExportFormat {
    private static final int VERSION = 1;
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private ExportFormat() {}

    /**
     * What the head says.
     *
     * @param queue the name of the queue that was exported
     * @param lanes its lanes, in their order
     */
    record Head(String queue, List<String> lanes) {
        Head {
            lanes = List.copyOf(lanes);
        }
    }

    // ---- writing ----

    /** The first line, without its end. */
    public static String head(QueueOptions<?> options) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("millrace_export", VERSION);
        json.put("queue", options.name());
        json.put("lanes", options.lanes().stream().map(Lane::name).toList());
        return MAPPER.writeValueAsString(json);
    }

    /** A job's line, without its end. */
    public static String job(StoredJob<byte[]> job) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", job.id());
        if (!job.type().isEmpty()) {
            json.put("type", job.type());
        }
        if (job.priority() != 0) {
            json.put("priority", job.priority());
        }
        json.put("lane", job.lane());
        Instant at = job.at();
        if (job.state() == JobState.DELAYED && at != null) {
            json.put("due", at.toString());
        }
        json.put("payload", Base64.getEncoder().encodeToString(job.encodedPayload()));
        return MAPPER.writeValueAsString(json);
    }

    /** The last line, without its end. */
    public static String end(long jobs) {
        return MAPPER.writeValueAsString(Map.of("end", jobs));
    }

    // ---- reading ----

    /**
     * The head, if a line is one.
     *
     * @throws BadLine if it is one of a version that is not known, or says nothing of its queue
     */
    static Optional<Head> head(JsonNode line) throws BadLine {
        if (!line.has("millrace_export")) {
            return Optional.empty();
        }
        if (line.get("millrace_export").asInt(0) != VERSION) {
            throw new BadLine("an export of a version that is not known here; there is only " + VERSION);
        }
        JsonNode lanes = line.get("lanes");
        if (lanes == null || !lanes.isArray() || lanes.isEmpty()) {
            throw new BadLine("the head of an export names the lanes of its queue");
        }
        List<String> names = new ArrayList<>();
        for (JsonNode lane : lanes) {
            names.add(lane.asString(""));
        }
        return Optional.of(new Head(text(line, "queue", ""), names));
    }

    /** How many jobs the end says that there were, if a line is one. */
    static OptionalLong end(JsonNode line) {
        return line.path("end").isIntegralNumber()
                ? OptionalLong.of(line.get("end").asLong())
                : OptionalLong.empty();
    }

    /**
     * A job from its line.
     *
     * @param now from when on a time at which it is due counts
     * @throws BadLine if it is none, or what it says is not what a job may be
     */
    static JobSpec.Builder<byte[]> job(JsonNode line, Instant now) throws BadLine {
        String payload = text(line, "payload", null);
        JobSpec.Builder<byte[]> job;
        try {
            job = JobSpec.builder(Base64.getDecoder().decode(payload));
        } catch (IllegalArgumentException malformed) {
            throw new BadLine("its payload is no base64");
        }
        job.id(text(line, "id", null)).type(text(line, "type", ""));
        JsonNode priority = line.path("priority");
        if (!priority.isMissingNode()) {
            if (!priority.canConvertToInt() || !priority.isIntegralNumber()) {
                throw new BadLine("its priority is no whole number");
            }
            job.priority(priority.asInt());
        }
        if (line.has("lane")) {
            job.lane(text(line, "lane", null));
        }
        return job.delay(delay(line, now));
    }

    private static Duration delay(JsonNode line, Instant now) throws BadLine {
        JsonNode delay = line.path("delay");
        if (!delay.isMissingNode()) {
            if (!delay.canConvertToLong() || !delay.isIntegralNumber() || line.has("due")) {
                throw new BadLine(
                        "its delay is no whole number of milliseconds, or it has one and a time when it is due");
            }
            return Duration.ofMillis(delay.asLong());
        }
        if (!line.has("due")) {
            return Duration.ZERO;
        }
        try {
            Duration left = Duration.between(now, Instant.parse(text(line, "due", null)));
            return left.isNegative() ? Duration.ZERO : left;
        } catch (DateTimeException malformed) {
            throw new BadLine("the time when it is due is none such as 2026-05-01T06:00:00Z");
        }
    }

    /** @param absent what it is where there is none; null if there must be one */
    private static String text(JsonNode line, String name, @Nullable String absent) throws BadLine {
        JsonNode value = line.get(name);
        if (value == null && absent != null) {
            return absent;
        }
        if (value == null || !value.isString()) {
            throw new BadLine("its " + name + (value == null ? " is missing" : " is no text"));
        }
        return value.asString();
    }
}
