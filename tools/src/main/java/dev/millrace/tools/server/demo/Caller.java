package dev.millrace.tools.server.demo;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/**
 * Requests to the server, counted by kind. At most {@value #AT_ONCE} are under way; each has a deadline. What fails is counted,
 * never thrown.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Caller implements AutoCloseable {
    private static final int AT_ONCE = 128;
    private static final Duration DEADLINE = Duration.ofSeconds(15);
    private static final Set<Integer> LATER = Set.of(429, 503);

    /**
     * What the server answered.
     *
     * @param status 0 if it did not
     * @param json missing if it sent none
     */
    record Answer(int status, JsonNode json) {
        boolean isGood() {
            return status >= 200 && status < 300;
        }
    }

    private final String url;
    private final @Nullable String token;
    private final Tally tally;
    private final Semaphore room = new Semaphore(AT_ONCE);
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("millrace-demo-http-", 0).factory());
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(DEADLINE)
            .executor(threads)
            .build();

    Caller(String url, @Nullable String token, Tally tally) {
        this.url = url;
        this.token = token;
        this.tally = tally;
    }

    /** @param fine statuses that are no failure, beside 2xx */
    Answer get(String kind, String path, int... fine) throws InterruptedException {
        return call(kind, "GET", path, null, BodyPublishers.noBody(), fine);
    }

    /** As JSON. */
    Answer send(String kind, String method, String path, Object body, int... fine) throws InterruptedException {
        BodyPublisher text = BodyPublishers.ofString(JsonMapper.shared().writeValueAsString(body));
        return call(kind, method, path, "application/json", text, fine);
    }

    Answer upload(String kind, String path, byte[] file) throws InterruptedException {
        return call(kind, "POST", path, "application/vnd.fai.igc", BodyPublishers.ofByteArray(file));
    }

    Answer delete(String kind, String path, int... fine) throws InterruptedException {
        return call(kind, "DELETE", path, null, BodyPublishers.noBody(), fine);
    }

    private Answer call(String kind, String method, String path, @Nullable String type, BodyPublisher body, int... fine)
            throws InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(DEADLINE).method(method, body);
        if (type != null) {
            request.header("Content-Type", type);
        }
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        room.acquire();
        try {
            HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
            Answer answer = new Answer(response.statusCode(), json(response.body()));
            count(kind, method + " " + path, answer, fine);
            return answer;
        } catch (HttpTimeoutException e) {
            tally.failed(kind, method + " " + path + ": no answer within " + DEADLINE.toSeconds() + " s");
        } catch (IOException e) {
            tally.failed(
                    kind,
                    method + " " + path + ": " + (e.getMessage() == null ? "the connection broke" : e.getMessage()));
        } finally {
            room.release();
        }
        return new Answer(0, MissingNode.getInstance());
    }

    private void count(String kind, String what, Answer answer, int... fine) {
        int status = answer.status();
        if (answer.isGood() || Arrays.stream(fine).anyMatch(its -> its == status)) {
            tally.done(kind);
        } else if (LATER.contains(status)) {
            tally.pushedBack(kind);
        } else {
            String detail = answer.json().path("detail").asString("");
            tally.failed(kind, what + ": " + status + (detail.isEmpty() ? "" : ", " + detail));
        }
    }

    private static JsonNode json(byte[] body) {
        try {
            return body.length == 0
                    ? MissingNode.getInstance()
                    : JsonMapper.shared().readTree(body);
        } catch (JacksonException notJson) {
            return MissingNode.getInstance();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
        threads.close();
    }
}
