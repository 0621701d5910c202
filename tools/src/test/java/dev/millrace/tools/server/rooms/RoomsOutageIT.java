package dev.millrace.tools.server.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.server.ServerFixture;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Redis away, and back. */
class RoomsOutageIT {
    private static final Duration SOON = Duration.ofSeconds(15);

    private static RedisServer redis;
    private static FaultProxy proxy;
    private static ServerFixture server;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        proxy = FaultProxy.to(redis);
        server = ServerFixture.start(Map.of("REDIS_URL", proxy.url()));
    }

    @AfterAll
    static void stop() {
        server.close();
        proxy.close();
        redis.close();
    }

    /** How Redis goes away. */
    enum Fault {
        CUT {
            @Override
            void begin() {
                proxy.refuse(true);
                proxy.cut();
            }
        },
        SILENT {
            @Override
            void begin() {
                proxy.freeze();
            }
        };

        abstract void begin();
    }

    @ParameterizedTest
    @EnumSource
    void redis_away_readsAnswerWhatIsKnownAndWritesAreRefused(Fault fault) {
        String room = "/api/rooms/" + fault;
        server.post("/api/rooms", "{\"room\":\"" + fault + "\"}").is(201);
        server.post(room + "/listeners", "{\"listener\":\"ada\"}").is(200);
        server.get("/api/rooms").is(200);

        fault.begin();
        try {
            server.post(room + "/listeners", "{\"listener\":\"ben\"}").isProblem(503, "Redis");
            assertThat(server.post("/api/rooms", "{\"room\":\"new\"}")
                            .isProblem(503, "Redis")
                            .header("Retry-After"))
                    .isNotEmpty();
            server.put(room + "/plugins/lights/config", "{\"scene\":\"off\",\"brightness\":0}")
                    .isProblem(503, "Redis");
            server.post(room + "/track", "{\"track\":\"x\"}").isProblem(503, "Redis");

            JsonNode seen = server.get(room).is(200).json();
            assertThat(seen.get("stale").asBoolean()).isTrue();
            assertThat(seen.get("listeners").asInt()).isEqualTo(1);
            JsonNode unseen = server.get("/api/rooms/never-seen").is(200).json();
            assertThat(unseen.get("partial").asBoolean()).isTrue();
            assertThat(unseen.get("components").get("lights").isNull()).isTrue();
            JsonNode components =
                    server.get(room + "/plugins/components").is(200).json();
            assertThat(components.get("partial").asBoolean()).isTrue();
            assertThat(server.get("/api/rooms").is(200).json().get("stale").asBoolean())
                    .isTrue();
        } finally {
            proxy.heal();
        }

        Await.until(SOON, () -> server.get(room).json().get("stale").asBoolean() == false, "Redis back");
        assertThat(server.post(room + "/listeners", "{\"listener\":\"ben\"}")
                        .is(200)
                        .json()
                        .get("listeners")
                        .asInt())
                .isEqualTo(2);
        assertThat(server.get(room + "/plugins/components")
                        .json()
                        .get("partial")
                        .asBoolean())
                .isFalse();
    }
}
