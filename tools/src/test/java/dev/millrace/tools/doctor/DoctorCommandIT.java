package dev.millrace.tools.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import dev.millrace.testkit.RedisServerBuilder;
import dev.millrace.tools.OneLineErrors;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs the command as a user does; what it prints and its exit status are what is tried. */
@Timeout(120)
@NoLeakedThreads
class DoctorCommandIT {
    private static final String SECRET = "s3cret";

    @TempDir
    Path folder;

    @Test
    void doctor_fineServer_isZeroAndFitsTheTerminal() throws IOException {
        Path json = folder.resolve("doctor.json");
        try (RedisServer server = fine().start()) {
            Outcome outcome = doctor(Map.of(), server.url(), "--json", json.toString());

            assertThat(outcome.err).isEmpty();
            assertThat(outcome.status).isZero();
            assertThat(outcome.out)
                    .startsWith("looked at  " + server.url() + "\ntopology   one server\n")
                    .contains("127.0.0.1:" + server.port() + "  master  Redis " + server.version())
                    .contains("round trip: median of 200 PINGs", "features   RESP3 · client tracking")
                    .doesNotContain("\nproblem", "\nwarning");
            assertThat(outcome.out.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
            assertThat(server.ask("DBSIZE")).isEqualTo(0L);
        }
        JsonNode report = JsonMapper.builder().build().readTree(Files.readString(json));
        assertThat(report.get("fine").asBoolean()).isTrue();
        assertThat(report.at("/topology/kind").asString()).isEqualTo("one");
        assertThat(report.at("/nodes/0/round_trip_median_micros").asDouble()).isPositive();
        assertThat(report.at("/nodes/0/settings/appendonly").asString()).isEqualTo("yes");
    }

    @Test
    void doctor_riskyServer_isOneAndNamesEachRiskWithItsRemedy() {
        try (RedisServer server = RedisServer.builder()
                .password(SECRET)
                .config("maxmemory", "100mb")
                .config("maxmemory-policy", "allkeys-lru")
                .config("timeout", "30")
                .config("tcp-keepalive", "0")
                .config("tracking-table-max-keys", "0")
                .config("client-output-buffer-limit", "pubsub 1024 1024 1")
                .start()) {
            Outcome outcome = doctor(Map.of("REDIS_URL", server.url(), "REDIS_PASSWORD", SECRET));

            assertThat(outcome.status).isEqualTo(1);
            assertThat(outcome.err).isEmpty();
            assertThat(outcome.out)
                    .startsWith("looked at  127.0.0.1:" + server.port() + " (REDIS_URL, REDIS_PASSWORD)\n")
                    .contains("problem    maxmemory-policy\n", "→ CONFIG SET maxmemory-policy noeviction")
                    .contains("problem    appendonly, save\n", "→ CONFIG SET appendonly yes")
                    .contains("warning    timeout\n", "→ CONFIG SET timeout 0")
                    .contains("warning    tcp-keepalive\n", "→ CONFIG SET tcp-keepalive 300")
                    .contains("warning    tracking-table-max-keys\n", "→ CONFIG SET tracking-table-max-keys 1000000")
                    .contains("warning    client-output-buffer-limit\n")
                    .contains("2 problems, 4 warnings")
                    .doesNotContain(SECRET);
        }
    }

    @Test
    void doctor_pureCache_mayEvictAndForget() {
        try (RedisServer server = RedisServer.builder()
                .config("maxmemory", "100mb")
                .config("maxmemory-policy", "allkeys-lfu")
                .start()) {
            assertThat(doctor(Map.of(), server.url()).status).isEqualTo(1);
            assertThat(doctor(Map.of(), "--cache", server.url()).status).isZero();
        }
    }

    @Test
    void doctor_userWhoMayLittle_saysWhatCouldNotBeLookedAt() {
        try (RedisServer server = fine().user(
                        "small", "on", ">" + SECRET, "~*", "&*", "+@all", "-config", "-acl", "-command", "-client")
                .start()) {
            Outcome outcome =
                    doctor(Map.of("KV_URL", server.url(), "REDIS_USERNAME", "small", "REDIS_PASSWORD", SECRET));

            assertThat(outcome.status).isEqualTo(1);
            assertThat(outcome.out)
                    .contains("problem    client tracking\n           is forbidden to this user")
                    .contains("note       CONFIG GET\n           could not be looked at (NOPERM")
                    .contains("note       COMMAND INFO\n           could not be looked at (NOPERM")
                    .contains("missing    client tracking")
                    .doesNotContain("maxmemory\n", SECRET);
        }
    }

    @Test
    void doctor_nothingSet_looksAtAServerOfItsOwn() {
        Outcome outcome = doctor(Map.of("REDIS_URL", " "));

        assertThat(outcome.status).isEqualTo(1);
        assertThat(outcome.out)
                .startsWith("looked at  nothing is set, so a server of its own")
                .contains("appendonly, save");
    }

    @Test
    void doctor_wrongPassword_isTwoInOneLineWithoutIt() {
        try (RedisServer server = RedisServer.builder().password("right").start()) {
            assertBadInput(
                    doctor(Map.of(), "redis://ann:" + SECRET + "@127.0.0.1:" + server.port()),
                    "redis://127.0.0.1:" + server.port() + ": the login was refused (WRONGPASS");
            assertBadInput(doctor(Map.of(), server.url()), "the login was refused (NOAUTH");
        }
    }

    @Test
    void doctor_nobodyThere_isTwoInOneLine() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        assertBadInput(
                doctor(Map.of(), "redis://:" + SECRET + "@127.0.0.1:" + port),
                "redis://127.0.0.1:" + port + " could not be looked at: ");
    }

    @Test
    void doctor_mistakes_areTwoInOneLine() {
        assertBadInput(doctor(Map.of(), "redis://:" + SECRET + "@host:port"), "the port must be a number");
        assertBadInput(
                doctor(Map.of("REDIS_CLUSTER", "1", "REDIS_PASSWORD", SECRET)),
                "REDIS_CLUSTER says yes and no node is named");
        assertBadInput(doctor(Map.of(), "redis://a", "redis://b"), "Unmatched argument");
        assertBadInput(
                doctor(Map.of(), "--json", folder.resolve("none/doctor.json").toString()), "there is no folder");
    }

    static RedisServerBuilder fine() {
        return RedisServer.builder().appendOnly().config("maxmemory", "100mb");
    }

    private static void assertBadInput(Outcome outcome, String message) {
        assertThat(outcome.err)
                .startsWith("doctor: ")
                .contains(message)
                .hasLineCount(1)
                .doesNotContain(SECRET);
        assertThat(outcome.status).isEqualTo(2);
        assertThat(outcome.out).isEmpty();
    }

    record Outcome(int status, String out, String err) {}

    static Outcome doctor(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status = OneLineErrors.install(new CommandLine(new DoctorCommand(environment)))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Outcome(status, out.toString(), err.toString());
    }
}
