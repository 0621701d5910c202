package dev.millrace.tools.server.game;

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

/** Redis is away while they play. */
@Timeout(60)
class GameOutageIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static int port(ServerFixture server) {
        return server.server().service(ConnectionsService.class).port();
    }

    @Test
    void redis_away_leavesTheGameInMemoryUntilItIsBack() {
        try (RedisServer redis = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(redis);
                ServerFixture server = ServerFixture.start(Map.of("REDIS_URL", proxy.url(), "MILLRACE_PROCESS", "g1"));
                TelnetClient anna = TelnetClient.at(port(server), "anna");
                TelnetClient bob = TelnetClient.at(port(server), "bob");
                TelnetClient carl = TelnetClient.at(port(server))) {
            carl.hears("resume c-");
            proxy.refuse(true);
            proxy.cut();

            // What is in memory goes on.
            anna.says("join cellar").hears("anna is here");
            bob.says("join cellar").hears("bob is here");
            anna.says("say still here");
            assertThat(bob.hears("anna:")).isEqualTo("[cellar] anna: still here");
            anna.says("who").hears("* 2 play, 1 have not logged in");
            assertThat(server.get("/api/connections")
                            .is(200)
                            .json()
                            .get("total")
                            .asInt())
                    .isEqualTo(3);
            server.post("/api/connections/players/anna/messages", "{\"text\": \"hello\"}")
                    .is(200);

            // What has to be in Redis says that it is not.
            carl.says("login carl");
            assertThat(carl.hears("!")).contains("Redis did not");
            JsonNode player =
                    server.get("/api/connections/players/anna").is(200).json();
            assertThat(player.get("partial").asBoolean()).isTrue();
            server.get("/api/connections/players/carl").isProblem(503, "Redis");

            // One who comes now is taken in all the same.
            TelnetClient dora = TelnetClient.at(port(server));
            dora.hears("! Redis is away: nobody sees you yet");
            dora.says("stats").hears("which nobody else sees yet");

            Await.until(
                    SOON,
                    () -> server.get("/api/connections/health")
                            .json()
                            .get("status")
                            .asString()
                            .equals("degraded"),
                    "the state to be degraded");
            assertThat(server.get("/api/connections/health")
                            .json()
                            .get("reasons")
                            .size())
                    .isPositive();

            proxy.heal();
            Await.until(
                    SOON,
                    () -> server.get("/api/connections/health")
                            .json()
                            .get("status")
                            .asString()
                            .equals("ok"),
                    "the state to be well again");
            carl.says("login carl").hears("* you are carl, in lobby");
            dora.says("login dora").hears("* you are dora, in lobby");
            assertThat(server.get("/api/connections/players/dora")
                            .is(200)
                            .json()
                            .get("online")
                            .asBoolean())
                    .isTrue();
            dora.close();
            assertThat(redis.ask("HGET", "millrace:state:{game}:v:" + idOf(server, "bob"), "rm"))
                    .isEqualTo("cellar");
        }
    }

    private static String idOf(ServerFixture server, String player) {
        return server.get("/api/connections/players/" + player)
                .json()
                .get("connections")
                .get(0)
                .get("id")
                .asString();
    }
}
