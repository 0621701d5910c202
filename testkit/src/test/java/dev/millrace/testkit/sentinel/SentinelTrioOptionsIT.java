package dev.millrace.testkit.sentinel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.ServerStartException;
import dev.millrace.testkit.TlsMaterial;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a group can be told at its start; each test starts its own. */
class SentinelTrioOptionsIT {

    private static TlsMaterial tls;

    @BeforeAll
    static void makeCertificates() {
        tls = TlsMaterial.create();
    }

    @AfterAll
    static void removeCertificates() {
        tls.close();
    }

    @Test
    void passwords_ofServersAndSentinels_areSeparate() {
        try (SentinelTrio trio = SentinelTrio.builder()
                .masterName("orders")
                .replicas(1)
                .quorum(1)
                .password("server \"word\"")
                .sentinelPassword("sentinel-word")
                .config("maxmemory", "50mb")
                .sentinelConfig("sentinel", "resolve-hostnames yes")
                .start()) {
            SentinelFailover failover = trio.failOver();

            assertThat(failover.successor().ask("CONFIG", "GET", "requirepass"))
                    .isEqualTo(List.of("requirepass", "server \"word\""));
            assertThat(failover.successor().ask("CONFIG", "GET", "maxmemory"))
                    .isEqualTo(List.of("maxmemory", "52428800"));
            RedisServer sentinel = trio.sentinels().get(0);
            assertThat(sentinel.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "orders"))
                    .isEqualTo(List.of(
                            "127.0.0.1", Integer.toString(failover.successor().port())));
            assertThat(trio.servers())
                    .allSatisfy(server -> assertThat(server.log()).doesNotContain("word"));
            assertThat(trio.toString()).doesNotContain("word");
        }
    }

    @Test
    void users_andTls_areSpokenAmongAllOfThem() throws IOException {
        try (SentinelTrio trio = SentinelTrio.builder()
                .tls(tls)
                .user("default", "off")
                .user("kit", "on", ">kit-word", "~*", "&*", "+@all")
                .askAs("kit", "kit-word")
                .sentinelUser("default", "off")
                .sentinelUser("watch", "on", ">watch-word", "~*", "&*", "+@all")
                .sentinelAskAs("watch", "watch-word")
                .start()) {
            RedisServer killed = trio.killMaster();
            SentinelFailover failover = trio.awaitFailover(killed);

            String answer =
                    askByTls(trio.sentinels().get(0), "AUTH watch watch-word", "SENTINEL GET-MASTER-ADDR-BY-NAME main");
            assertThat(answer)
                    .contains("\r\n%d\r\n".formatted(failover.successor().tlsPort()));
            assertThat(trio.sentinelSeeds())
                    .contains("127.0.0.1:" + trio.sentinels().get(0).tlsPort());
            killed.restart();
            trio.awaitSettled();
        }
    }

    @Test
    void sentinelTls_alone_leavesTheServersWithout() throws IOException {
        try (SentinelTrio trio =
                SentinelTrio.builder().replicas(1).sentinelTls(tls).start()) {
            String answer = askByTls(trio.sentinels().get(2), "PING", "SENTINEL GET-MASTER-ADDR-BY-NAME main");

            assertThat(answer).contains("\r\n%d\r\n".formatted(trio.master().port()));
            assertThatThrownBy(() -> trio.master().tlsPort()).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void builder_badOptions_areRefusedWhenGiven() {
        SentinelTrioBuilder builder = SentinelTrio.builder();

        assertThatThrownBy(() -> builder.masterName("a b")).hasMessageContaining("\"a b\" can't name a master");
        assertThatThrownBy(() -> builder.replicas(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.quorum(4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.downAfter(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.failoverTimeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.deadline(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.sentinelConfig("requirepass", "x")).hasMessageContaining("password(String)");
        assertThatThrownBy(() -> builder.tls(tls).sentinelTls(tls)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void start_thatCannotBe_saysWhyAndLeavesNothingRunning() {
        long before = ProcessHandle.current().descendants().count();
        SentinelTrioBuilder unknown = SentinelTrio.builder().sentinelConfig("sentinel", "no-such-option 1");

        assertThatThrownBy(unknown::start)
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("no-such-option");
        Await.until(
                Duration.ofSeconds(10),
                () -> ProcessHandle.current().descendants().count() <= before,
                "servers are left behind");
    }

    private static String askByTls(RedisServer server, String... lines) throws IOException {
        try (Socket socket = tls.clientContext().getSocketFactory().createSocket("127.0.0.1", server.tlsPort())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream().write((String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            StringBuilder answer = new StringBuilder();
            byte[] buffer = new byte[4096];
            // The last line of an address is its port.
            while (!answer.toString().matches("(?s).*\\*2\r\n.*\r\n\\$\\d+\r\n\\d+\r\n")) {
                int read = socket.getInputStream().read(buffer);
                assertThat(read).as("answer so far: %s", answer).isPositive();
                answer.append(new String(buffer, 0, read, StandardCharsets.US_ASCII));
            }
            return answer.toString();
        }
    }
}
