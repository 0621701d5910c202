package dev.millrace.tools.server.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.server.OneService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Trips to Redis, counted where they happen: the rooms alone on a client, over HTTP, 5 ms from Redis. */
class RoomTripsIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    private RedisServer redis;
    private FaultProxy proxy;
    private OneService rooms;

    @BeforeEach
    void start() {
        redis = RedisServer.start();
        proxy = FaultProxy.to(redis).roundTrip(Duration.ofMillis(5));
        rooms = new OneService(proxy.url(), RoomsService::new);
        rooms.post("/api/rooms", "{\"room\":\"r\"}");
        rooms.post("/api/rooms", "{\"room\":\"other\"}");
    }

    @AfterEach
    void stop() {
        rooms.close();
        proxy.close();
        redis.close();
    }

    @Test
    void joins_aHundredAtOnce_areAtMostTenTrips() throws Exception {
        joinAll("other", 100); // so that the code is warm, as a server's is
        awaitJoinsCounted("other");
        long before = rooms.trips();

        List<JsonNode> shown = joinAll("r", 100);

        long trips = rooms.trips() - before;
        assertThat(trips).isLessThanOrEqualTo(10);
        assertThat(shown).allSatisfy(view -> {
            assertThat(view.get("partial").asBoolean()).isFalse();
            assertThat(view.get("components").get("lights").get("scene").asString())
                    .isEqualTo("calm");
        });
        assertThat(rooms.get("/api/rooms/r").get("listeners").asInt()).isEqualTo(100);
        awaitJoinsCounted("r");
    }

    private void awaitJoinsCounted(String room) {
        Await.until(
                SOON,
                () -> rooms.get("/api/rooms/" + room + "/plugins/components")
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
                    return rooms.post("/api/rooms/" + room + "/listeners", body);
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
        JsonNode before = rooms.get("/api/rooms/other/plugins/components");
        long writes = rooms.trips();

        for (int i = 0; i < 20; i++) {
            assertThat(rooms.get("/api/rooms/other/plugins/components")).isEqualTo(before);
        }

        assertThat(rooms.trips() - writes).isZero();
    }

    @Test
    void join_warm_isOneTrip() {
        rooms.post("/api/rooms/other/listeners", "{\"listener\":\"ada\"}");
        long writes = rooms.trips();

        rooms.post("/api/rooms/other/listeners", "{\"listener\":\"ada\"}"); // the count of joins does not change

        assertThat(rooms.trips() - writes).isEqualTo(1);
    }
}
