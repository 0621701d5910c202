package dev.millrace.tools.server.game;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.server.ServerFixture;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

@Timeout(60)
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class GameIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static RedisServer redis;
    private static ServerFixture first;
    private static ServerFixture second;
    private static int port1;
    private static int port2;

    @BeforeAll
    static void startServers() {
        redis = RedisServer.start();
        first = start("g1");
        second = start("g2");
        port1 = port(first);
        port2 = port(second);
    }

    private static ServerFixture start(String process) {
        return ServerFixture.start(Map.of("REDIS_URL", redis.url(), "MILLRACE_PROCESS", process));
    }

    private static int port(ServerFixture server) {
        return server.server().service(ConnectionsService.class).port();
    }

    @AfterAll
    static void stopServers() {
        second.close();
        first.close();
        redis.close();
    }

    private static void awaitOnline(ServerFixture server, String player, int connections) {
        Await.until(
                SOON,
                () -> {
                    ServerFixture.Answer answer = server.get("/api/connections/players/" + player);
                    return answer.status() == 200
                            && answer.json().get("connections").size() == connections;
                },
                () -> player + " with " + connections + " connections");
    }

    private static long commands() {
        return Long.parseLong(redis.info("stats").get("total_commands_processed"));
    }

    // ---- playing ----

    @Test
    void say_fromOneProcess_reachesTheRoomInAll() {
        try (TelnetClient anna = TelnetClient.at(port1, "anna");
                TelnetClient bob = TelnetClient.at(port2, "bob");
                TelnetClient carl = TelnetClient.at(port2, "carl")) {
            anna.says("join cellar").hears("anna is here");
            bob.says("join cellar").hears("bob is here");
            awaitRoom(first, "bob", "cellar");
            awaitRoom(second, "anna", "cellar");

            anna.says("say hello \u001b[31mred\u0007 wörld");

            assertThat(bob.hears("anna:")).isEqualTo("[cellar] anna: hello [31mred wörld");
            assertThat(anna.hears("anna:")).isEqualTo("[cellar] anna: hello [31mred wörld");
            carl.says("look");
            assertThat(carl.hears("* you are in")).contains("lobby").doesNotContain("anna");
        }
    }

    private static void awaitRoom(ServerFixture server, String player, String room) {
        Await.until(
                SOON,
                () -> server.get("/api/connections?limit=500")
                        .json()
                        .get("connections")
                        .valueStream()
                        .anyMatch(each -> each.path("player").asString("").equals(player)
                                && each.path("room").asString("").equals(room)),
                player + " in " + room);
    }

    @Test
    void tell_aPlayerOfAnotherProcess_reachesHimAndNobodyElse() {
        try (TelnetClient dora = TelnetClient.at(port1, "dora");
                TelnetClient emil = TelnetClient.at(port2, "emil")) {
            awaitOnline(first, "emil", 1);
            dora.says("tell emil psst, here");
            assertThat(emil.hears("dora tells")).isEqualTo("dora tells you: psst, here");
            dora.hears("* told emil");
            dora.says("tell nobody x").hears("! nobody is not here");
            dora.says("tell emil").hears("! write tell NAME TEXT");
        }
    }

    @Test
    void who_inHybridMode_showsAllProcessesWithoutATrip() {
        try (TelnetClient fred = TelnetClient.at(port1, "fred");
                TelnetClient gina = TelnetClient.at(port2, "gina")) {
            awaitRoom(first, "gina", "lobby");
            long before = commands();
            for (int i = 0; i < 90; i++) { // a hundred may come at once
                fred.says("who").hears(" play, ");
            }
            // The processes say that they live, and what was touched is written behind: scripts, whose commands count
            // too. A trip for each line would be several commands for each.
            assertThat(commands() - before).isLessThan(180);
            fred.says("who");
            assertThat(fred.hears("* gina")).contains("in lobby on g2, idle ");
            fred.says("idle").hears("your last line before was 0 s ago");
            fred.says("idle gina").hears("gina said something");
            fred.says("stats");
            assertThat(fred.hears("you are fred")).contains("on g1", "in lobby");
            assertThat(fred.hears("connections")).contains("hybrid, ok");
        }
    }

    @Test
    void line_ofAnyKind_isAnsweredAndEndsNothing() {
        try (TelnetClient hans = TelnetClient.at(port1)) {
            hans.says("").says("   ");
            hans.says("x".repeat(1_001)).hears("! a line has up to 1000 characters");
            hans.says("y".repeat(100_000)).hears("! a line has up to 1000 characters");
            hans.says("dance").hears("! there is no command \"dance\"");
            byte[] junk = new byte[300];
            for (int i = 0; i < junk.length; i++) {
                junk[i] = (byte) (i * 37 == '\n' ? 1 : i * 37);
            }
            hans.sends(junk).says("").hears("! there is no command");
            hans.sends(new byte[] {(byte) 255, (byte) 251, 1, (byte) 255, (byte) 244})
                    .says("HELP")
                    .hears("* login NAME");
            hans.says("login Two Words").hears("! a player's name has 1 to 32");
            hans.says("login").hears("! a player's name has 1 to 32");
            hans.says("login " + "n".repeat(33)).hears("! a player's name has 1 to 32");
            hans.says("login a:b*c").hears("! a player's name has 1 to 32");
            hans.says("say hello").hears("! login first");
            hans.says("join x").hears("! login first");
            hans.says("logout").hears("! you have not logged in");
            hans.says("resume").hears("! write resume ID SECRET");
            hans.says("login Jörg.2").hears("* you are Jörg.2, in lobby, score 0");
            hans.says("login other").hears("! you are Jörg.2; logout first");
            hans.says("join two words").hears("! a room's name has 1 to 32");
            hans.says("logout").hears("* you have logged out");
            hans.says("quit").hears("* good bye");
            assertThat(hans.hearsTheEnd()).isEmpty();
        }
    }

    @Test
    void lines_fasterThanMayBe_areDroppedAndToldOfOnce() {
        try (TelnetClient ida = TelnetClient.at(port1, "ida")) {
            StringBuilder flood = new StringBuilder();
            for (int i = 0; i < 350; i++) {
                flood.append("idle\n");
            }
            ida.sends(flood.toString().getBytes(StandardCharsets.UTF_8)).hears("! slow down: up to 50 lines a second");
            Await.until(SOON, () -> ida.says("stats").hasHeard("you are ida"), "a line to be taken again");
        }
    }

    @Test
    void reader_whoIsTooSlow_isCutOffAndHoldsUpNobody() {
        String text = "{\"text\": \"" + "z".repeat(1_000) + "\"}";
        try (TelnetClient slow = TelnetClient.at(port1, 2_048);
                TelnetClient quick = TelnetClient.at(port1, "kai")) {
            slow.says("login slow").hears("you are slow");
            for (int i = 0; i < 350; i++) {
                first.post("/api/connections/players/slow/messages", text);
            }
            Await.until(
                    SOON,
                    () -> first.post("/api/connections/players/slow/messages", text)
                                    .status()
                            == 404,
                    "one who does not read to be cut off");
            quick.says("say still here").hears("kai: still here");
            assertThat(slow.hearsTheEnd()).isNotEmpty();
            awaitGone("slow");
        }
    }

    private static void awaitGone(String player) {
        Await.until(
                SOON,
                () -> !first.get("/api/connections/players/" + player)
                        .json()
                        .path("online")
                        .asBoolean(false),
                player + " to be gone");
    }

    // ---- coming back ----

    @Test
    void login_afterARestart_isBackInTheRoomWithTheScore() {
        try (ServerFixture third = start("g3");
                TelnetClient lena = TelnetClient.at(port(third), "lena")) {
            lena.says("join attic").hears("lena is here");
            lena.says("say one").hears("lena: one");
            lena.says("say two").hears("lena: two");
        }
        try (ServerFixture again = start("g3");
                TelnetClient lena = TelnetClient.at(port(again))) {
            lena.says("login lena").hears("* you are lena, in attic, score 3");
            awaitOnline(first, "lena", 1);
            assertThat(first.get("/api/connections/players/lena")
                            .json()
                            .get("connections")
                            .get(0)
                            .get("process")
                            .asString())
                    .isEqualTo("g3");
        }
    }

    @Test
    void process_startedAgainWhileItsPredecessorHangs_removesWhatThatLeft() {
        try (ServerFixture hung = start("g6");
                TelnetClient olga = TelnetClient.at(port(hung), "olga")) {
            olga.says("join tower").hears("olga is here");
            awaitOnline(first, "olga", 1);
            try (ServerFixture again = start("g6");
                    TelnetClient back = TelnetClient.at(port(again))) {
                awaitGone("olga");
                back.says("login olga").hears("* you are olga, in tower");
                awaitOnline(first, "olga", 1);
                Await.until(
                        SOON,
                        () -> hung.get("/api/connections/health")
                                .json()
                                .get("status")
                                .asString()
                                .equals("stopped"),
                        "the older one to know that it is not the one any more");
                olga.says("logout").hears("!");
            }
        }
    }

    @Test
    void resume_inAnotherProcess_takesTheConnectionOver() {
        try (TelnetClient before = TelnetClient.at(port1);
                TelnetClient after = TelnetClient.at(port2);
                TelnetClient thief = TelnetClient.at(port2)) {
            String[] words = before.hears("resume c-").split(" ");
            String id = words[words.length - 2];
            String secret = words[words.length - 1];
            after.says("resume " + id + " " + secret).hears("! nothing is resumed by that");
            before.says("login mona").hears("you are mona");
            before.says("join garden").hears("mona is here");
            before.says("say that is not saved yet").hears("[garden] mona: that");
            thief.says("resume " + id + " 0123456789abcdef").hears("! nothing is resumed by that");

            after.says("resume " + id + " " + secret);

            after.hears("* you are mona, in garden, score 1");
            before.hears("* you have come back on another connection");
            Await.until(
                    SOON,
                    () -> first.get("/api/connections/players/mona")
                                    .is(200)
                                    .json()
                                    .get("score")
                                    .asInt()
                            == 2,
                    "what was said before to be counted");
            after.says("stats");
            assertThat(after.hears("you are mona")).contains(id, "on g2");
            awaitOnline(first, "mona", 1);
            after.says("logout").hears("logged out");
            after.says("resume " + id + " " + secret).hears("! nothing is resumed by that");
        }
    }

    // ---- HTTP and WebSocket ----

    @Test
    void http_ofConnections_showsThemAndSendsMessages() {
        try (TelnetClient nora = TelnetClient.at(port2, "nora")) {
            awaitOnline(first, "nora", 1);
            JsonNode page = first.get("/api/connections?limit=1").is(200).json();
            assertThat(page.get("connections").size()).isEqualTo(1);
            assertThat(page.get("status").asString()).isEqualTo("ok");
            first.get("/api/connections?limit=501").isProblem(400, "limit", "500");
            first.get("/api/connections?limit=x").isProblem(400, "limit");

            JsonNode sent = first.post("/api/connections/players/nora/messages", "{\"text\": \"over\\u001b[2J here\"}")
                    .is(200)
                    .json();

            assertThat(sent.get("delivered").asInt()).isEqualTo(1);
            assertThat(sent.get("remote").asInt()).isEqualTo(1);
            assertThat(sent.get("processes").asInt()).isEqualTo(1);
            assertThat(nora.hears("* message")).isEqualTo("* message: over[2J here");
            first.post("/api/connections/players/nobody/messages", "{\"text\": \"x\"}")
                    .isProblem(404, "not here");
            first.post("/api/connections/players/nora/messages", "{\"text\": \"\"}")
                    .isProblem(400, "text");
            first.post("/api/connections/players/nora/messages", "{\"text\": \"\\u0007\"}")
                    .isProblem(422, "text");
            first.get("/api/connections/players/nobody").isProblem(404, "no such player");
            first.get("/api/connections/players/two%20words").isProblem(404, "no such player");
            JsonNode health = first.get("/api/connections/health").is(200).json();
            assertThat(health.get("status").asString()).isEqualTo("ok");
            assertThat(health.get("mode").asString()).isEqualTo("hybrid");
            assertThat(first.get("/metrics").text())
                    .contains("millrace_state_connections{home=\"remote\",state=\"game\"}");
        }
    }

    @Test
    void list_ofPages_isComplete() {
        List<TelnetClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 7; i++) {
                clients.add(TelnetClient.at(port1, "page" + i));
            }
            List<String> players = new ArrayList<>();
            String after = "";
            while (after != null) {
                JsonNode page = first.get("/api/connections?limit=2&after=" + after)
                        .is(200)
                        .json();
                page.get("connections")
                        .forEach(each -> players.add(each.path("player").asString("")));
                after = page.has("next") ? page.get("next").asString() : null;
            }
            assertThat(players).contains("page0", "page1", "page2", "page3", "page4", "page5", "page6");
        } finally {
            clients.forEach(TelnetClient::close);
        }
    }

    /** What a WebSocket hears. */
    private static final class Ears implements WebSocket.Listener {
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private final StringBuilder part = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                heard.add(part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            heard.add("closed " + status);
            return null;
        }

        String hears(String text) {
            try {
                for (String next = heard.poll(20, TimeUnit.SECONDS);
                        next != null;
                        next = heard.poll(20, TimeUnit.SECONDS)) {
                    if (next.contains(text)) {
                        return next;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new AssertionError("not heard: " + text);
        }
    }

    private static WebSocket open(Ears ears, String... headers) {
        WebSocket.Builder builder = first.client().newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        return builder.buildAsync(
                        URI.create("ws"
                                + first.at("/api/connections/socket").toString().substring(4)),
                        ears)
                .join();
    }

    @Test
    void socket_ofTheGame_takesTheSameCommands() {
        Ears ears = new Ears();
        WebSocket socket = open(ears);
        try (TelnetClient otto = TelnetClient.at(port2, "otto")) {
            ears.hears("resume c-");
            socket.sendText("login pia", true).join();
            ears.hears("you are pia, in lobby");
            awaitOnline(second, "pia", 1);
            otto.says("tell pia by another wire");
            assertThat(ears.hears("otto tells")).isEqualTo("otto tells you: by another wire");
            socket.sendText("w".repeat(1_001), true).join();
            ears.hears("! a line has up to 1000");
            socket.sendBinary(java.nio.ByteBuffer.wrap(new byte[] {1, 2}), true).join();
            ears.hears("! lines are text messages");
            socket.sendText("quit", true).join();
            ears.hears("good bye");
            ears.hears("closed 1000");
        }
        awaitGone("pia");
    }

    @Test
    void socket_ofAPageOfAnotherSite_isRefused() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> open(new Ears(), "Sec-Fetch-Site", "cross-site")))
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(WebSocketHandshakeException.class);
    }

    // ---- modes ----

    @Test
    void mode_changedWhileItRuns_playsOn() {
        try (ServerFixture third = start("g4");
                TelnetClient quin = TelnetClient.at(port(third), "quin")) {
            for (String mode : List.of("redis-only", "read-through:200", "hybrid")) {
                HttpRequest.Builder change =
                        third.json("PUT", "/api/admin/switches/state.mode", "{\"value\": \"" + mode + "\"}");
                assertThat(third.sendAsAdministrator(change)
                                .is(200)
                                .json()
                                .get("value")
                                .asString())
                        .isEqualTo(mode);
                quin.says("join " + mode.substring(0, 5)).hears("quin is here, in " + mode.substring(0, 5));
                quin.says("say in " + mode);
                assertThat(quin.hears("quin:")).endsWith("in " + mode);
                quin.says("who").hears(" play, ");
            }
            Await.until(
                    SOON,
                    () -> third.get("/api/dashboard")
                            .json()
                            .get("connections")
                            .get("mode")
                            .asString()
                            .equals("hybrid"),
                    "the dashboard to show it");
            HttpRequest.Builder wrong = third.json("PUT", "/api/admin/switches/state.mode", "{\"value\": \"fast\"}");
            third.sendAsAdministrator(wrong).isProblem(422, "redis-only");
        }
    }

    @Test
    void token_ofTheServer_isAskedForFirst() {
        try (ServerFixture guarded = ServerFixture.start(
                        Map.of("REDIS_URL", redis.url(), "MILLRACE_PROCESS", "g5", "MILLRACE_TOKEN", "sesame-31"));
                TelnetClient rosa = TelnetClient.at(port(guarded));
                TelnetClient wrong = TelnetClient.at(port(guarded))) {
            rosa.hears("* this server has a token");
            rosa.says("login rosa").hears("! this server has a token");
            rosa.says("token sesame-31").hears("resume c-");
            rosa.says("login rosa").hears("* you are rosa");
            wrong.says("token a").says("token b").says("token c").hears("! that is not the token either");
            assertThat(wrong.hearsTheEnd()).isEmpty();
        }
    }
}
