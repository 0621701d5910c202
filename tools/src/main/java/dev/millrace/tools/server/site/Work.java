package dev.millrace.tools.server.site;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobHandler;
import dev.millrace.queue.Verdict;
import dev.millrace.tools.server.http.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What the site's jobs do, by type. A payload that says {@code "fail": true} fails each time, one that says {@code "cancel": true}
 * is not wanted any more, and a job of the type fail can never succeed: so that histories and dead letters can be seen.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // a concurrent map of parts that are thread-safe
final class Work implements JobHandler<byte[]> {
    private static final Set<String> TYPES = new TreeSet<>(Set.of("mail", "thumbnail", "report", "cleanup", "fail"));
    private static final int THUMBNAIL = 16;

    /** What this process has done of a type. */
    private static final class Done {
        private final LongAdder completed = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private volatile String last = "";
    }

    private final Json json;
    private final Runnable cleanup;
    private final Map<String, Done> done = new ConcurrentHashMap<>();

    /** @param cleanup what a job of that type does */
    Work(Json json, Runnable cleanup) {
        this.json = json;
        this.cleanup = cleanup;
        TYPES.forEach(type -> done.put(type, new Done()));
    }

    /** @throws IllegalArgumentException if there is no such type */
    static String checkedType(String type) {
        if (type == null || !TYPES.contains(type)) {
            throw new IllegalArgumentException("type must be one of " + String.join(", ", TYPES));
        }
        return type;
    }

    @Override
    public Verdict handle(Job<byte[]> job) {
        Done its = done.get(job.type());
        if (its == null) {
            return Verdict.giveUp("there is nothing that does jobs of this type");
        }
        Verdict verdict = verdict(job, its);
        if (verdict instanceof Verdict.Done) {
            its.completed.increment();
        } else {
            its.failed.increment();
        }
        return verdict;
    }

    private Verdict verdict(Job<byte[]> job, Done its) {
        JsonNode payload;
        try {
            payload = json.mapper().readTree(job.payload());
        } catch (JacksonException e) {
            return Verdict.giveUp("the payload is no JSON");
        }
        if (payload.path("cancel").asBoolean(false)) {
            return Verdict.cancel("the payload says that it is not wanted any more");
        }
        if (payload.path("fail").asBoolean(false)) {
            return Verdict.retry("the payload says that it fails, attempt " + (job.attempts() + 1));
        }
        switch (job.type()) {
            case "mail" -> its.last = mail(payload);
            case "thumbnail" -> its.last = thumbnail(job.payload());
            case "report" -> its.last = "sha256:" + hash(job.payload());
            case "cleanup" -> {
                cleanup.run();
                its.last = "cached answers are forgotten";
            }
            default -> {
                return Verdict.giveUp("jobs of the type fail do");
            }
        }
        return Verdict.done();
    }

    /** A letter with its heading, as it would be handed to a mail server, of which its size is told. */
    private static String mail(JsonNode payload) {
        String letter = "To: " + payload.path("to").asString("nobody") + "\r\nSubject: "
                + payload.path("subject").asString("(none)") + "\r\n\r\n" + payload;
        return letter.getBytes(StandardCharsets.UTF_8).length + " bytes of mail";
    }

    /** The payload's bytes as an image of a few pixels, each the mean of those that fall on it. */
    private static String thumbnail(byte[] image) {
        byte[] small = new byte[THUMBNAIL];
        for (int pixel = 0; pixel < THUMBNAIL; pixel++) {
            int from = pixel * image.length / THUMBNAIL;
            int to = Math.max(from + 1, (pixel + 1) * image.length / THUMBNAIL);
            long sum = 0;
            for (int i = from; i < to; i++) {
                sum += i < image.length ? image[i] & 0xff : 0;
            }
            small[pixel] = (byte) (sum / (to - from));
        }
        return HexFormat.of().formatHex(small);
    }

    private static String hash(byte[] payload) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(payload));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** What this process has done, by type. */
    Map<String, Object> byType() {
        Map<String, Object> byType = new TreeMap<>();
        done.forEach((type, its) -> byType.put(
                type, Map.of("completed", its.completed.sum(), "failed", its.failed.sum(), "lastResult", its.last)));
        return byType;
    }
}
