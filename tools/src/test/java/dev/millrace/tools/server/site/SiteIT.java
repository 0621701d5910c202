package dev.millrace.tools.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.server.ServerFixture;
import dev.millrace.tools.server.ServerFixture.Answer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Jobs, cached answers and sessions of two processes on one Redis. */
class SiteIT {
    private static final Duration SOON = Duration.ofSeconds(15);

    private static RedisServer redis;
    private static ServerFixture here;
    private static ServerFixture there;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        here = ServerFixture.start(Map.of("REDIS_URL", redis.url()));
        there = ServerFixture.start(Map.of("REDIS_URL", redis.url()));
    }

    @AfterAll
    static void stop() {
        here.close();
        there.close();
        redis.close();
    }

    private static void change(String name, String value) {
        here.sendAsAdministrator(here.json("PUT", "/api/admin/switches/" + name, "{\"value\":\"" + value + "\"}"))
                .is(200);
    }

    // ---- cached answers ----

    @Test
    void status_untilCachingIsOff_comesFromMemory() {
        awaitWell();
        JsonNode first = here.get("/api/integrations/status").is(200).json();
        JsonNode again = here.get("/api/integrations/status").is(200).json();

        assertThat(first.get("status").asString()).isEqualTo("ok");
        assertThat(first.get("integrations")
                        .valueStream()
                        .map(each -> each.get("name").asString()))
                .containsExactly("redis", "database", "queues", "game");
        assertThat(again.get("cached").asBoolean()).isTrue();
        assertThat(again.get("at"))
                .isEqualTo(here.get("/api/integrations/status").json().get("at"));

        change("site.cache-ttl", "0");
        assertThat(here.get("/api/integrations/status").json().get("cached").asBoolean())
                .isFalse();
        assertThat(here.get("/api/integrations/status").json().get("cached").asBoolean())
                .isFalse();

        change("site.cache-ttl", "300");
        assertThat(here.get("/api/integrations/status").json().get("cached").asBoolean())
                .isFalse();
        assertThat(here.get("/api/integrations/status").json().get("cached").asBoolean())
                .isTrue();
    }

    @Test
    void health_forAdministrators_hasDetails() {
        awaitWell();
        JsonNode brief = here.get("/api/health").is(200).json();
        JsonNode full = here.sendAsAdministrator(HttpRequest.newBuilder(here.at("/api/health")))
                .is(200)
                .json();

        assertThat(brief.get("status").asString()).isEqualTo("ok");
        assertThat(brief.has("details")).isFalse();
        assertThat(brief.get("responseMs").asDouble()).isPositive();
        assertThat(full.get("details").get("redis").get("ok").asBoolean()).isTrue();
    }

    /** The first check of a server that has just begun may find nothing in time. */
    private static void awaitWell() {
        Await.until(
                SOON,
                () -> here.get("/api/health").json().get("status").asString().equals("ok"),
                "a server that is well");
    }

    // ---- jobs ----

    private static Answer enqueue(String json) {
        return here.post("/api/jobs", json);
    }

    private static JsonNode jobs() {
        return here.get("/api/jobs").is(200).json();
    }

    private static List<String> ids(JsonNode jobs) {
        return jobs.valueStream().map(job -> job.get("id").asString()).toList();
    }

    @Test
    void jobs_thatEnd_areHistoryOfFiveAndThree() {
        for (int i = 0; i < 7; i++) {
            enqueue("{\"type\":\"report\",\"id\":\"report-" + i + "\",\"payload\":{\"page\":" + i + "}}")
                    .is(202);
            enqueue("{\"type\":\"mail\",\"id\":\"cancelled-" + i + "\",\"payload\":{\"cancel\":true}}")
                    .is(202);
        }
        Await.until(
                SOON,
                () -> ids(jobs().get("completed")).size() == 5
                        && ids(jobs().get("failed")).size() == 3,
                () -> jobs().toString());
        Await.until(
                SOON,
                () -> jobs().get("statistics").get("completed").asInt() >= 7
                        && jobs().get("statistics").get("failed").asInt() >= 7,
                () -> jobs().toString());

        assertThat(ids(jobs().get("completed"))).hasSize(5);
        assertThat(ids(jobs().get("failed"))).hasSize(3);

        assertThat(enqueue("{\"type\":\"report\",\"id\":\"report-1\"}")
                        .is(202)
                        .json()
                        .get("outcome")
                        .asString())
                .isEqualTo("DUPLICATE");
    }

    @Test
    void job_waiting_isADuplicateTheSecondTime() {
        String job = "{\"type\":\"cleanup\",\"id\":\"later\",\"delayMs\":600000}";

        assertThat(enqueue(job).is(202).json().get("outcome").asString()).isEqualTo("NEW");
        assertThat(enqueue(job).is(202).json().get("outcome").asString()).isEqualTo("DUPLICATE");
        JsonNode statistics = jobs().get("statistics");
        assertThat(statistics.get("totalQueuedJobs").asInt()).isPositive();
        assertThat(statistics.get("waitingByType").get("cleanup").asInt()).isEqualTo(1);
        assertThat(statistics.has("activeBatches") && statistics.has("batchesByType"))
                .isTrue();
    }

    @Test
    void job_thatFails_isADeadLetterUntilItIsReplayed() {
        enqueue("{\"type\":\"fail\",\"id\":\"hopeless\",\"payload\":{\"n\":1}}").is(202);
        enqueue("{\"type\":\"report\",\"id\":\"failing\",\"payload\":{\"fail\":true}}")
                .is(202);
        Await.until(SOON, () -> ids(dead()).containsAll(List.of("hopeless", "failing")), () -> dead().toString());
        JsonNode failing = dead().valueStream()
                .filter(job -> job.get("id").asString().equals("failing"))
                .findFirst()
                .orElseThrow();
        assertThat(failing.get("attempts").asInt()).isEqualTo(3);
        assertThat(failing.get("payload").get("fail").asBoolean()).isTrue();
        assertThat(failing.get("error").asString()).contains("says that it fails");

        assertThat(here.post("/api/jobs/dead/replay", "{\"ids\":[\"hopeless\",\"none-such\"]}")
                        .is(200)
                        .json()
                        .get("replayed")
                        .asInt())
                .isEqualTo(1);
        Await.until(SOON, () -> ids(dead()).contains("hopeless"), "it fails again");
        here.post("/api/jobs/dead/replay", "{}").isProblem(400, "ids");
    }

    private static JsonNode dead() {
        return here.get("/api/jobs/dead").is(200).json().get("dead");
    }

    @Test
    void switches_ofJobs_takeThemBackAndForth() {
        change("jobs.options", "full");
        change("jobs.batch-size", "1");
        assertThat(jobs().get("options").asString()).isEqualTo("full");
        assertThat(jobs().get("batchSize").asInt()).isEqualTo(1);
        enqueue("{\"type\":\"thumbnail\",\"payload\":\"some picture\"}").is(202);
        Await.until(
                SOON,
                () -> jobs().get("byType").get("thumbnail").get("completed").asInt()
                                + there.get("/api/jobs")
                                        .json()
                                        .get("byType")
                                        .get("thumbnail")
                                        .get("completed")
                                        .asInt()
                        == 1,
                "a job done by the other line");

        change("jobs.options", "lean");
        change("jobs.batch-size", "10");
        assertThat(jobs().get("options").asString()).isEqualTo("lean");
        here.sendAsAdministrator(here.json("PUT", "/api/admin/switches/jobs.options", "{\"value\":\"fat\"}"))
                .isProblem(422, "lean or full");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"none\"}|400|cleanup, fail, mail, report, thumbnail",
                "{}|400|type must be one of",
                "{\"type\":\"mail\",\"priority\":512}|400|priority must be",
                "{\"type\":\"mail\",\"delayMs\":-1}|400|delayMs must be",
                "{\"type\":\"mail\",\"id\":\"\"}|400|id must be",
            })
    void jobs_thatCantBe_areProblems(String body, int status, String words) {
        enqueue(body).isProblem(status, words);
    }

    @Test
    void job_tooLarge_isRefused() {
        enqueue("{\"type\":\"mail\",\"payload\":\"" + "x".repeat(70_000) + "\"}")
                .isProblem(422, "65536");
    }

    // ---- sessions ----

    private static Answer with(ServerFixture server, String cookie, String method, String path, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.at(path))
                .header("Content-Type", "application/json")
                .header("Cookie", cookie)
                .method(method, BodyPublishers.ofString(body));
        return server.send(request);
    }

    private static String cookie(Answer answer) {
        return answer.header("Set-Cookie").split(";", 2)[0];
    }

    @Test
    void session_changedHere_isTheSameThere() {
        Answer begun = here.send(HttpRequest.newBuilder(here.at("/api/session")).POST(BodyPublishers.noBody()))
                .is(201);
        assertThat(begun.header("Set-Cookie"))
                .startsWith("millrace_session=")
                .contains("HttpOnly", "SameSite=Strict", "Path=/");
        String cookie = cookie(begun);
        assertThat(begun.text()).doesNotContain(cookie.substring("millrace_session=".length()));

        with(here, cookie, "PUT", "/api/session", "{\"attributes\":{\"user\":\"7\",\"theme\":\"dark\"}}")
                .is(200);
        with(there, cookie, "PUT", "/api/session", "{\"attributes\":{\"theme\":null,\"cart\":\"3\"}}")
                .is(200);
        JsonNode attributes =
                with(here, cookie, "GET", "/api/session", "").is(200).json().get("attributes");
        assertThat(attributes.propertyNames()).containsExactlyInAnyOrder("user", "cart");

        String rotated =
                cookie(with(there, cookie, "POST", "/api/session/rotate", "").is(200));
        with(here, cookie, "GET", "/api/session", "").isProblem(404, "no session");
        assertThat(with(here, rotated, "GET", "/api/session", "").is(200).json().get("attributes"))
                .isEqualTo(attributes);

        with(here, rotated, "DELETE", "/api/session", "").is(204);
        with(there, rotated, "GET", "/api/session", "").isProblem(404, "no session");
    }

    @Test
    void session_ofNobody_isNotFound() {
        here.get("/api/session").isProblem(404, "POST /api/session");
        with(here, "millrace_session=%00guess", "GET", "/api/session", "").isProblem(404, "session");
        with(here, "millrace_session=guess", "PUT", "/api/session", "{\"attributes\":{\"a\":\"b\"}}")
                .isProblem(404, "no session");
    }

    @Test
    void session_withTooMuch_isRefused() {
        String cookie =
                cookie(here.send(HttpRequest.newBuilder(here.at("/api/session")).POST(BodyPublishers.noBody()))
                        .is(201));
        String large = "{\"attributes\":{\"a\":\"" + "x".repeat(5_000) + "\"}}";
        with(here, cookie, "PUT", "/api/session", large).isProblem(400, "4096");
        for (String letter : List.of("a", "b")) {
            StringBuilder many = new StringBuilder("{\"attributes\":{");
            for (int i = 0; i < 20; i++) {
                many.append(i == 0 ? "\"" : ",\"").append(letter).append(i).append("\":\"1\"");
            }
            Answer answer =
                    with(here, cookie, "PUT", "/api/session", many.append("}}").toString());
            if (letter.equals("a")) {
                answer.is(200);
            } else {
                answer.isProblem(422, "32 attributes");
            }
        }
    }

    // ---- figures ----

    @Test
    void figures_haveWhatTheDashboardShows() {
        here.get("/api/health").is(200);
        Await.until(
                SOON,
                () -> here.get("/api/dashboard").json().at("/site/jobs").has("completed"),
                () -> here.get("/api/dashboard").text());
        JsonNode site = here.get("/api/dashboard").json().get("site");
        assertThat(site.propertyNames()).contains("jobs", "sessions", "apiHits", "apiMisses");
        assertThat(site.get("jobs").propertyNames())
                .contains("activeBatches", "totalQueuedJobs", "batchesByType", "completed", "failed", "dead");
        assertThat(here.get("/metrics").text()).contains("millrace_queue_waiting{queue=\"site\"", "site-api");
    }
}
