package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.DedicatedConnection;
import dev.millrace.OnEveryTopology;
import dev.millrace.TestDeployment;
import dev.millrace.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {3, 2})
final class ClientsIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    @Test
    void info_ofTheConnection_isOfOne() {
        assertThat(run(Clients.clientId())).isPositive();
        ClientInfo info = SERVER.value(protocol, Clients.clientInfo());
        assertThat(info.id()).isPositive();
        assertThat(info.address()).startsWith("127.0.0.1:");
        assertThat(info.user()).isEqualTo("default");
        assertThat(info.database()).isZero();
        assertThat(info.age()).isBetween(Duration.ZERO, Duration.ofMinutes(10));
        assertThat(info.idle()).isBetween(Duration.ZERO, Duration.ofMinutes(10));
        assertThat(info.flags()).isNotEmpty();
        assertThat(info.lastCommand()).startsWith("client");
        assertThat(info.field("nosuch")).isNull();
        assertThat(run(Clients.clientGetRedir())).isEqualTo(-1);
        TrackingInfo tracking = SERVER.value(protocol, Clients.clientTrackingInfo());
        assertThat(tracking).isEqualTo(new TrackingInfo(Set.of("off"), -1, List.of()));
    }

    @Test
    void list_connections_holdsOurs() {
        try (DedicatedConnection connection = SERVER.client(protocol).dedicated()) {
            long id = Objects.requireNonNull(connection.run(Clients.clientId()));
            assertThat(run(Clients.clientList())).extracting(ClientInfo::id).contains(id);
            assertThat(run(Clients.clientList(ClientType.NORMAL)))
                    .extracting(ClientInfo::id)
                    .contains(id);
            assertThat(run(Clients.clientList(ClientType.REPLICA)))
                    .extracting(ClientInfo::id)
                    .doesNotContain(id);
            assertThat(run(Clients.clientList(id))).extracting(ClientInfo::id).containsExactly(id);
        }
    }

    @Test
    void connectionsOwn_changes_holdForIt() {
        try (DedicatedConnection connection = SERVER.client(protocol).dedicated()) {
            assertThat(connection.run(Clients.clientGetName())).isNull();
            assertThat(connection.run(Clients.clientSetName("mill"))).isEqualTo("OK");
            assertThat(connection.run(Clients.clientGetName())).isEqualTo("mill");
            ClientInfo info = Objects.requireNonNull(connection.run(Clients.clientInfo()));
            assertThat(info.name()).isEqualTo("mill");
            if (SERVER.isAtLeast(7, 0)) {
                assertThat(connection.run(Clients.clientNoEvict(true))).isEqualTo("OK");
                assertThat(connection.run(Clients.clientNoEvict(false))).isEqualTo("OK");
            }
            if (SERVER.isAtLeast(7, 2)) {
                assertThat(connection.run(Clients.clientSetInfo("LIB-NAME", "mill")))
                        .isEqualTo("OK");
                assertThat(connection.run(Clients.clientNoTouch(true))).isEqualTo("OK");
            } else {
                assertThatThrownBy(() -> connection.run(Clients.clientSetInfo("LIB-NAME", "mill")))
                        .isInstanceOf(ServerError.class);
                assertThatThrownBy(() -> connection.run(Clients.clientNoTouch(true)))
                        .isInstanceOf(ServerError.class);
            }
        }
        assertThat(Clients.clientSetName("mill").verb().needsDedicatedConnection())
                .isTrue();
    }

    @Test
    void tracking_onAndOff_isTold() {
        try (DedicatedConnection told = SERVER.client(protocol).dedicated();
                DedicatedConnection connection = SERVER.client(protocol).dedicated()) {
            long id = Objects.requireNonNull(told.run(Clients.clientId()));
            TrackingOptions broadcast =
                    TrackingOptions.broadcasting("a:", "b:").redirectedTo(id).withoutOwnChanges();
            assertThat(connection.run(Clients.clientTracking(broadcast))).isEqualTo("OK");
            TrackingInfo info = Objects.requireNonNull(connection.run(Clients.clientTrackingInfo()));
            assertThat(info.flags()).contains("on", "bcast", "noloop");
            assertThat(info.redirect()).isEqualTo(id);
            assertThat(info.prefixes()).containsExactlyInAnyOrder("a:", "b:");
            assertThat(connection.run(Clients.clientGetRedir())).isEqualTo(id);
            assertThat(connection.run(Clients.clientTrackingOff())).isEqualTo("OK");
            TrackingOptions optIn =
                    TrackingOptions.ofDefaults().in(TrackingOptions.Mode.OPT_IN).redirectedTo(id);
            assertThat(connection.run(Clients.clientTracking(optIn))).isEqualTo("OK");
            assertThat(connection.run(Clients.clientCaching(true))).isEqualTo("OK");
            connection.run(Strings.get(SERVER.nearby("a")));
            assertThat(connection.run(Clients.clientTrackingOff())).isEqualTo("OK");
        }
    }

    @Test
    void kill_filter_endsThatConnection() {
        DedicatedConnection connection = SERVER.client(protocol).dedicated();
        long id = Objects.requireNonNull(connection.run(Clients.clientId()));
        ClientInfo info = Objects.requireNonNull(connection.run(Clients.clientInfo()));
        assertThatThrownBy(() -> run(Clients.clientKill(ClientFilter.ofUser("nobody"))))
                .isInstanceOf(ServerError.class);
        assertThat(run(Clients.clientKill(ClientFilter.ofType(ClientType.PUBSUB))))
                .as("there are none but the Sentinels")
                .isLessThanOrEqualTo(SERVER.deployment().kind() == TestDeployment.Kind.SENTINEL ? 3 : 0);
        assertThat(run(Clients.clientKill(ClientFilter.ofAddress("127.0.0.1:1").to("127.0.0.1:1"))))
                .isZero();
        assertThat(info.id()).isEqualTo(id);
        assertThat(run(Clients.clientKill(ClientFilter.ofId(id).includingSelf())))
                .isEqualTo(1);
        assertThat(run(Clients.clientList(id))).isEmpty();
        assertThatThrownBy(() -> connection.run(Clients.clientId())).isInstanceOf(OutcomeUnknown.class);
        connection.close();
    }

    @Test
    void pause_writes_waitUntilItIsOver() {
        String key = SERVER.nearby("k");
        assertThat(run(Clients.clientPause(Duration.ofSeconds(30), Clients.PauseMode.WRITE)))
                .isEqualTo("OK");
        CompletableFuture<String> write =
                SERVER.client(protocol).start(Strings.set(key, "v")).toCompletableFuture();
        try (DedicatedConnection connection = SERVER.client(protocol).dedicated()) {
            assertThat(connection.run(Strings.get(key))).isNull();
            assertThat(connection.run(Clients.clientUnpause())).isEqualTo("OK");
        }
        assertThat(write.join()).isEqualTo("OK");
        assertThatThrownBy(() -> Clients.clientPause(Duration.ofMillis(-1), Clients.PauseMode.ALL))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void unblock_waitingConnection_endsItsWait() {
        String key = SERVER.nearby("none");
        assertThat(run(Clients.clientUnblock(1))).isFalse();
        for (boolean withError : new boolean[] {false, true}) {
            CompletableFuture<Popped<ScoredMember<String>>> waiting = SERVER.client(protocol)
                    .start(SortedSetPops.bzpopMin(Duration.ofSeconds(30), key))
                    .toCompletableFuture();
            Await.until(Duration.ofSeconds(5), () -> blocked() != null, "no client waits");
            long id = Objects.requireNonNull(blocked()).id();
            if (withError) {
                assertThat(run(Clients.clientUnblockWithError(id))).isTrue();
                assertThatThrownBy(waiting::join).hasCauseInstanceOf(ServerError.class);
            } else {
                assertThat(run(Clients.clientUnblock(id))).isTrue();
                assertThat(waiting.join()).isNull();
            }
        }
    }

    private @Nullable ClientInfo blocked() {
        return SERVER.value(protocol, Clients.clientList()).stream()
                .filter(client -> client.flags().contains("b"))
                .findFirst()
                .orElse(null);
    }
}
