package dev.millrace.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.bench.client.ClientName;
import dev.millrace.bench.client.ServerAddress;
import dev.millrace.bench.workload.Cell;
import dev.millrace.bench.workload.Workload;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.tools.report.ThreadKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a contestant gets on with a process that is not what it should be; shells stand in for it. */
@NoLeakedThreads
final class ProcessContestantTest {
    private static final Cell CELL = new Cell(Workload.BATCH_GET, 1, ThreadKind.PLATFORM, 10);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(300);

    @Test
    void enter_processHangs_isEndedAfterTheDeadline() {
        try (ProcessContestant contestant = contestant(SHORT, "sleep", "600")) {
            assertThatExceptionOfType(ContestantFailed.class)
                    .isThrownBy(() -> contestant.enter(CELL))
                    .withMessage("no answer within 0 s");
        }
        assertThat(ProcessHandle.current().children()).isEmpty();
    }

    @Test
    void enter_processEnds_saysHowAndItsLastWords() {
        try (ProcessContestant contestant = contestant(LONG, "sh", "-c", "read line; echo oh no >&2; exit 3")) {
            assertThatExceptionOfType(ContestantFailed.class)
                    .isThrownBy(() -> contestant.enter(CELL))
                    .withMessage("its process ended with exit status 3")
                    .satisfies(failure -> assertThat(failure.lastWords()).containsExactly("oh no"));
        }
    }

    @Test
    void enter_processPrintsOtherThings_waitsForTheAnswer() throws Exception {
        try (ProcessContestant contestant = contestant(
                LONG, "sh", "-c", "read line; echo noise; echo '@answer {\"unavailable\":false}'; read line")) {
            contestant.enter(CELL);
        }
        assertThat(ProcessHandle.current().children()).isEmpty();
    }

    @Test
    void enter_answerCannotBeRead_fails() {
        try (ProcessContestant contestant = contestant(LONG, "sh", "-c", "read line; echo '@answer {'; read line")) {
            assertThatExceptionOfType(ContestantFailed.class)
                    .isThrownBy(() -> contestant.enter(CELL))
                    .withMessageStartingWith("an answer that can't be read");
        }
    }

    @Test
    void enter_clientUnavailable_saysWhy() {
        try (ProcessContestant contestant = contestant(
                LONG, "sh", "-c", "read line; echo '@answer {\"unavailable\":true,\"failure\":\"no library\"}'")) {
            assertThatExceptionOfType(ContestantUnavailable.class)
                    .isThrownBy(() -> contestant.enter(CELL))
                    .withMessage("no library");
        }
    }

    @Test
    void enter_programMissing_fails() {
        try (ProcessContestant contestant = contestant(LONG, "/no/such/program")) {
            assertThatExceptionOfType(ContestantFailed.class)
                    .isThrownBy(() -> contestant.enter(CELL))
                    .withMessageStartingWith("its process could not be started");
        }
    }

    private static ProcessContestant contestant(Duration patience, String... command) {
        return new ProcessContestant(
                ClientName.LETTUCE, ServerAddress.of("localhost", 6379), scratch -> List.of(command), patience);
    }
}
