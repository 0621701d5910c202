package dev.millrace.tools.server.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.server.Platform;
import dev.millrace.tools.server.ServeOptions;
import dev.millrace.tools.server.Switches;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Trips to Redis, counted where they happen: the rooms alone on a client, over HTTP, 5 ms from Redis. */
class RoomTripsIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    private RedisServer server;
    private FaultProxy proxy;
    private Millrace redis;
    private Database database;
    private RoomsService rooms;
    private HttpServer http;
    private HttpClient client;

    @BeforeEach
    void start() {
        server = RedisServer.start();
        proxy = FaultProxy.to(server).roundTrip(Duration.ofMillis(5));
        redis = Millrace.connect(proxy.url());
        Json json = new Json();
        ServeOptions options = ServeOptions.of(Map.of("MILLRACE_PORT", "0", "MILLRACE_ACCESS_LOG", "off"), null);
        database = new Database("jdbc:h2:mem:unused", null, null);
        rooms = new RoomsService(new Platform(
                redis, database, new SimpleMeterRegistry(), options, new Switches(), json, context -> false));
        Routes routes = new Routes();
        rooms.routes(routes);
        http = HttpServer.start(options.http(), routes, json, "/dashboard");
        client = HttpClient.newHttpClient();
        post("/api/rooms", "{\"room\":\"r\"}");
        post("/api/rooms", "{\"room\":\"other\"}");
    }

    @AfterEach
    void stop() {
        client.close();
        http.close();
        rooms.close();
        database.close();
        redis.close();
        proxy.close();
        server.close();
    }

    private JsonNode post(String path, String body) {
        return send(HttpRequest.newBuilder(URI.create(http.url() + path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private JsonNode get(String path) {
        return send(HttpRequest.newBuilder(URI.create(http.url() + path)));
    }

    private JsonNode send(HttpRequest.Builder request) {
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

    @Test
    void joins_aHundredAtOnce_areAtMostTenTrips() throws Exception {
        joinAll("other", 100); // so that the code is warm, as a server's is
        awaitJoinsCounted("other");
        long before = redis.statistics().writes();

        List<JsonNode> shown = joinAll("r", 100);

        long trips = redis.statistics().writes() - before;
        assertThat(trips).isLessThanOrEqualTo(10);
        assertThat(shown).allSatisfy(view -> {
            assertThat(view.get("partial").asBoolean()).isFalse();
            assertThat(view.get("components").get("lights").get("scene").asString()).isEqualTo("calm");
        });
        assertThat(get("/api/rooms/r").get("listeners").asInt()).isEqualTo(100);
        awaitJoinsCounted("r");
    }

    private void awaitJoinsCounted(String room) {
        Await.until(
                SOON,
                () -> get("/api/rooms/" + room + "/plugins/components")
                                .get("components")
                                .get("chatter")
                                .get("joins")
                                .asInt()
                        == 100,
                "a hundred joins counted");
    }

    private List<JsonNode> joinAll(String room, int many) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        List<Future<JsonNode>> joins = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < many; i++) {
                String body = "{\"listener\":\"listener " + i + "\"}";
                joins.add(threads.submit(() -> {
                    go.await();
                    return post("/api/rooms/" + room + "/listeners", body);
                }));
            }
            go.countDown();
        }
        List<JsonNode> shown = new ArrayList<>();
        for (Future<JsonNode> join : joins) {
            shown.add(join.get());
        }
        return shown;
    }

    @Test
    void components_warm_costNoTrip() {
        JsonNode before = get("/api/rooms/other/plugins/components");
        long writes = redis.statistics().writes();

        for (int i = 0; i < 20; i++) {
            assertThat(get("/api/rooms/other/plugins/components")).isEqualTo(before);
        }

        assertThat(redis.statistics().writes() - writes).isZero();
    }

    @Test
    void join_warm_isOneTrip() {
        post("/api/rooms/other/listeners", "{\"listener\":\"ada\"}");
        long writes = redis.statistics().writes();

        post("/api/rooms/other/listeners", "{\"listener\":\"ada\"}"); // the count of joins does not change

        assertThat(redis.statistics().writes() - writes).isEqualTo(1);
    }
}
