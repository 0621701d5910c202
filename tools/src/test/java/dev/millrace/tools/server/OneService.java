package dev.millrace.tools.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.metrics.ClientListener;
import dev.millrace.tools.server.database.Database;
import dev.millrace.tools.server.http.HttpServer;
import dev.millrace.tools.server.http.Json;
import dev.millrace.tools.server.http.Routes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One service alone over HTTP, on a client of its own: what it costs at Redis is not mixed up with what others do there.
 * Thread-safe.
 */
public final class OneService implements AutoCloseable {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final ConcurrentHashMap<String, Long> commands = new ConcurrentHashMap<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Millrace redis;
    private final Database database;
    private final Service service;
    private final Switches switches = new Switches();
    private final HttpServer http;

    /** @param url of Redis */
    public OneService(String url, Function<Platform, Service> factory) {
        redis = Millrace.connect(MillraceOptions.builder(url).build().withListener(new ClientListener() {
            @Override
            public void commandEnded(String verb, Outcome outcome, long nanos) {
                commands.merge(verb, 1L, Long::sum);
            }
        }));
        Json json = new Json();
        ServeOptions options = ServeOptions.of(
                Map.of("MILLRACE_PORT", "0", "MILLRACE_GAME_PORT", "off", "MILLRACE_ACCESS_LOG", "off"), null);
        database = new Database("jdbc:h2:mem:one-" + System.nanoTime() + ";DB_CLOSE_DELAY=-1", null, null);
        service = factory.apply(new Platform(
                redis,
                database,
                new SimpleMeterRegistry(),
                options,
                switches,
                json,
                context -> context.header("Administrator") != null));
        Routes routes = new Routes();
        service.routes(routes);
        http = HttpServer.start(options.http(), routes, json, "/dashboard");
    }

    /** Trips to Redis so far. */
    public long trips() {
        return redis.statistics().writes();
    }

    /** Commands of a verb that have ended. */
    public long commands(String verb) {
        return commands.getOrDefault(verb, 0L);
    }

    public Switches switches() {
        return switches;
    }

    public JsonNode get(String path) {
        return send(request(path));
    }

    public JsonNode post(String path, String body) {
        return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(http.url() + path));
    }

    /** The JSON of an answer that says that all is well. */
    public JsonNode send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.timeout(SOON).build(), BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response::body).isBetween(200, 299);
            return JsonMapper.shared().readTree(response.body());
        } catch (IOException e) {
            throw new AssertionError("no answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        service.quiesce();
        client.close();
        http.close();
        service.close();
        database.close();
        redis.close();
    }
}
