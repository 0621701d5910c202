package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class RedisServerIT {

    private static final Duration DEADLINE = Duration.ofSeconds(10);

    @Test
    void start_withDefaults_answersAndKeepsNothingOnDisk() {
        try (RedisServer server = RedisServer.start()) {
            assertThat(server.ask("SET", "greeting", "grüezi")).isEqualTo("OK");
            assertThat(server.ask("GET", "greeting")).isEqualTo("grüezi");
            assertThat(server.ask("GET", "absent")).isNull();
            assertThat(server.ask("INCR", "count")).isEqualTo(1L);
            assertThat(server.ask("CONFIG", "GET", "save")).isEqualTo(List.of("save", ""));
            assertThat(server.ask("CONFIG", "GET", "appendonly")).isEqualTo(List.of("appendonly", "no"));
            assertThat(server.version()).matches("\\d+\\.\\d+\\.\\d+");
            assertThat(server.info("server")).containsEntry("process_id", Long.toString(server.pid()));
            assertThat(server.url()).isEqualTo("redis://127.0.0.1:" + server.port());
            assertThat(server.log()).contains("Ready to accept connections");
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void start_always_isOutOfReachOfTheTerminal() throws IOException {
        try (RedisServer server = RedisServer.start()) {
            assertThat(session(server.pid()))
                    .isEqualTo(server.pid())
                    .isNotEqualTo(session(ProcessHandle.current().pid()));
        }
    }

    private static long session(long pid) throws IOException {
        String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return Long.parseLong(line.substring(line.lastIndexOf(')') + 2).split(" ")[3]);
    }

    @Test
    void ask_commandRefused_throwsItsErrorCode() {
        try (RedisServer server = RedisServer.start()) {
            server.ask("LPUSH", "list", "a");

            assertThatThrownBy(() -> server.ask("INCR", "list"))
                    .isInstanceOfSatisfying(
                            ErrorReplyException.class,
                            error -> assertThat(error.code()).isEqualTo("WRONGTYPE"));
        }
    }

    @Test
    void config_repeatedDirectives_reachTheServer() {
        try (RedisServer server = RedisServer.builder()
                .config("maxmemory", "10mb")
                .config("client-output-buffer-limit", "normal 1mb 0 0")
                .config("client-output-buffer-limit", "pubsub 2mb 0 0")
                .start()) {
            assertThat(server.ask("CONFIG", "GET", "maxmemory")).isEqualTo(List.of("maxmemory", "10485760"));
            assertThat(String.valueOf(server.ask("CONFIG", "GET", "client-output-buffer-limit")))
                    .contains("normal 1048576 0 0")
                    .contains("pubsub 2097152 0 0");
        }
    }

    @Test
    void config_ofAnOwnOption_isRefusedAndNamesTheOption() {
        assertThatThrownBy(() -> RedisServer.builder().config("requirepass", "secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("password(String)")
                .hasMessageNotContaining("secret");
    }

    @Test
    void start_badDirective_failsWithTheServersLinesAndNoSecret() {
        RedisServerBuilder builder = RedisServer.builder().user("app", "on", ">hidden-word", "+nosuchcommand");

        assertThatThrownBy(builder::start)
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("ended with status 1")
                .hasMessageContaining("user")
                .hasMessageNotContaining("hidden-word");
    }

    @Test
    void start_missingBinary_saysWhatToName() {
        RedisServerBuilder builder = RedisServer.builder().binary(Path.of("/no/such/redis-server"));

        assertThatThrownBy(builder::start)
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("/no/such/redis-server");
    }

    @Test
    void start_fixedPortTaken_saysSo() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            RedisServerBuilder builder = RedisServer.builder().port(taken.getLocalPort());

            assertThatThrownBy(builder::start)
                    .isInstanceOf(ServerStartException.class)
                    .hasMessageContaining("port " + taken.getLocalPort() + " is taken")
                    .isInstanceOfSatisfying(
                            ServerStartException.class,
                            refused -> assertThat(refused.isPortTaken()).isTrue());
        }
    }

    @Test
    void start_fixedPortOfAnotherServer_isNotMistakenForOurs() {
        try (RedisServer first = RedisServer.start()) {
            RedisServerBuilder builder = RedisServer.builder().port(first.port());

            assertThatThrownBy(builder::start)
                    .isInstanceOf(ServerStartException.class)
                    .hasMessageContaining("is taken");
            assertThat(first.ask("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void password_set_isNeededByOthersAndUsedByTheKit() throws IOException {
        try (RedisServer server =
                        RedisServer.builder().password("pass \"word\"").start();
                RespConnection stranger = new RespConnection(server.port(), DEADLINE)) {
            assertThat(server.ask("PING")).isEqualTo("PONG");
            assertThatThrownBy(() -> stranger.ask("PING")).hasMessageStartingWith("NOAUTH");
            assertThat(stranger.ask("AUTH", "pass \"word\"")).isEqualTo("OK");
            assertThat(server.url()).doesNotContain("pass");
        }
    }

    @Test
    void password_empty_isRefused() {
        assertThatThrownBy(() -> RedisServer.builder().password("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RedisServer.builder().askAs("kit", "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void user_withDefaultOff_isAskedAs() {
        try (RedisServer server = RedisServer.builder()
                .user("default", "off")
                .user("kit", "on", ">kit-word", "~*", "&*", "+@all")
                .user("app", "on", ">app-word", "~app:*", "+@read")
                .askAs("kit", "kit-word")
                .start()) {
            assertThat(server.ask("ACL", "WHOAMI")).isEqualTo("kit");
            assertThat(String.valueOf(server.ask("ACL", "GETUSER", "app"))).contains("~app:*");
        }
    }

    @Test
    void user_defaultOffWithoutAskAs_failsAndNamesTheWayOut() {
        RedisServerBuilder builder = RedisServer.builder().user("default", "off");

        assertThatThrownBy(builder::start)
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("askAs(user, password)");
    }

    @Test
    void unixSocket_asked_isThere() {
        try (RedisServer server = RedisServer.builder().unixSocket().start()) {
            assertThat(server.unixSocket()).exists();
            assertThat(server.unixSocket().toString().length()).isLessThan(104);
            assertThat(server.unixUrl()).isEqualTo("unix://" + server.unixSocket());
        }
    }

    @Test
    void pause_then_resume_answersAgain() throws IOException {
        try (RedisServer server = RedisServer.start()) {
            server.pause();

            try (RespConnection connection = new RespConnection(server.port(), Duration.ofMillis(200))) {
                assertThatThrownBy(() -> connection.ask("PING")).isInstanceOf(IOException.class);
            }
            server.resume();
            assertThat(server.ask("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void restart_afterKill_bringsBackTheAppendOnlyFileOnTheSamePort() {
        try (RedisServer server = RedisServer.builder().appendOnly().start()) {
            int port = server.port();
            long pid = server.pid();
            server.ask("SET", "kept", "yes");

            server.kill();
            assertThat(server.isRunning()).isFalse();
            server.restart();

            assertThat(server.port()).isEqualTo(port);
            assertThat(server.pid()).isNotEqualTo(pid);
            assertThat(server.ask("GET", "kept")).isEqualTo("yes");
        }
    }

    @Test
    void restart_afterConfigRewrite_keepsWhatWasRewritten() {
        try (RedisServer server =
                RedisServer.builder().config("maxmemory", "10mb").start()) {
            server.ask("CONFIG", "SET", "maxmemory", "20mb");
            server.ask("CONFIG", "REWRITE");

            server.restart();

            assertThat(server.ask("CONFIG", "GET", "maxmemory")).isEqualTo(List.of("maxmemory", "20971520"));
        }
    }

    @Test
    void password_ofAMaster_isUsedByItsReplica() {
        RedisServerBuilder builder = RedisServer.builder()
                .user("default", "off")
                .user("kit", "on", ">kit word", "~*", "&*", "+@all")
                .askAs("kit", "kit word");
        try (RedisServer master = builder.start();
                RedisServer replica = builder.config("replicaof", "127.0.0.1 " + master.port())
                        .start()) {
            Await.until(
                    DEADLINE,
                    () -> "up".equals(replica.info("replication").get("master_link_status")),
                    () -> "the link is not up: " + replica.log());
            assertThat(replica.log()).doesNotContain("kit word");
        }
    }

    @Test
    void sentinel_asked_runsAsOne() {
        try (RedisServer sentinel = RedisServer.builder()
                .sentinel()
                .config("sentinel", "monitor main 127.0.0.1 1 1")
                .start()) {
            assertThat(sentinel.info("server")).containsEntry("redis_mode", "sentinel");
            assertThat(sentinel.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main"))
                    .isEqualTo(List.of("127.0.0.1", "1"));
        }
    }

    @Test
    void secret_inABadDirective_isBlottedOut() {
        RedisServerBuilder builder =
                RedisServer.builder().secret("hidden-word").config("no-such-directive", "hidden-word");

        assertThatThrownBy(builder::start)
                .isInstanceOf(ServerStartException.class)
                .hasMessageContaining("no-such-directive ***")
                .hasMessageNotContaining("hidden-word");
    }

    @Test
    void connect_charset_carriesAnyByte() throws IOException {
        try (RedisServer server = RedisServer.start();
                RespConnection connection = server.connect(DEADLINE).charset(StandardCharsets.ISO_8859_1)) {
            connection.ask("SET", "\u00ff", "\u0000\u00fe");

            assertThat(connection.ask("GET", "\u00ff")).isEqualTo("\u0000\u00fe");
            assertThat(connection.ask("STRLEN", "\u00ff")).isEqualTo(2L);
        }
    }

    @Test
    void isPaused_followsPauseResumeAndKill() {
        try (RedisServer server = RedisServer.start()) {
            assertThat(server.isPaused()).isFalse();
            server.pause();
            assertThat(server.isPaused()).isTrue();
            server.resume();
            assertThat(server.isPaused()).isFalse();
            server.pause();
            server.kill();
            assertThat(server.isPaused()).isFalse();
            server.restart();
            assertThat(server.ask("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void restart_ofARunningServerWithoutPersistence_startsEmpty() {
        try (RedisServer server = RedisServer.start()) {
            server.ask("SET", "lost", "yes");

            server.restart();

            assertThat(server.ask("DBSIZE")).isEqualTo(0L);
        }
    }

    @Test
    void dataDirectory_named_survivesClose(@TempDir Path folder) {
        RedisServerBuilder builder =
                RedisServer.builder().config("save", "3600 1").dataDirectory(folder);
        try (RedisServer server = builder.start()) {
            server.ask("SET", "kept", "yes");
        }

        try (RedisServer server = builder.start()) {
            assertThat(server.ask("GET", "kept")).isEqualTo("yes");
        }
    }

    @Test
    void close_always_endsServerAndWatchdogAndRemovesTheFolder() {
        RedisServer server = RedisServer.start();
        Path folder = server.dataDirectory();
        long pid = server.pid();
        long watchdog = server.watchdogPid();

        server.close();
        server.close();

        assertThat(isAlive(pid)).isFalse();
        Await.until(DEADLINE, () -> !isAlive(watchdog), "the watchdog did not end");
        assertThat(Files.exists(folder)).isFalse();
    }

    @Test
    void close_ofAPausedServer_endsIt() {
        RedisServer server = RedisServer.start();
        long pid = server.pid();
        server.pause();

        server.close();

        assertThat(isAlive(pid)).isFalse();
    }

    @Test
    void info_section_isAMap() {
        try (RedisServer server = RedisServer.start()) {
            server.ask("SET", "a", "1");

            assertThat(server.info("commandstats").get("cmdstat_set")).startsWith("calls=1,");
        }
    }

    @Test
    void binary_insideTheJar_isARealServer() {
        try (RedisServer server =
                RedisServer.builder().binary(EmbeddedBinary.path()).start()) {
            assertThat(server.version()).startsWith("6.2");
            assertThat(server.ask("SET", "a", "1")).isEqualTo("OK");
        }
    }

    static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
