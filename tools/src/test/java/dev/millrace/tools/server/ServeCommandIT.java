package dev.millrace.tools.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.CommandRun;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command as a process of its own, started and stopped as operators do. */
@Timeout(120)
class ServeCommandIT {
    @TempDir
    Path folder;

    @Test
    void serve_untilSigterm_endsWhatItBegan_andLeavesNothing() throws Exception {
        try (ServeProcess serve = new ServeProcess(folder, "output", Map.of()).start();
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest look = HttpRequest.newBuilder(URI.create(serve.url() + "/api/dashboard"))
                    .build();
            assertThat(client.send(look, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
            // One that listens to events must not hold it up.
            HttpRequest listen = HttpRequest.newBuilder(URI.create(serve.url() + "/api/dashboard/events"))
                    .header("Accept", "text/event-stream")
                    .build();
            String redis = serve.redis();
            try (var lines = client.send(listen, BodyHandlers.ofLines()).body()) {
                assertThat(lines.iterator().next()).isEqualTo("event: figures");
                assertThat(serve.terminate()).isLessThan(Duration.ofSeconds(10));
            }
            assertThat(serve.output()).contains("GET /api/dashboard 200").doesNotContain("Exception", "\tat ", "WARN");
            assertThat(connects(redis)).isFalse();
        }
    }

    private static boolean connects(String redis) {
        URI at = URI.create(redis);
        try (var socket = new java.net.Socket(at.getHost(), at.getPort())) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    @Test
    void serve_onAPortThatIsTaken_saysSo() throws IOException {
        try (RedisServer redis = RedisServer.start();
                ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            Path config = Files.writeString(
                    folder.resolve("server.properties"), "REDIS_URL=" + redis.url() + "\nMILLRACE_GAME_PORT=off\n");
            CommandRun.of("serve", "--config", config.toString(), "--port", Integer.toString(taken.getLocalPort()))
                    .refused(2, "millrace serve: port " + taken.getLocalPort(), "choose another by MILLRACE_PORT");
        }
    }

    @Test
    void serve_onARedisThatIsNotThere_saysSoInOneLine() throws IOException {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        Path config =
                Files.writeString(folder.resolve("server.properties"), "REDIS_URL=redis://127.0.0.1:" + nobody + "\n");
        CommandRun.of("serve", "--config", config.toString(), "--port", "0")
                .refused(1, "millrace serve: ", "127.0.0.1:" + nobody + " can't be reached");
    }

    @Test
    void printConfig_always_listsEveryVariable() {
        CommandRun run =
                CommandRun.of("serve", "--print-config", "--port", "99").fine();
        assertThat(run.out()).contains("MILLRACE_PORT=99", "#MILLRACE_TOKEN=", "# Redis: ");
        assertThat(run.out().lines().map(line -> line.replaceFirst("^#?(\\w+)=.*", "$1")))
                .containsAll(ServeOptions.variables().keySet());
    }

    @Test
    void serve_withAConfigurationThatIsWrong_saysWhere() throws IOException {
        Path config = Files.writeString(folder.resolve("server.properties"), "MILLRACE_PORTS=1\n");
        CommandRun.of("serve", "--config", config.toString()).refused(2, "MILLRACE_PORTS, which is no variable");
        CommandRun.of("serve", "--port", "many").refused(2, "--port");
    }
}
