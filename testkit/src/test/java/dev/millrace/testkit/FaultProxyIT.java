package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NoLeakedThreads
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class FaultProxyIT {

    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final String PING = "PING\r\n";
    private static final String PONG = "+PONG\r\n";

    private static RedisServer server;
    private FaultProxy proxy;

    @BeforeAll
    static void startServer() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void startProxy() {
        proxy = FaultProxy.to(server);
    }

    @AfterEach
    void stopProxy() {
        proxy.close();
        assertThat(proxy.openConnections()).isZero();
    }

    @Test
    void traffic_withoutFaults_passesAndIsCounted() throws IOException {
        try (RawClient client = new RawClient(proxy.port())) {
            client.send(PING);
            assertThat(client.line()).isEqualTo(PONG);
            client.send("ECHO hello\r\n");
            assertThat(client.read(11)).isEqualTo("$5\r\nhello\r\n");

            assertThat(proxy.connectionsAccepted()).isEqualTo(1);
            assertThat(proxy.openConnections()).isEqualTo(1);
            assertThat(proxy.requestWrites()).isEqualTo(2);
            // A byte is counted after it was passed on, so its answer may be here first.
            Await.until(
                    DEADLINE,
                    () -> proxy.bytesToServer() == PING.length() + 12,
                    () -> "to server: " + proxy.bytesToServer());
            Await.until(
                    DEADLINE,
                    () -> proxy.bytesToClient() == PONG.length() + 11,
                    () -> "bytes to the client " + proxy.bytesToClient());
            assertThat(proxy.repliesPassed()).isEqualTo(2);
        }
        proxy.awaitNoConnections(DEADLINE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void largeValues_bothWays_arriveUnchanged(int roundTripMillis) throws IOException {
        proxy.roundTrip(Duration.ofMillis(roundTripMillis));
        StringBuilder value = new StringBuilder();
        for (int i = 0; value.length() < 5_000_000; i++) {
            value.append(i).append(' ');
        }
        try (RespConnection connection = new RespConnection(proxy.port(), DEADLINE)) {
            assertThat(connection.ask("SET", "large", value.toString())).isEqualTo("OK");
            assertThat(String.valueOf(connection.ask("GET", "large")).contentEquals(value))
                    .isTrue();
        }
        assertThat(proxy.repliesPassed()).isEqualTo(2);
    }

    @Test
    void roundTrip_switchedOnAndOffUnderPipelinedTraffic_keepsOrder() throws IOException {
        int count = 20_000;
        try (RawClient client = new RawClient(proxy.port())) {
            Thread toggler = new Thread(() -> {
                for (int i = 0; i < 40; i++) {
                    proxy.roundTrip(Duration.ofNanos(i % 2 == 0 ? 3_000_000 : 0));
                    long seen = proxy.repliesPassed();
                    Await.until(
                            DEADLINE,
                            () -> proxy.repliesPassed() > seen || proxy.repliesPassed() == count,
                            "no progress");
                }
            });
            toggler.start();
            Thread sender = new Thread(() -> {
                try {
                    for (int i = 0; i < count; i++) {
                        client.send("ECHO n" + i + "\r\n");
                    }
                } catch (IOException failed) {
                    throw new java.io.UncheckedIOException(failed);
                }
            });
            sender.start();

            for (int i = 0; i < count; i++) {
                String expected = "n" + i;
                assertThat(client.line()).isEqualTo("$" + expected.length() + "\r\n");
                assertThat(client.line()).isEqualTo(expected + "\r\n");
            }
            assertThat(proxy.repliesPassed()).isEqualTo(count);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void slowReceiver_ofOneConnection_holdsUpNoOtherAndLosesNothing(int roundTripMillis) throws IOException {
        proxy.roundTrip(Duration.ofMillis(roundTripMillis));
        String value = "s".repeat(20_000_000);
        server.ask("SET", "slow", value);
        try (RawClient slow = connected();
                RawClient other = connected()) {
            slow.send("GET slow\r\nGET slow\r\n");
            for (int i = 0; i < 50; i++) {
                other.send(PING);
                assertThat(other.line()).isEqualTo(PONG);
            }

            for (int i = 0; i < 2; i++) {
                assertThat(slow.line()).isEqualTo("$20000000\r\n");
                assertThat(slow.read(value.length() + 2).equals(value + "\r\n")).isTrue();
            }
        }
    }

    @Test
    void manyConnections_atOnce_shareFiveThreads() throws IOException {
        proxy.roundTrip(Duration.ofMillis(1));
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                clients.add(new RawClient(proxy.port()));
            }
            for (RawClient client : clients) {
                client.send("ECHO n" + clients.indexOf(client) + "\r\n");
            }
            for (RawClient client : clients) {
                client.line();
                assertThat(client.line()).isEqualTo("n" + clients.indexOf(client) + "\r\n");
            }
            assertThat(proxy.openConnections()).isEqualTo(200);
            assertThat(LiveThreads.platform().stream()
                            .filter(thread -> thread.getName().startsWith("fault-proxy-" + proxy.port()))
                            .count())
                    .isEqualTo(5);
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
        }
        proxy.awaitNoConnections(DEADLINE);
    }

    @Test
    void cut_openConnections_endInOrderAndNewOnesWork() throws IOException {
        try (RawClient client = connected()) {
            proxy.cut();

            assertThat(client.rest()).isEmpty();
            proxy.awaitNoConnections(DEADLINE);
        }
        try (RawClient again = connected()) {
            proxy.awaitAccepted(2, DEADLINE);
            assertThat(again.socket.isConnected()).isTrue();
        }
    }

    @Test
    void reset_openConnection_isSeenAsReset() throws IOException {
        try (RawClient client = connected()) {
            proxy.reset();

            assertThatThrownBy(client::line).isInstanceOf(SocketException.class).hasMessageContaining("reset");
        }
    }

    @Test
    void serverKilled_connection_ends() throws IOException {
        try (RedisServer own = RedisServer.start();
                FaultProxy front = FaultProxy.to(own);
                RawClient client = new RawClient(front.port())) {
            client.send(PING);
            assertThat(client.line()).isEqualTo(PONG);

            own.kill();

            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void serverDown_newConnection_isReset() throws IOException {
        try (RedisServer own = RedisServer.start();
                FaultProxy front = FaultProxy.to(own)) {
            own.kill();
            try (RawClient client = new RawClient(front.port())) {
                assertThatThrownBy(client::line).isInstanceOf(SocketException.class);
            }
            own.restart();
            try (RawClient client = new RawClient(front.port())) {
                client.send(PING);
                assertThat(client.line()).isEqualTo(PONG);
            }
        }
    }

    @Test
    void halfClose_toClient_endsReadingWhileRequestsStillArrive() throws IOException {
        try (RawClient client = connected()) {
            proxy.halfClose(Direction.TO_CLIENT);

            assertThat(client.rest()).isEmpty();
            client.send("SET half closed\r\n");
            Await.until(DEADLINE, () -> "closed".equals(server.ask("GET", "half")), "the request did not arrive");
            assertThat(proxy.openConnections()).isEqualTo(1);
        }
    }

    @Test
    void halfClose_toServer_letsTheServerCloseTheConnection() throws IOException {
        try (RawClient client = connected()) {
            proxy.halfClose(Direction.TO_SERVER);

            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void clientShutsItsOutput_server_seesTheEndAndAnswersFirst() throws IOException {
        proxy.roundTrip(Duration.ofMillis(4));
        try (RawClient client = connected()) {
            client.send(PING);
            client.socket.shutdownOutput();

            assertThat(client.rest()).isEqualTo(PONG);
            proxy.awaitNoConnections(DEADLINE);
        }
    }

    @Test
    void freeze_toClient_holdsRepliesUntilThaw() throws IOException {
        try (RawClient client = connected()) {
            proxy.freeze(Direction.TO_CLIENT);
            client.send("SET frozen yes\r\n");
            Await.until(DEADLINE, () -> "yes".equals(server.ask("GET", "frozen")), "the request did not arrive");
            assertSilent(client);

            proxy.thaw();

            assertThat(client.line()).isEqualTo("+OK\r\n");
        }
    }

    @Test
    void freeze_both_acceptsManyRequestsAndDeliversThemInOrderAfterwards() throws IOException {
        try (RawClient client = connected()) {
            proxy.freeze();
            String megabyte = "x".repeat(1024 * 1024);
            for (int i = 0; i < 20; i++) {
                client.send("*2\r\n$4\r\nECHO\r\n$%d\r\n%s\r\n".formatted(megabyte.length(), megabyte));
            }
            assertThat(server.info("clients")).isNotEmpty();
            long delivered = proxy.bytesToServer();

            proxy.thaw();

            assertThat(delivered).isLessThan(1_000);
            for (int i = 0; i < 20; i++) {
                assertThat(client.line()).isEqualTo("$1048576\r\n");
                assertThat(client.read(megabyte.length() + 2)).hasSize(megabyte.length() + 2);
            }
        }
    }

    @Test
    void stopReading_toServer_pushesBackOnTheSender() throws Exception {
        try (RawClient client = connected()) {
            proxy.stopReading(Direction.TO_SERVER);
            List<String> sent = new ArrayList<>();
            Thread sender = new Thread(() -> {
                try {
                    client.send("*2\r\n$4\r\nECHO\r\n$100000000\r\n");
                    client.send("x".repeat(100_000_000) + "\r\n");
                    sent.add("all");
                } catch (IOException cut) {
                    sent.add("cut");
                }
            });
            sender.start();
            sender.join(500);
            assertThat(sent).isEmpty();

            proxy.thaw();

            sender.join(DEADLINE.toMillis());
            assertThat(sent).containsExactly("all");
            assertThat(client.line()).isEqualTo("$100000000\r\n");
        }
    }

    @Test
    void cut_whileFrozen_endsTheConnectionAndItsThreads() throws IOException {
        try (RawClient client = connected()) {
            proxy.freeze();
            client.send(PING);

            proxy.cut();

            assertThat(client.rest()).isEmpty();
            proxy.awaitNoConnections(DEADLINE);
        }
    }

    @Test
    void splitEveryByte_replies_arriveWhole() throws IOException {
        proxy.splitEveryByte(true);
        try (RawClient client = connected()) {
            String value = "v".repeat(3_000);
            client.send("SET split " + value + "\r\n");
            assertThat(client.line()).isEqualTo("+OK\r\n");
            client.send("GET split\r\n");
            assertThat(client.line()).isEqualTo("$3000\r\n");
            assertThat(client.line()).isEqualTo(value + "\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 8, 10})
    void cutMidReply_afterSomeBytes_deliversThemAndEnds(int bytes) throws IOException {
        try (RawClient client = connected()) {
            proxy.cutMidReply(bytes);
            client.send("ECHO hello\r\n");

            assertThat(client.rest()).isEqualTo("$5\r\nhello\r\n".substring(0, bytes));
            proxy.awaitNoConnections(DEADLINE);
        }
    }

    @Test
    void cutMidReply_shorterReply_isDeliveredWhole() throws IOException {
        try (RawClient client = connected()) {
            proxy.cutMidReply(100);
            client.send(PING + PING);

            assertThat(client.rest()).isEqualTo(PONG);
        }
    }

    @Test
    void dropReply_second_vanishesAndTheRestStays() throws IOException {
        try (RawClient client = connected()) {
            proxy.dropReply(2);
            client.send("ECHO a\r\nECHO b\r\nECHO c\r\n");

            assertThat(client.read(14)).isEqualTo("$1\r\na\r\n$1\r\nc\r\n");
            Await.until(DEADLINE, () -> proxy.repliesPassed() == 3, () -> "replies " + proxy.repliesPassed());
        }
    }

    @Test
    void duplicateReply_largeOneInManyChunks_comesTwice() throws IOException {
        String value = "d".repeat(500_000);
        server.ask("SET", "duplicated", value);
        try (RawClient client = connected()) {
            proxy.duplicateReply(1);
            client.send("GET duplicated\r\n" + PING);

            for (int i = 0; i < 2; i++) {
                assertThat(client.line()).isEqualTo("$500000\r\n");
                assertThat(client.line()).isEqualTo(value + "\r\n");
            }
            assertThat(client.line()).isEqualTo(PONG);
        }
    }

    @Test
    void dropPush_invalidation_vanishesAndRepliesStay() throws IOException {
        try (RawClient client = connected()) {
            client.send("HELLO 3\r\n");
            // The map that HELLO answers ends with the list of modules, empty here.
            String line = client.line();
            while (!line.equals("*0\r\n")) {
                line = client.line();
            }
            client.send("CLIENT TRACKING ON BCAST\r\n");
            assertThat(client.line()).isEqualTo("+OK\r\n");
            proxy.dropPush(1);
            server.ask("SET", "first", "1");
            Await.until(DEADLINE, () -> proxy.repliesPassed() >= 2, "replies");
            server.ask("SET", "second", "1");
            client.send(PING);

            String seen = client.read(">2\r\n$10\r\ninvalidate\r\n*1\r\n$6\r\nsecond\r\n".length());

            assertThat(seen).contains("second").doesNotContain("first");
            assertThat(client.line()).isEqualTo(PONG);
        }
    }

    @Test
    void refuse_newConnections_endAtOnceAndOldOnesStay() throws IOException {
        try (RawClient old = connected()) {
            proxy.refuse(true);
            try (RawClient refused = new RawClient(proxy.port())) {
                assertThat(refused.rest()).isEmpty();
            }
            old.send(PING);
            assertThat(old.line()).isEqualTo(PONG);
            assertThat(proxy.connectionsAccepted()).isEqualTo(1);

            proxy.refuse(false);
            connected().close();
        }
    }

    @Test
    void stallAccept_newConnection_waitsForTheEndOfTheStall() throws IOException {
        proxy.stallAccept(true);
        try (RawClient client = new RawClient(proxy.port())) {
            client.send(PING);
            assertSilent(client);

            proxy.stallAccept(false);

            assertThat(client.line()).isEqualTo(PONG);
        }
    }

    @Test
    void heal_everyFault_isLifted() throws IOException {
        proxy.roundTrip(Duration.ofSeconds(60));
        proxy.freeze();
        proxy.stopReading(Direction.TO_CLIENT);
        proxy.stallAccept(true);
        proxy.refuse(true);
        proxy.dropReply(1);
        proxy.splitEveryByte(true);

        proxy.heal();

        connected().close();
    }

    @Test
    void close_withConnectionsStalledFrozenAndDelayed_leavesNoThread() throws IOException {
        proxy.roundTrip(Duration.ofSeconds(60));
        try (RawClient delayed = new RawClient(proxy.port());
                RawClient frozen = new RawClient(proxy.port())) {
            delayed.send(PING);
            frozen.send(PING);
            proxy.awaitConnections(2, DEADLINE);
            Await.until(DEADLINE, () -> proxy.requestWrites() == 2, "requests");
            proxy.freeze();
            proxy.stallAccept(true);

            proxy.close();

            assertThat(proxy.openConnections()).isZero();
        }
    }

    @Test
    void awaitConnections_tooFew_saysHowManyThereAre() {
        assertThatThrownBy(() -> proxy.awaitConnections(3, Duration.ofMillis(20)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("3 open connections (open 0, accepted 0)");
    }

    @Test
    void settings_badValues_areRefused() {
        assertThatThrownBy(() -> proxy.roundTrip(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> proxy.dropReply(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> proxy.cutMidReply(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    private RawClient connected() throws IOException {
        RawClient client = new RawClient(proxy.port());
        client.send(PING);
        assertThat(client.line()).isEqualTo(PONG);
        return client;
    }

    private static void assertSilent(RawClient client) throws IOException {
        client.socket.setSoTimeout(100);
        assertThatThrownBy(client::line).isInstanceOf(SocketTimeoutException.class);
        client.socket.setSoTimeout((int) DEADLINE.toMillis());
    }
}
