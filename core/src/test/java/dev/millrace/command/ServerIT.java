package dev.millrace.command;

import static dev.millrace.command.Binary.ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.DedicatedConnection;
import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.OnEveryTopology;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.RedisServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {3, 2})
final class ServerIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    @Test
    void ping_and_echo_answerTheMessage() {
        assertThat(run(Server.ping())).isEqualTo("PONG");
        assertThat(run(Server.ping("hello"))).isEqualTo("hello");
        assertThat(run(Server.echo("hello"))).isEqualTo("hello");
        assertThat(run(Server.echo(ONE))).isEqualTo(ONE);
    }

    @Test
    void info_sections_holdTheirFields() {
        ServerInfo info = SERVER.value(protocol, Server.info());
        assertThat(info.sections()).containsKeys("Server", "Clients", "Replication");
        assertThat(info.value("role")).isEqualTo("master");
        assertThat(info.value("no_such_field")).isNull();
        ServerInfo one = SERVER.value(protocol, Server.info("replication"));
        assertThat(one.sections()).containsOnlyKeys("Replication");
        assertThat(one.sections().get("Replication")).containsEntry("role", "master");
    }

    @Test
    void flush_keys_leavesNone() {
        for (Command<String> flush : List.of(
                Server.flushAll(),
                Server.flushAll(FlushMode.SYNC),
                Server.flushAll(FlushMode.ASYNC),
                Server.flushDb(),
                Server.flushDb(FlushMode.SYNC))) {
            run(Strings.set("k", "v"));
            assertThat(run(Server.dbSize())).isEqualTo(1);
            assertThat(run(flush)).isEqualTo("OK");
            assertThat(run(Server.dbSize())).isZero();
        }
    }

    @Test
    void time_thisMachine_isNearItsClock() {
        Instant now = Instant.now();
        assertThat(SERVER.value(protocol, Server.time())).isBetween(now.minusSeconds(60), now.plusSeconds(60));
    }

    @Test
    void save_eachWay_movesLastSave() {
        assertThat(run(Server.save())).isEqualTo("OK");
        Instant saved = SERVER.value(protocol, Server.lastSave());
        assertThat(saved)
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
        assertThat(run(Server.bgSave())).contains("saving started");
        awaitNoChild();
        assertThat(run(Server.bgRewriteAof())).contains("rewriting started");
        awaitNoChild();
        assertThat(run(Server.bgSaveSchedule())).contains("saving");
        awaitNoChild();
    }

    private void awaitNoChild() {
        Await.until(
                Duration.ofSeconds(10),
                () -> {
                    ServerInfo info = SERVER.value(protocol, Server.info("persistence"));
                    return "0".equals(info.value("rdb_bgsave_in_progress"))
                            && "0".equals(info.value("aof_rewrite_in_progress"))
                            && "0".equals(info.value("aof_rewrite_scheduled"));
                },
                "the server still saves");
    }

    @Test
    void config_parameters_areSetAndTold() {
        assertThat(run(Server.configSet("maxmemory-samples", "7"))).isEqualTo("OK");
        assertThat(run(Server.configGet("maxmemory-samples"))).containsExactly(Map.entry("maxmemory-samples", "7"));
        assertThat(run(Server.configResetStat())).isEqualTo("OK");
        assertThat(Server.configSet("requirepass", "secret").verb().isSecret()).isTrue();
        assertThat(Server.configSet("requirepass", "secret").toString()).doesNotContain("secret");
        SERVER.needs(7);
        assertThat(run(Server.configSet(Map.of("maxmemory-samples", "5", "lfu-log-factor", "11"))))
                .isEqualTo("OK");
        assertThat(run(Server.configGet("maxmemory-s*", "lfu-log-factor")))
                .containsOnly(Map.entry("maxmemory-samples", "5"), Map.entry("lfu-log-factor", "11"));
    }

    @Test
    void configRewrite_serverWithoutFile_saysSo() {
        try {
            assertThat(run(Server.configRewrite())).isEqualTo("OK");
        } catch (ServerError withoutFile) {
            assertThat(withoutFile).hasMessageContaining("config file");
        }
    }

    @Test
    void command_introspection_knowsCommands() {
        assertThat(run(Server.commandCount())).isGreaterThan(200);
        List<CommandInfo> info = SERVER.value(protocol, Server.commandInfo("get", "nosuch", "mset"));
        assertThat(info.get(0))
                .isEqualTo(new CommandInfo(
                        "get", 2, info.get(0).flags(), 1, 1, 1, info.get(0).categories()));
        assertThat(info.get(0).flags()).contains("readonly");
        assertThat(info.get(0).categories()).contains("@read");
        assertThat(info.get(1)).isNull();
        assertThat(info.get(2).lastKey()).isEqualTo(-1);
        assertThat(run(Server.moduleList())).isNotNull();
        SERVER.needs(7);
        assertThat(run(Server.commandList())).contains("get", "zadd");
    }

    @Test
    void role_masterWithReplica_knowsIt() {
        SERVER.needsServerOfItsOwn("it gets a replica, which takes over");
        assertThat(run(Server.role())).isInstanceOf(Role.Master.class);
        SERVER.deployment().master("k").ask("CONFIG", "SET", "repl-diskless-sync-delay", "0");
        try (RedisServer replica = RedisServer.start();
                Millrace client = Millrace.connect(MillraceOptions.builder(replica.url())
                        .protocol(protocol)
                        .build())) {
            replica.ask(
                    "REPLICAOF",
                    "127.0.0.1",
                    Integer.toString(SERVER.deployment().master("k").port()));
            Await.until(
                    Duration.ofSeconds(20),
                    () -> client.run(Server.role()) instanceof Role.Replica role
                            && role.state().equals("connected"),
                    "the replica does not connect");
            Role.Replica role = (Role.Replica) Objects.requireNonNull(client.run(Server.role()));
            assertThat(role.port()).isEqualTo(SERVER.deployment().master("k").port());
            Await.until(
                    Duration.ofSeconds(20),
                    () -> SERVER.value(protocol, Server.role()) instanceof Role.Master master
                            && master.replicas().stream().anyMatch(one -> one.port() == replica.port()),
                    "the master does not see its replica");
            try (DedicatedConnection connection = SERVER.client(protocol).dedicated()) {
                connection.run(Strings.set("k", "v"));
                assertThat(connection.run(Server.waitReplicas(1, Duration.ofSeconds(10))))
                        .isEqualTo(1);
            }
            assertThat(run(Server.failover(FailoverOptions.ofDefaults()
                            .to("127.0.0.1", replica.port())
                            .within(Duration.ofSeconds(10)))))
                    .isEqualTo("OK");
            Await.until(
                    Duration.ofSeconds(20),
                    () -> client.run(Server.role()) instanceof Role.Master,
                    "the replica does not take over");
        } finally {
            SERVER.deployment().master("k").ask("REPLICAOF", "NO", "ONE");
        }
    }

    @Test
    void failoverAbort_noneUnderWay_saysSo() {
        SERVER.needsServerOfItsOwn("FAILOVER is the cluster's, or the Sentinels', to ask for");
        assertThatThrownBy(() -> run(Server.failoverAbort())).hasMessageContaining("No failover in progress");
        assertThatThrownBy(() -> run(Server.failover(FailoverOptions.ofDefaults())))
                .isInstanceOf(ServerError.class);
    }

    @Test
    void wait_noReplica_answersZeroInTime() {
        SERVER.needsServerOfItsOwn("it has no replicas");
        assertThat(run(Server.waitReplicas(1, Duration.ofMillis(20)))).isZero();
        if (SERVER.isAtLeast(7, 2)) {
            assertThat(run(Server.waitAof(0, 1, Duration.ofMillis(20)))).isEqualTo(new Persisted(0, 0));
        } else {
            assertThatThrownBy(() -> run(Server.waitAof(0, 1, Duration.ofMillis(20))))
                    .hasMessageContaining("unknown command");
        }
        assertThatThrownBy(() -> Server.waitReplicas(1, Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
