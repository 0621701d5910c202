package dev.millrace.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.NoLeakedThreads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@NoLeakedThreads
final class OwnProcessTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);

    @Test
    void nextLine_afterTheLast_staysEmpty() throws Exception {
        try (OwnProcess process = new OwnProcess(scratch -> List.of("sh", "-c", "echo one; echo two"))) {
            assertThat(process.nextLine(LONG)).hasValue("one");
            assertThat(process.nextLine(LONG)).hasValue("two");
            assertThat(process.nextLine(LONG)).isEmpty();
            assertThat(process.nextLine(LONG)).isEmpty();
        }
    }

    @Test
    void lastWords_muchWasPrinted_areTheLastLines() throws Exception {
        OwnProcess process =
                new OwnProcess(scratch -> List.of("sh", "-c", "for i in $(seq 1 100); do echo line $i >&2; done"));
        try {
            assertThat(process.nextLine(LONG)).isEmpty();
        } finally {
            process.close();
        }

        assertThat(process.lastWords()).hasSize(10).endsWith("line 99", "line 100");
    }

    @Test
    void close_processRuns_endsItAndDeletesItsFolder() throws Exception {
        List<Path> folders = new ArrayList<>();
        try (OwnProcess process = new OwnProcess(scratch -> {
            folders.add(scratch);
            return List.of("sh", "-c", "mkdir $0/a; echo x > $0/a/b; echo ready; exec sleep 600", scratch.toString());
        })) {
            assertThat(process.nextLine(LONG)).hasValue("ready");
            assertThat(folders.getFirst().resolve("a/b")).isRegularFile();
        }
        assertThat(Files.exists(folders.getFirst())).isFalse();
        assertThat(ProcessHandle.current().children()).isEmpty();
    }
}
