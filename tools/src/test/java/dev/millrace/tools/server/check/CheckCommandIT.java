package dev.millrace.tools.server.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tools.CommandRun;
import dev.millrace.tools.server.ServerFixture;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The command against a server, and against what is none. */
@Timeout(120)
class CheckCommandIT {
    private static final Path FLIGHTS = Path.of(System.getProperty("millrace.home", ".."), "flights");

    @TempDir
    Path folder;

    @Test
    void check_aServer_readsAllBack_andCountsTrips() throws IOException {
        Files.copy(FLIGHTS.resolve("start-2.igc"), folder.resolve("start-2.igc"));
        Files.writeString(folder.resolve("none.igc"), "noise\n");
        try (ServerFixture server = ServerFixture.start()) {
            CommandRun run = CommandRun.of(
                    "check",
                    "--url",
                    server.server().url() + "/",
                    "--flights",
                    folder.toString(),
                    "--uploads=5",
                    "--points=50",
                    "--joins=20",
                    "--rounds=1",
                    "--seconds=1",
                    "--json");
            JsonNode json = run.fine().json();
            assertThat(json.propertyNames())
                    .containsExactly("flights", "uploads", "joins", "/api/health", "/api/integrations/status");
            assertThat(json.at("/flights/equal").asInt()).isEqualTo(2);
            assertThat(json.at("/uploads/equal").asInt()).isEqualTo(55);
            assertThat(json.at("/joins/shown").asInt()).isEqualTo(40);
            // Other services' are in it too; RoomTripsIT counts those of the joins alone.
            assertThat(json.at("/joins/round_trips").asInt()).isBetween(1, 39);
            assertThat(json.get("/api/health").get("requests_per_second").asInt())
                    .isPositive();
        }
    }

    @Test
    void check_whatIsNoServer_saysSo() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        String flights = FLIGHTS.toString();
        CommandRun.of("check", "--url", "http://127.0.0.1:" + port, "--flights", flights)
                .refused(2, "nobody answers at http://127.0.0.1:" + port);
        CommandRun.of("check", "--url", "gopher://x", "--flights", flights).refused(2, "--url must be as http://");
        CommandRun.of("check", "--url", "http://a b", "--flights", flights).refused(2, "--url is malformed");
        CommandRun.of("check", "--flights", folder.toString()).refused(2, "no flights in");
        CommandRun.of("check", "--uploads", "0", "--flights", flights).refused(2, "--uploads must be from 1 to 1000");
    }
}
