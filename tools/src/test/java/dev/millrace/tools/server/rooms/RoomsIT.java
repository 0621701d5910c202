package dev.millrace.tools.server.rooms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.server.ServerFixture;
import dev.millrace.tools.server.ServerFixture.Answer;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Two processes on one Redis. */
class RoomsIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final AtomicInteger NUMBER = new AtomicInteger();

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

    private static String newRoom() {
        String room = "room-" + NUMBER.incrementAndGet();
        here.post("/api/rooms", "{\"room\":\"" + room + "\",\"name\":\"Jazz & more\"}")
                .is(201);
        return room;
    }

    private static Answer join(String room, String listener) {
        return here.post("/api/rooms/" + room + "/listeners", "{\"listener\":\"" + listener + "\"}");
    }

    private static Answer vote(String room, String listener, String track) {
        return here.post(
                "/api/rooms/" + room + "/votes", "{\"listener\":\"" + listener + "\",\"track\":\"" + track + "\"}");
    }

    // ---- rooms and listeners ----

    @Test
    void create_twice_conflicts() {
        String room = newRoom();

        here.post("/api/rooms", "{\"room\":\"" + room + "\"}").isProblem(409, "already");
        JsonNode listed = there.get("/api/rooms").is(200).json();
        assertThat(listed.get("stale").asBoolean()).isFalse();
        assertThat(listed.get("rooms")
                        .valueStream()
                        .map(each -> each.get("room").asString()))
                .contains(room);
    }

    @Test
    void join_showsTheRoomWithAllComponents() {
        String room = newRoom();
        here.post("/api/rooms/" + room + "/track", "{\"track\":\"So What\"}").is(200);

        JsonNode shown = join(room, "ada").is(200).json();

        assertThat(shown.get("name").asString()).isEqualTo("Jazz & more");
        assertThat(shown.get("track").asString()).isEqualTo("So What");
        assertThat(shown.get("listeners").asInt()).isEqualTo(1);
        assertThat(shown.get("newest").get(0).asString()).isEqualTo("ada");
        assertThat(shown.get("components").propertyNames()).containsExactly("chatter", "lights", "playlist-democracy");
        assertThat(shown.get("stale").asBoolean() || shown.get("partial").asBoolean())
                .isFalse();
        assertThat(join(room, "ada").is(200).json().get("listeners").asInt()).isEqualTo(1);

        here.delete("/api/rooms/" + room + "/listeners/ada").is(204);
        here.delete("/api/rooms/" + room + "/listeners/ada").isProblem(404, "not in the room");
        assertThat(there.get("/api/rooms/" + room).json().get("listeners").asInt())
                .isZero();
    }

    @Test
    void names_ofAnyCharacters_stayApart() {
        String room = " !#$%&'()*+,-.:;<=>?@[]^_`{|}~%41 é😀" + NUMBER.incrementAndGet();
        here.post("/api/rooms", "{\"room\":\"" + room + "\"}").is(201);
        here.post("/api/rooms/" + encoded(room) + "/listeners", "{\"listener\":\"a:b {c}\"}")
                .is(200);

        JsonNode shown = here.get("/api/rooms/" + encoded(room)).is(200).json();
        assertThat(shown.get("room").asString()).isEqualTo(room);
        assertThat(shown.get("newest").get(0).asString()).isEqualTo("a:b {c}");
        here.delete("/api/rooms/" + encoded(room) + "/listeners/" + encoded("a:b {c}"))
                .is(204);
    }

    private static String encoded(String text) {
        return java.net.URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST|/api/rooms|{}|400|room must be a text of 1 to 100 characters",
                "POST|/api/rooms|{\"room\":\"\"}|400|room must be a text of 1 to 100 characters",
                "POST|/api/rooms|{\"room\":\"\\ud800\"}|400|room",
                "POST|/api/rooms|{\"room\":\"a/b\"}|400|without slashes",
                "POST|/api/rooms|{\"room\":\"..\"}|400|and not . or ..",
                "POST|/api/rooms|{\"room\":\"x\",\"rom\":\"x\"}|400|no field that is known",
                "POST|/api/rooms/none-such/listeners|{\"listener\":\"ada\"}|404|no room",
                "POST|/api/rooms/none-such/track|{\"track\":\"x\"}|404|no room",
                "POST|/api/rooms/none-such/votes|{\"listener\":\"a\",\"track\":\"x\"}|404|no room",
                "PUT|/api/rooms/none-such/plugins/lights/config|{\"scene\":\"off\",\"brightness\":1}|404|no room",
                "PUT|/api/rooms/none-such/plugins/sound/config|{}|404|chatter, lights, playlist-democracy",
            })
    void requests_thatCantBe_areProblems(String method, String path, String body, int status, String words) {
        here.send(here.json(method, path, body)).isProblem(status, words);
    }

    @Test
    void reads_ofNoRoom_areNotFound() {
        here.get("/api/rooms/none-such").isProblem(404, "no room");
        here.get("/api/rooms/none-such/plugins/components").isProblem(404, "no room");
        here.get("/api/rooms/none-such/plugins/lights/config").isProblem(404, "no room");
        here.get("/api/rooms/" + "x".repeat(101)).isProblem(400, "1 to 100 characters");
    }

    // ---- plugins ----

    @Test
    void vote_byEnough_skipsTheTrackOnce() {
        String room = newRoom();
        here.post("/api/rooms/" + room + "/track", "{\"track\":\"t1\"}").is(200);
        join(room, "ada").is(200);
        join(room, "ben").is(200);
        join(room, "cid").is(200);

        vote(room, "eve", "t1").isProblem(409, "not in the room");
        assertThat(vote(room, "ada", "t1").is(200).json().get("outcome").asString())
                .isEqualTo("COUNTED");
        assertThat(vote(room, "ada", "t1").json().get("outcome").asString()).isEqualTo("REPEATED");
        assertThat(vote(room, "ada", "t0").json().get("outcome").asString()).isEqualTo("NOT_PLAYING");
        JsonNode skips = vote(room, "ben", "t1").json();
        assertThat(skips.get("outcome").asString()).isEqualTo("SKIPS");
        assertThat(skips.get("skipped").asBoolean()).isTrue();
        assertThat(vote(room, "cid", "t1").json().get("outcome").asString()).isEqualTo("SKIPPED_ALREADY");
        JsonNode democracy =
                here.get("/api/rooms/" + room).json().get("components").get("playlist-democracy");
        assertThat(democracy.get("skipped").asBoolean()).isTrue();

        here.post("/api/rooms/" + room + "/track", "{\"track\":\"t2\"}").is(200);
        assertThat(here.post("/api/rooms/" + room + "/skip", "")
                        .is(200)
                        .json()
                        .get("skipped")
                        .asString())
                .isEqualTo("t2");
        here.post("/api/rooms/" + room + "/skip", "").isProblem(409, "nothing is playing");
    }

    @Test
    void config_changed_isSeenAtOnceHereAndSoonThere() {
        String room = newRoom();
        String path = "/api/rooms/" + room + "/plugins/lights/config";
        assertThat(there.get(path).is(200).json().get("scene").asString()).isEqualTo("calm");

        here.put(path, "{\"scene\":\"party\",\"brightness\":90}").is(200);

        assertThat(here.get(path).json().get("scene").asString()).isEqualTo("party");
        Await.until(SOON, () -> there.get(path).json().get("scene").asString().equals("party"), "the change there");
        String rules = "/api/rooms/" + room + "/plugins/playlist-democracy/config";
        here.put(rules, "{\"fraction\":1,\"least\":1,\"windowMs\":60000}").is(200);
        assertThat(here.get(rules).json().get("least").asInt()).isEqualTo(1);
        here.put("/api/rooms/" + room + "/plugins/chatter/config", "{\"greeting\":\"Hi\"}")
                .is(200);
        here.put(path, "{\"scene\":\"rave\",\"brightness\":90}").isProblem(400, "scene must be one of");
        here.put(path, "{\"scene\":\"off\",\"brightness\":101}").isProblem(400, "brightness");
        here.put(path, "{\"scene\":\"off\",\"brightness\":1,\"colour\":2}").isProblem(400, "colour");
        here.put(rules, "{\"fraction\":0,\"least\":1,\"windowMs\":1}").isProblem(400, "fraction");
    }

    @Test
    void chatter_afterJoins_countsThem() {
        String room = newRoom();
        join(room, "ada").is(200);
        join(room, "ben").is(200);

        Await.until(SOON, () -> componentsOf(room).get("chatter").get("joins").asInt() == 2, "two joins");
    }

    private static JsonNode componentsOf(String room) {
        return here.get("/api/rooms/" + room + "/plugins/components")
                .is(200)
                .json()
                .get("components");
    }

    // ---- events ----

    @Test
    void events_ofChangesInAnotherProcess_haveTheRoomAsItIsThen() {
        String room = newRoom();
        ConcurrentLinkedQueue<JsonNode> heard = new ConcurrentLinkedQueue<>();
        InputStream stream = follow(there, room, heard);

        Await.until(
                SOON,
                () -> heard.stream().anyMatch(view -> view.get("listeners").asInt() == 0),
                "the first view");
        join(room, "ada").is(200);
        Await.until(
                SOON,
                () -> heard.stream().anyMatch(view -> view.get("listeners").asInt() == 1),
                "the join");
        here.post("/api/rooms/" + room + "/track", "{\"track\":\"So What\"}").is(200);
        Await.until(
                SOON,
                () -> heard.stream()
                        .anyMatch(view -> view.get("track").asString("").equals("So What")),
                "the track");
        close(stream);
    }

    private static InputStream follow(ServerFixture server, String room, ConcurrentLinkedQueue<JsonNode> heard) {
        try {
            InputStream stream = server.client()
                    .send(
                            HttpRequest.newBuilder(server.at("/api/rooms/" + room + "/events"))
                                    .header("Accept", "text/event-stream")
                                    .build(),
                            BodyHandlers.ofInputStream())
                    .body();
            BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
            Thread.ofVirtual().name("test-events").start(() -> {
                try {
                    lines.lines()
                            .filter(line -> line.startsWith("data: "))
                            .map(line -> JsonMapper.shared().readTree(line.substring(6)))
                            .forEach(heard::add);
                } catch (UncheckedIOException closed) {
                    // the test is over
                }
            });
            return stream;
        } catch (java.io.IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void close(InputStream stream) {
        try {
            stream.close();
        } catch (java.io.IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void events_ofNoRoom_areNotFound() {
        assertThat(here.send(HttpRequest.newBuilder(here.at("/api/rooms/none-such/events"))
                                .header("Accept", "text/event-stream"))
                        .status())
                .isEqualTo(404);
    }

    // ---- figures ----

    @Test
    void figures_afterJoins_countThem() {
        String room = newRoom();
        join(room, "ada").is(200);

        Await.until(
                SOON,
                () -> {
                    JsonNode rooms = here.get("/api/dashboard").json().get("rooms");
                    return rooms.path("rooms").asLong() > 0
                            && rooms.get("joins").asLong() > 0
                            && rooms.get("listeners").asLong() > 0;
                },
                () -> here.get("/api/dashboard").text());
    }
}
