package dev.millrace.tools.server.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.server.ServerFixture;
import dev.millrace.tools.server.ServerFixture.Answer;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class RecordsIT {
    /** What is written on one server is seen on the other within this. */
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private static String database;
    private static RedisServer redis;
    private static ServerFixture first;
    private static ServerFixture second;

    @BeforeAll
    static void startServers() {
        database = "jdbc:h2:mem:records-" + System.nanoTime() + ";DB_CLOSE_DELAY=-1";
        redis = RedisServer.start();
        Map<String, String> values =
                Map.of("REDIS_URL", redis.url(), "MILLRACE_JDBC_URL", database, "MILLRACE_BODY_LIMIT", "2000000");
        first = ServerFixture.start(values);
        second = ServerFixture.start(values);
    }

    @AfterAll
    static void stopServers() {
        second.close();
        first.close();
        redis.close();
    }

    private static String content(String name, String ward) {
        return "{\"name\": \"%s\", \"born\": \"1980-02-29\", \"ward\": \"%s\", \"diagnosis\": \"asthma\"}"
                .formatted(name, ward);
    }

    private static String imported(long id, String name) {
        return "{\"id\": %d, \"name\": \"%s\", \"born\": \"1970-01-01\", \"ward\": \"surgery\", \"diagnosis\": \"\"}"
                .formatted(id, name);
    }

    private static String name(ServerFixture server, long id) {
        Answer answer = server.get("/api/records/" + id);
        return answer.status() == 404
                ? "none"
                : answer.is(200).json().get("record").get("name").asString();
    }

    private static void awaitName(ServerFixture server, long id, String name) {
        Await.until(AT_ONCE, () -> name(server, id).equals(name), "record " + id + " to be of " + name);
    }

    /** Reads of single keys, which no other service makes. */
    private static long reads() {
        Matcher calls = Pattern.compile("calls=(\\d+)")
                .matcher(redis.info("commandstats").getOrDefault("cmdstat_get", "calls=0"));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    private static JsonNode cache(ServerFixture server, int which) {
        return server.get("/api/records/statistics")
                .is(200)
                .json()
                .get("caches")
                .get(which);
    }

    // ---- reading and writing ----

    @Test
    void get_ofASeededRecord_comesFromNearerEachTime() {
        JsonNode loaded = first.get("/api/records/917").is(200).json();
        assertThat(loaded.get("source").asString()).isEqualTo("database");
        assertThat(loaded.get("cached").asBoolean()).isFalse();
        assertThat(second.get("/api/records/917").json().get("source").asString())
                .isEqualTo("redis");
        JsonNode held = second.get("/api/records/917").json();
        assertThat(held.get("source").asString()).isEqualTo("memory");
        assertThat(held.get("stale").asBoolean()).isFalse();
        assertThat(held.get("record")).isEqualTo(loaded.get("record"));
    }

    @Test
    void put_onOneServer_isSeenOnTheOther() {
        String before = name(second, 42);
        assertThat(before).isNotEqualTo("Nora Neu");

        JsonNode written = first.put("/api/records/42", content("Nora Neu", "oncology"))
                .is(200)
                .json();

        assertThat(written.get("cache").asString()).isEqualTo("OK");
        assertThat(name(first, 42)).isEqualTo("Nora Neu");
        awaitName(second, 42, "Nora Neu");
        second.put("/api/records/42", content("Otto Neu", "surgery")).is(200);
        awaitName(first, 42, "Otto Neu");
    }

    @Test
    void put_onBothServersAtOnce_leavesTheCacheAsTheDatabase() throws Exception {
        for (int round = 0; round < 5; round++) {
            List<Callable<Answer>> puts = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                String content = content("Writer " + round + "-" + i, "surgery");
                ServerFixture server = i % 2 == 0 ? first : second;
                puts.add(() -> server.put("/api/records/70", content));
            }
            try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<Answer> put : writers.invokeAll(puts)) {
                    put.get().is(200);
                }
            }
            String last = stored(70);
            awaitName(first, 70, last);
            awaitName(second, 70, last);
        }
    }

    private static String stored(long id) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT name FROM patients WHERE id = " + id)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }

    @Test
    void delete_onOneServer_isSeenOnTheOther() {
        first.put("/api/records/5001", content("Kurz Da", "surgery")).is(200);
        awaitName(second, 5001, "Kurz Da");
        JsonNode deleted = second.delete("/api/records/5001").is(200).json();
        assertThat(deleted.get("cache").asString()).isEqualTo("OK");
        awaitName(first, 5001, "none");
        first.get("/api/records/5001").isProblem(404, "5001");
        first.delete("/api/records/5001").isProblem(404, "5001");
    }

    @Test
    void list_ofIds_hasThoseThatThereAreInOrder() {
        JsonNode found =
                first.get("/api/records?ids=103,101,9999,102,101").is(200).json();
        assertThat(found.get("records").valueStream().map(each -> each.get("id").asLong()))
                .containsExactly(103L, 101L, 102L);
        assertThat(found.get("missing").get(0).asLong()).isEqualTo(9999);
        assertThat(found.get("partial").asBoolean()).isFalse();
        first.get("/api/records?ids=101,102,103")
                .is(200); // what was loaded is in Redis, and in memory when it was read there
        assertThat(first.get("/api/records?ids=101,102,103")
                        .json()
                        .get("inMemory")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void importAll_ofManyRecords_writesAllInOneTripAndTellsOfEach() {
        String list = IntStream.range(0, 5_000)
                .mapToObj(i -> imported(10_000 + i, "Import " + i))
                .collect(Collectors.joining(",\n", "[", "]"));
        name(second, 10_000);

        JsonNode done = first.post("/api/records/import", list).is(200).json();

        assertThat(done.get("imported").asInt()).isEqualTo(5_000);
        assertThat(done.get("notCached").asInt()).isZero();
        assertThat(done.get("results").size()).isEqualTo(5_000);
        assertThat(done.get("results").get(4_999).get("status").asString()).isEqualTo("OK");
        awaitName(second, 10_000, "Import 0");
        assertThat(second.get("/api/records/14999").json().get("source").asString())
                .isEqualTo("redis");
        assertThat(name(second, 14_999)).isEqualTo("Import 4999");
    }

    @Test
    void request_thatIsWrong_isAProblemThatSaysWhere() {
        first.get("/api/records/x").isProblem(400, "whole number");
        first.get("/api/records/0").isProblem(400, "whole number");
        first.get("/api/records/999999").isProblem(404, "999999");
        first.get("/api/records").isProblem(400, "ids=1,2,3");
        first.get("/api/records?ids=1,x").isProblem(400, "whole number");
        first.get("/api/records?ids=" + "1,".repeat(501) + "1").isProblem(422, "500");
        first.put("/api/records/1", "{\n\"name\": \"A\",\n\"born\": 7}").isProblem(400, "born", "line 3");
        first.put("/api/records/1", content("", "surgery")).isProblem(400, "name");
        first.put("/api/records/1", content("A", "surgery").replace("1980-02-29", "1981-02-29"))
                .isProblem(400, "born", "1980-02-29");
        first.put("/api/records/1", content("A", "surgery").replace("asthma", "a\\u001b[2J"))
                .isProblem(400, "diagnosis", "control");
        Answer wrong = first.post(
                "/api/records/import",
                "[" + imported(1, "A") + ",\n" + imported(2, "B") + ",\n" + imported(-3, "C") + "]");
        wrong.isProblem(400, "[2]", "id must be 1 or more", "line 3");
        assertThat(wrong.json().get("field").asString()).isEqualTo("[2]");
        first.post("/api/records/import", "[null]").isProblem(400, "[0]");
        first.post("/api/records/import", "[]").isProblem(422, "5000");
        first.post("/api/records/import", "[" + imported(1, "A") + "," + imported(1, "B") + "]")
                .isProblem(422, "twice");
        first.post("/api/records/import", "[" + (imported(1, "A") + ",").repeat(5_000) + imported(1, "A") + "]")
                .isProblem(422, "5001");
        first.post("/api/records/import", "[" + (imported(1, "x".repeat(190)) + ",").repeat(9_000) + "0]")
                .isProblem(413, "2000000");
        first.send(first.json("PUT", "/api/records/1", content("A", "b")).setHeader("Content-Type", "text/plain"))
                .isProblem(415, "JSON");
        first.post("/api/records/invalidate", "{\"table\": \"orders\"}").isProblem(422, "patients");
        first.post("/api/records/warm", "{\"keys\": 0}").isProblem(400, "keys");
        first.post("/api/records/warm", "{\"keys\": 50000, \"perSecond\": 1}").isProblem(422, "perSecond");
    }

    // ---- the cache ----

    @Test
    void wards_afterAChangeOnTheOtherServer_areCountedAnew() {
        long before = wardCount(first);
        assertThat(wardCount(second)).isEqualTo(before);
        assertThat(second.get("/api/records/wards").json().get("cached").asBoolean())
                .isTrue();

        first.put("/api/records/6001", content("Neu Hier", "wards-test")).is(200);

        Await.until(AT_ONCE, () -> wards(second).contains("wards-test"), "the new ward");
        assertThat(wards(first)).contains("wards-test");
    }

    private static String wards(ServerFixture server) {
        return server.get("/api/records/wards").is(200).json().get("wards").toString();
    }

    private static long wardCount(ServerFixture server) {
        return server.get("/api/records/wards").is(200).json().get("wards").size();
    }

    @Test
    void invalidate_ofTheTable_readsWhatWasChangedPastTheServer() throws SQLException {
        name(first, 77);
        name(second, 77);
        String held = name(first, 77);
        change("UPDATE patients SET name = 'Past All' WHERE id = 77");
        assertThat(name(first, 77)).isEqualTo(held);

        JsonNode done = first.post("/api/records/invalidate", "{\"table\": \"patients\"}")
                .is(200)
                .json();

        assertThat(done.get("records").asInt()).isPositive();
        awaitName(first, 77, "Past All");
        awaitName(second, 77, "Past All");
    }

    private static void change(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void warm_atARate_readsThemIntoMemoryAndTellsHowFarItCame() {
        JsonNode done = first.post("/api/records/warm", "{\"keys\": 500, \"perSecond\": 2000}")
                .is(200)
                .json();
        assertThat(done.get("warmed").asInt()).isEqualTo(500);
        assertThat(done.get("millis").asLong()).isBetween(190L, 5_000L);
        assertThat(done.get("progress").size()).isEqualTo(5);
        assertThat(done.get("progress").get(4).get("done").asInt()).isEqualTo(500);
        JsonNode hot = first.post("/api/records/warm", "{\"keys\": 10, \"from\": \"hottest\"}")
                .is(200)
                .json();
        assertThat(hot.get("keys").asInt()).isPositive();
    }

    @Test
    void ttl_ofZero_readsTheDatabaseEachTimeAndBackAgain() {
        Await.until(
                AT_ONCE,
                () -> first.get("/api/records/200")
                        .json()
                        .get("source")
                        .asString()
                        .equals("memory"),
                "it to be in memory");
        long before = reads();
        for (int i = 0; i < 100; i++) {
            assertThat(first.get("/api/records/200").json().get("source").asString())
                    .isEqualTo("memory");
        }
        assertThat(reads() - before).isLessThan(5);
        long hits = cache(first, 0).get("hits").asLong();
        try {
            switchTtl("0");
            assertThat(first.get("/api/records/200").json().get("source").asString())
                    .isEqualTo("database");
            assertThat(first.get("/api/records/200").json().get("source").asString())
                    .isEqualTo("database");
            assertThat(cache(first, 0).get("hits").asLong()).isEqualTo(hits);
            first.put("/api/records/200", content("Ohne Cache", "surgery")).is(200);
            awaitName(second, 200, "Ohne Cache");
        } finally {
            switchTtl("300");
        }
        first.get("/api/records/200").is(200);
        assertThat(first.get("/api/records/200").json().get("source").asString())
                .isEqualTo("memory");
        first.sendAsAdministrator(first.json("PUT", "/api/admin/switches/records.cache-ttl", "{\"value\": \"-1\"}"))
                .isProblem(422, "86400");
    }

    private static void switchTtl(String seconds) {
        HttpRequest.Builder change =
                first.json("PUT", "/api/admin/switches/records.cache-ttl", "{\"value\": \"" + seconds + "\"}");
        first.sendAsAdministrator(change).is(200);
    }

    @Test
    void figures_ofTheCaches_areOnTheDashboardAndAmongTheMeters() {
        first.get("/api/records/300").is(200);
        first.get("/api/records/300").is(200);
        JsonNode figures = first.get("/api/dashboard").json().get("records");
        assertThat(figures.get("caches").get(0).get("name").asString()).isEqualTo("patients");
        assertThat(figures.get("caches").get(0).get("hitRatio").asDouble()).isBetween(0.0, 1.0);
        assertThat(figures.has("commandsSaved")).isTrue();
        assertThat(cache(first, 1).get("name").asString()).isEqualTo("patient-queries");
        assertThat(first.get("/metrics").text())
                .contains("millrace_cache_gets_total{cache=\"patients\",result=\"hit\"}")
                .contains("cache=\"patient-queries\"");
    }
}
