package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.report.JsonReport;
import dev.millrace.tools.report.Report;
import dev.millrace.tools.report.Result;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class PeersIT {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void execute_oneCellWithTwoClients_measuresVerifiesAndLeavesNothing(@TempDir Path folder) throws Exception {
        try (RedisServer server = RedisServer.start()) {
            server.ask("SET", "somebody:elses", "value");
            Path json = folder.resolve("peers.json");
            Path html = folder.resolve("peers.html");

            int status = execute(
                    "--redis",
                    server.url(),
                    "--workload",
                    "batch-set",
                    "--batch",
                    "10",
                    "--client",
                    "millrace,jedis",
                    "--runs",
                    "2",
                    "--seconds",
                    "0.1",
                    "--json",
                    json.toString(),
                    "--html",
                    html.toString());

            assertThat(status).as(err.toString()).isZero();
            Report report = JsonReport.parse(Files.readString(json));
            assertThat(report.server().version()).contains(server.version());
            assertThat(report.results()).extracting(Result::client).containsExactly("millrace", "jedis");
            assertThat(report.results()).allSatisfy(result -> {
                assertThat(result.workload()).isEqualTo("batch-set");
                assertThat(result.batch()).isEqualTo(10);
                assertThat(result.operationsPerSecond()).isPositive();
                assertThat(result.operationsPerSecondMin()).isLessThanOrEqualTo(result.operationsPerSecondMax());
                assertThat(result.p50Micros()).isPositive();
                assertThat(result.clientCpuMicrosPerOperation()).isPositive();
                assertThat(result.allocatedBytesPerOperation()).isPositive();
                assertThat(result.verified()).isTrue();
            });
            assertThat(out.toString()).contains("millrace ×", "batch-set");
            assertThat(Files.readString(html)).contains("jedis");
            assertThat(server.ask("DBSIZE")).as("keys left behind").isEqualTo(1L);
        }
        awaitNoProcesses();
    }

    /** One that was told to end may take a moment. */
    private static void awaitNoProcesses() {
        Await.until(
                Duration.ofSeconds(20),
                () -> ProcessHandle.current().children().findAny().isEmpty(),
                () -> "left behind: "
                        + ProcessHandle.current()
                                .children()
                                .map(child -> child.info().commandLine().orElse("?"))
                                .toList());
    }

    @Test
    void execute_caches_areAllVerifiedAndLeaveNothing(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("peers.json");
        try (RedisServer server = RedisServer.start()) {
            int status = execute(
                    "--redis", server.url(), "--cache", "--runs", "1", "--seconds", "0.1", "--json", json.toString());

            assertThat(status).as(err.toString() + out).isZero();
            assertThat(server.ask("DBSIZE")).as("keys left behind").isEqualTo(0L);
        }
        Report report = JsonReport.parse(Files.readString(json));
        // Jedis is left out where the server is too old for its cache.
        assertThat(report.results())
                .hasSizeGreaterThanOrEqualTo(5 * 3)
                .allMatch(result -> Boolean.TRUE.equals(result.verified()));
        assertThat(report.results()).extracting(Result::client).contains("millrace", "redisson", "caffeine");
    }

    @Test
    void execute_queues_areAllVerifiedAndLeaveNothing(@TempDir Path folder) throws Exception {
        Path json = folder.resolve("peers.json");
        try (RedisServer server = RedisServer.start()) {
            int status = execute(
                    "--redis",
                    server.url(),
                    "--workload",
                    "queue-enqueue,queue-worker",
                    "--client",
                    "millrace,redisson-zset,bullmq",
                    "--runs",
                    "1",
                    "--seconds",
                    "0.1",
                    "--json",
                    json.toString());

            assertThat(status).as(err.toString() + out).isZero();
            assertThat(server.ask("DBSIZE")).as("keys left behind").isEqualTo(0L);
        }
        awaitNoProcesses();
        Report report = JsonReport.parse(Files.readString(json));
        // BullMQ is left out where there is no Node, or its packages can't be had.
        assertThat(report.results()).hasSize(err.toString().startsWith("bullmq is left out: ") ? 3 : 5);
        assertThat(report.results()).allSatisfy(result -> {
            assertThat(result.verified()).isTrue();
            assertThat(result.operationsPerSecond()).isPositive();
        });
        assertThat(out.toString()).contains("redisson-zset: a sorted set and no queue: no leases");
    }

    @Test
    void execute_wrongPassword_isOneLineWithoutIt() {
        try (RedisServer server = RedisServer.builder().password("right").start()) {
            int status = execute("--redis", "redis://:wr0ng@" + server.host() + ":" + server.port());

            assertThat(status).isEqualTo(CommandLine.ExitCode.USAGE);
            assertThat(err.toString())
                    .contains("redis://" + server.host() + ":" + server.port())
                    .doesNotContain("wr0ng")
                    .hasLineCount(1);
        }
    }

    private int execute(String... arguments) {
        return Peers.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
