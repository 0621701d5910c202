package dev.millrace.tools.server.check;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.tools.BadInput;
import dev.millrace.tools.flight.TrackPoint;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server that is tried. Each request has a deadline; one that fails counts as status 0.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the client is
final class Site implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Points that are asked for at once; a flight has no more. */
    private static final int MOST_POINTS = 100_000;

    private static final Pattern WRITES = Pattern.compile("(?m)^millrace_writes_total(?:\\{[^}]*})? (\\S+)$");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** An answer; status 0 for none. */
    record Answer(int status, byte[] body) {
        boolean isFine() {
            return status >= 200 && status < 300;
        }

        JsonNode json() {
            return JSON.readTree(body);
        }
    }

    private final URI root;
    private final @Nullable String token;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    /** @throws BadInput if the URL is none */
    Site(String url, @Nullable String token) {
        this.token = token;
        try {
            this.root = URI.create(url.replaceFirst("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw new BadInput("--url is malformed; write it as http://127.0.0.1:8080");
        }
        if (!"http".equals(root.getScheme()) || root.getHost() == null) {
            throw new BadInput("--url must be as http://127.0.0.1:8080");
        }
    }

    URI root() {
        return root;
    }

    /** @throws BadInput if nobody answers there */
    void requireServer() throws InterruptedException {
        try {
            HttpResponse<byte[]> answer = client.send(request("/api/dashboard").build(), BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                throw new BadInput("the server at " + root + " is no reference server: /api/dashboard answers "
                        + answer.statusCode());
            }
        } catch (ConnectException e) {
            throw new BadInput(
                    "nobody answers at " + root + "; start a server by `millrace serve`, or leave --url out");
        } catch (IOException e) {
            throw new BadInput("the server at " + root + " does not speak HTTP: " + e.getMessage());
        }
    }

    Answer get(String path) throws InterruptedException {
        return send(request(path));
    }

    Answer post(String path, String type, byte[] body) throws InterruptedException {
        return send(request(path).header("Content-Type", type).POST(BodyPublishers.ofByteArray(body)));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(root + path)).timeout(PATIENCE);
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private Answer send(HttpRequest.Builder request) throws InterruptedException {
        try {
            HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException e) {
            return new Answer(0, String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
        }
    }

    // ---- flights ----

    /**
     * The points of a flight, when so many are stored or the patience is over.
     *
     * @return what is stored then; empty if there is no such flight
     */
    List<TrackPoint> points(String flight, int wanted) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        List<TrackPoint> points = List.of();
        while (System.nanoTime() - end < 0) {
            Answer answer = send(request("/api/v2/flights/" + flight + "/points?limit=" + MOST_POINTS)
                    .header("Accept", "application/octet-stream"));
            points = answer.status() == 200 ? decoded(answer.body()) : List.of();
            if (points.size() >= wanted || (answer.status() != 200 && answer.status() != 404)) {
                break;
            }
            LockSupport.parkNanos(20_000_000);
        }
        return points;
    }

    private static List<TrackPoint> decoded(byte[] packed) {
        List<TrackPoint> points = new ArrayList<>(packed.length / TrackPoint.BYTES);
        for (int at = 0; at + TrackPoint.BYTES <= packed.length; at += TrackPoint.BYTES) {
            points.add(TrackPoint.fromBytes(Arrays.copyOfRange(packed, at, at + TrackPoint.BYTES)));
        }
        return points;
    }

    /** Socket writes of the server's client so far: the round trips that it has spent. */
    long trips() throws InterruptedException {
        String metrics = new String(get("/metrics").body(), StandardCharsets.UTF_8);
        Matcher writes = WRITES.matcher(metrics);
        return writes.find() ? (long) Double.parseDouble(writes.group(1)) : -1;
    }

    @Override
    public void close() {
        client.close();
    }
}
