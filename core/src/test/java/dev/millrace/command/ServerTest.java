package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ServerTest {
    @Test
    void info_text_becomesSections() {
        ServerInfo info = ServerInfo.parse(
                "# Server\r\nredis_version:7.0.15\r\nexecutable:/a:b\r\n\r\n# Keyspace\r\ndb0:keys=1,expires=0\r\n");
        assertThat(info.sections())
                .containsExactly(
                        Map.entry("Server", Map.of("redis_version", "7.0.15", "executable", "/a:b")),
                        Map.entry("Keyspace", Map.of("db0", "keys=1,expires=0")));
        assertThat(info.value("db0")).isEqualTo("keys=1,expires=0");
        assertThat(info.value("db1")).isNull();
        assertThat(ServerInfo.parse("").sections()).isEmpty();
    }

    @Test
    void client_line_isTakenApart() {
        ClientInfo client = ClientInfo.parse("id=7 addr=127.0.0.1:5 name= age=3 idle=1 db=2 flags=N cmd=get user=app");
        assertThat(client.id()).isEqualTo(7);
        assertThat(client.name()).isEmpty();
        assertThat(client.database()).isEqualTo(2);
        assertThat(client.age()).isEqualTo(Duration.ofSeconds(3));
        assertThat(client.user()).isEqualTo("app");
        assertThat(client.field("lib-name")).isNull();
        assertThatThrownBy(() -> ClientInfo.parse("addr=x").id())
                .isInstanceOf(UnexpectedReply.class)
                .hasMessageContaining("id");
        assertThatThrownBy(() -> ClientInfo.parse("id=x").id()).isInstanceOf(UnexpectedReply.class);
    }

    @Test
    void failover_options_areCheckedAndSent() {
        FailoverOptions options = FailoverOptions.ofDefaults();
        assertThat(Sent.words(Server.failover(options))).isEqualTo("FAILOVER");
        assertThat(Sent.words(Server.failover(
                        options.to("h", 1).within(Duration.ofSeconds(2)).forcing())))
                .isEqualTo("FAILOVER TO h 1 FORCE TIMEOUT 2000");
        assertThatIllegalArgumentException().isThrownBy(options::forcing).withMessageContaining("give both");
        assertThatIllegalArgumentException().isThrownBy(() -> options.within(Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> new FailoverOptions("h", null, false, null));
    }

    @Test
    void wait_fraction_isNotWithoutLimit() {
        assertThat(Sent.words(Server.waitReplicas(2, Duration.ofNanos(1)))).isEqualTo("WAIT 2 1");
        assertThat(Sent.words(Server.waitAof(1, 0, Duration.ZERO))).isEqualTo("WAITAOF 1 0 0");
    }

    @Test
    void clientKill_filter_namesWhatIsGiven() {
        assertThat(Sent.words(Clients.clientKill(ClientFilter.ofId(3)))).isEqualTo("CLIENT KILL ID 3 SKIPME YES");
        assertThat(Sent.words(Clients.clientKill(
                        ClientFilter.ofType(ClientType.REPLICA).to("h:1").includingSelf())))
                .isEqualTo("CLIENT KILL TYPE REPLICA LADDR h:1 SKIPME NO");
        assertThat(Sent.words(Clients.clientKill(ClientFilter.ofUser("u").olderThan(Duration.ofMinutes(1)))))
                .isEqualTo("CLIENT KILL USER u MAXAGE 60 SKIPME YES");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientFilter.ofUser("u").olderThan(Duration.ofMillis(999)));
    }

    @Test
    void tracking_options_areCheckedAndSent() {
        assertThat(Sent.words(Clients.clientTracking(TrackingOptions.ofDefaults())))
                .isEqualTo("CLIENT TRACKING ON");
        assertThat(Sent.words(Clients.clientTracking(
                        TrackingOptions.broadcasting("a:", "b:").redirectedTo(4).withoutOwnChanges())))
                .isEqualTo("CLIENT TRACKING ON REDIRECT 4 PREFIX a: PREFIX b: BCAST NOLOOP");
        assertThat(Sent.words(
                        Clients.clientTracking(TrackingOptions.ofDefaults().in(TrackingOptions.Mode.OPT_OUT))))
                .isEqualTo("CLIENT TRACKING ON OPTOUT");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrackingOptions.broadcasting("a:").in(TrackingOptions.Mode.READ))
                .withMessageContaining("BROADCAST");
    }

    @Test
    void results_thatHoldValuesOrCredentials_doNotShowThem() {
        assertThat(new ModuleInfo("search", 1, "/search.so", List.of("secret")).toString())
                .contains("search")
                .doesNotContain("secret");
        assertThat(new SlowCommand(1, Instant.EPOCH, Duration.ZERO, List.of("SET", "k", "secret"), "a", "").toString())
                .contains("SET")
                .doesNotContain("secret");
        assertThat(new AclUser(Set.of("on"), List.of("secret"), "+@all", "~*", "&*", List.of()).toString())
                .contains("passwords=1")
                .doesNotContain("secret");
        assertThat(new FunctionStats.Running("f", List.of("FCALL", "f", "0", "secret"), Duration.ZERO).toString())
                .doesNotContain("secret");
    }

    @Test
    void verbs_thatCarryCredentials_areSecret() {
        assertThat(List.of(
                        Acl.aclSetUser("u", ">secret"),
                        Acl.aclGetUser("u"),
                        Acl.aclList(),
                        Acl.aclGenPass(),
                        Server.configSet("requirepass", "secret"),
                        Server.configGet("*")))
                .allMatch(command -> command.verb().isSecret());
    }

    @Test
    void verbs_thatChangeTheirConnection_needOneOfTheirOwn() {
        assertThat(List.of(
                        Clients.clientSetName("n"),
                        Clients.clientSetInfo("LIB-NAME", "n"),
                        Clients.clientNoEvict(true),
                        Clients.clientNoTouch(true),
                        Clients.clientTracking(TrackingOptions.ofDefaults()),
                        Clients.clientTrackingOff(),
                        Clients.clientCaching(true),
                        Transactions.watch("k"),
                        Transactions.unwatch()))
                .allMatch(command -> command.verb().needsDedicatedConnection())
                .noneMatch(command -> command.verb().isBlocking());
    }
}
