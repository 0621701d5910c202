package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class PeersTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --workload fast            | --workload fast: choose among blocking-get, blocking-set, async-get
            --client redigo            | --client redigo: choose among millrace, lettuce, jedis
            --callers 3                | --callers 3: choose among 1, 2, 4, 8, 16, 100, 1000
            --callers many             | many
            --threads green            | --threads green: choose among platform, virtual
            --batch 11                 | --batch 11: choose among 10, 100, 500
            --runs 0                   | --runs 0: give a number from 1
            --seconds 0                | --seconds 0.0: give a number from 0.1
            --seconds NaN              | --seconds NaN: give a number from 0.1
            --json /no/such/folder/f   | --json /no/such/folder/f: no file can be written there
            --html /                   | --html /: no file can be written there
            --redis localhost:6379     | must begin with redis:// or rediss://
            --redis redis://localhost:1| no Redis or Valkey answers at redis://localhost:1; start one
            --frobnicate               | --frobnicate
            """)
    void execute_badInput_isOneLineAndStatusTwo(String arguments, String message) {
        assertThat(execute(arguments.split(" "))).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains(message).hasLineCount(1).startsWith("peers: ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void execute_callersThatPlatformThreadsDoNotHave_saysWhatThereIs() {
        assertThat(execute("--workload", "blocking-get", "--threads", "platform", "--callers", "1000"))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("nothing left to measure").hasLineCount(1);
    }

    @Test
    void execute_list_namesWorkloadsAndClients() {
        assertThat(execute("--list")).isZero();
        assertThat(out.toString())
                .contains("blocking-get", "blocking-set", "async-get", "batch-get", "batch-set")
                .contains("millrace", "lettuce", "jedis", "redisson", "glide", "redis-benchmark")
                .contains("queue-enqueue", "queue-settle", "queue-worker", "queue-callers", "bullmq");
        assertThat(err.toString()).isEmpty();
    }

    private int execute(String... arguments) {
        return Peers.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
