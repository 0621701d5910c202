package dev.millrace.tools.server.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.server.ServerFixture;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Redis is away while records are read and written. */
@Timeout(60)
class RecordsOutageIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final String NEW =
            "{\"name\": \"Neu\", \"born\": \"1980-02-29\", \"ward\": \"surgery\", \"diagnosis\": \"\"}";

    private static JsonNode read(ServerFixture server, long id) {
        return server.get("/api/records/" + id).is(200).json();
    }

    private static String name(ServerFixture server, long id) {
        return read(server, id).get("record").get("name").asString();
    }

    @Test
    void redis_away_leavesReadsToMemoryAndDatabaseAndLosesNoWrite() {
        String database = "jdbc:h2:mem:outage-" + System.nanoTime() + ";DB_CLOSE_DELAY=-1";
        try (RedisServer redis = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(redis);
                ServerFixture cut =
                        ServerFixture.start(Map.of("REDIS_URL", proxy.url(), "MILLRACE_JDBC_URL", database));
                ServerFixture well =
                        ServerFixture.start(Map.of("REDIS_URL", redis.url(), "MILLRACE_JDBC_URL", database))) {
            for (int i = 0; i < 3; i++) { // loaded, read from Redis, held in memory
                name(cut, 1);
                name(cut, 2);
            }
            String before = name(well, 2);
            proxy.refuse(true);
            proxy.cut();
            Await.until(
                    SOON,
                    () -> read(cut, 1).get("stale").asBoolean(),
                    () -> "what memory knew to be told as stale, not " + read(cut, 1));
            assertThat(read(cut, 500).get("source").asString()).isEqualTo("database");
            assertThat(cut.get("/api/records?ids=1,2,600")
                            .is(200)
                            .json()
                            .get("records")
                            .size())
                    .isEqualTo(3);
            cut.get("/api/records/wards").is(200);

            JsonNode written = cut.put("/api/records/2", NEW).is(200).json();

            // The database has it, Redis does not: this process knows, and tells its own readers what is true.
            assertThat(written.get("cache").asString()).isNotEqualTo("OK");
            assertThat(name(cut, 2)).isEqualTo("Neu");
            assertThat(cut.get("/api/records/statistics")
                            .json()
                            .get("owedRecords")
                            .asInt())
                    .isEqualTo(1);
            assertThat(name(well, 2)).isEqualTo(before);

            proxy.heal();
            Await.until(SOON, () -> name(well, 2).equals("Neu"), "the other process to see what was written meanwhile");
            Await.until(
                    SOON,
                    () -> cut.get("/api/records/statistics")
                                    .json()
                                    .get("owedRecords")
                                    .asInt()
                            == 0,
                    "nothing to be owed");
            assertThat(name(cut, 2)).isEqualTo("Neu");
            Await.until(SOON, () -> !read(cut, 1).get("stale").asBoolean(), "what is read to be current again");
        }
    }
}
