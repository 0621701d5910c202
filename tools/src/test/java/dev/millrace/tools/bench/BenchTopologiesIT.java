package dev.millrace.tools.bench;

import static dev.millrace.tools.bench.BenchCommandIT.FLIGHTS;
import static dev.millrace.tools.bench.BenchCommandIT.bench;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.CommandRun;
import dev.millrace.tools.Main;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The suite on servers that it starts itself, a cluster and Sentinels, and as a process that is ended; apart, for it takes long. */
@Timeout(180)
class BenchTopologiesIT {
    @TempDir
    Path folder;

    @Test
    void bench_ownCluster_verifiesEveryWorkloadAgainstAllMasters() {
        CommandRun outcome =
                bench("--topology", "cluster", "--quick", "--runs", "1", "--rtt", "0", "--flights", FLIGHTS);

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out())
                .contains("the suite's own cluster on loopback, 3 masters and 3 replicas")
                .contains("migrate-50k, paged, loopback: 50,000 points in ")
                .contains("operations succeeded (100 %)")
                .doesNotContain(" NO\n", "NOT VERIFIED");
    }

    @Test
    void bench_ownClusterOverALongerWay_verifiesAgainstAllMasters() {
        CommandRun outcome = bench(
                "--topology",
                "cluster",
                "--workload",
                "connect,migrate-50k",
                "--quick",
                "--runs",
                "1",
                "--rtt",
                "0,1",
                "--flights",
                FLIGHTS);

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out())
                .contains("round trips are added between the client and each node, not among the nodes\n")
                .contains("migrate-50k, paged, 1 ms: 50,000 points in ")
                .doesNotContain(" NO\n", "NOT VERIFIED");
    }

    @Test
    void bench_ownSentinels_verifiesAgainstTheMaster() {
        CommandRun outcome = bench(
                "--topology",
                "sentinel",
                "--workload",
                "connect,migrate-50k",
                "--quick",
                "--runs",
                "1",
                "--rtt",
                "0,1",
                "--flights",
                FLIGHTS);

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        assertThat(outcome.out())
                .contains("the suite's own master with 2 replicas behind 3 Sentinels")
                .contains("not to the Sentinels\n", "migrate-50k, paged, 1 ms: 50,000 points in ")
                .doesNotContain(" NO\n", "NOT VERIFIED");
    }

    @Test
    void bench_endedFromOutside_removesItsKeys() throws Exception {
        try (RedisServer server = RedisServer.start()) {
            server.ask("SET", "foreign", "untouched");
            Process suite = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Main.class.getName(),
                            "bench",
                            "--workload",
                            "batches",
                            "--redis",
                            server.url(),
                            "--flights",
                            FLIGHTS)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("output").toFile())
                    .start();
            try {
                Await.until(
                        Duration.ofSeconds(60),
                        () -> Objects.requireNonNull((Long) server.ask("DBSIZE")) > 1_000,
                        "keys of the suite");

                assertThat(suite.toHandle().destroy()).isTrue();

                assertThat(suite.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(suite.exitValue()).isEqualTo(143);
                assertThat(server.ask("DBSIZE")).isEqualTo(1L);
                assertThat(Files.readString(folder.resolve("output"))).doesNotContain("Exception", "\tat ");
            } finally {
                suite.destroyForcibly();
            }
        }
    }
}
