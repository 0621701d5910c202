package dev.millrace.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.bench.child.Measurement;
import dev.millrace.bench.client.ClientName;
import dev.millrace.bench.workload.Cell;
import dev.millrace.bench.workload.Workload;
import dev.millrace.tools.report.ThreadKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InterleavedRunTest {
    private static final Cell CELL = new Cell(Workload.BATCH_GET, 1, ThreadKind.PLATFORM, 10);
    private static final Cell NEXT_CELL = new Cell(Workload.BATCH_GET, 1, ThreadKind.PLATFORM, 100);
    private static final Duration TIME = Duration.ofMillis(5);

    private final List<String> log = new ArrayList<>();
    private final RecordingListener listener = new RecordingListener();

    @Test
    void run_severalRounds_everyOneTakesTurnsAndTheFirstChanges() throws Exception {
        run(2, List.of(CELL), plain(ClientName.LETTUCE), plain(ClientName.JEDIS), plain(ClientName.GLIDE));

        assertThat(log)
                .containsExactly(
                        "lettuce enters batch-get, batch 10",
                        "lettuce 10",
                        "jedis enters batch-get, batch 10",
                        "jedis 10",
                        "glide enters batch-get, batch 10",
                        "glide 10",
                        "lettuce 5",
                        "jedis 5",
                        "glide 5",
                        "jedis 5",
                        "glide 5",
                        "lettuce 5",
                        "lettuce leaves",
                        "jedis leaves",
                        "glide leaves");
        assertThat(listener.turns).isEqualTo(9);
    }

    @Test
    void run_warmUp_isNotAmongTheRounds() throws Exception {
        List<CellResult> results = run(3, List.of(CELL), plain(ClientName.LETTUCE));

        assertThat(results)
                .singleElement()
                .satisfies(result -> assertThat(result.rounds())
                        .extracting(Measurement::operations)
                        .containsExactly(2L, 3L, 4L));
    }

    @Test
    void run_contestantFailsInARound_sitsOutTheCellAndEntersTheNext() throws Exception {
        Contestant failing = new ScriptedContestant(ClientName.JEDIS, log) {
            private int asked;

            @Override
            public Measurement measure(Duration time) throws ContestantFailed {
                asked++;
                if (asked == 3) {
                    throw new ContestantFailed("it broke", List.of("last words"));
                }
                return super.measure(time);
            }
        };

        List<CellResult> results = run(3, List.of(CELL, NEXT_CELL), plain(ClientName.LETTUCE), failing);

        assertThat(results).extracting(result -> result.rounds().size()).containsExactly(3, 1, 3, 3);
        assertThat(results).extracting(CellResult::complaint).containsExactly(null, "it broke", null, null);
        assertThat(results.get(1).toResult().verified()).isFalse();
        assertThat(log.stream().filter("jedis leaves"::equals)).hasSize(1);
        assertThat(listener.failures).containsExactly("jedis, batch-get, batch 10: it broke [last words]");
        assertThat(listener.turns).as("turns that fell out count as over").isEqualTo(2 * 4 * 2);
    }

    @Test
    void run_contestantUnavailable_isLeftOutFromThenOn() throws Exception {
        Contestant unavailable = new ScriptedContestant(ClientName.GLIDE, log) {
            @Override
            public void enter(Cell cell) throws ContestantUnavailable, ContestantFailed {
                super.enter(cell);
                throw new ContestantUnavailable("no library");
            }
        };

        List<CellResult> results = run(1, List.of(CELL, NEXT_CELL), unavailable, plain(ClientName.LETTUCE));

        assertThat(results).extracting(CellResult::client).containsOnly(ClientName.LETTUCE);
        assertThat(log.stream().filter(line -> line.startsWith("glide"))).hasSize(1);
        assertThat(listener.skipped).containsExactly("glide: no library");
    }

    @Test
    void run_contestantThatDoesNotPlay_hasNoResult() throws Exception {
        Contestant absent = new ScriptedContestant(ClientName.JEDIS, log) {
            @Override
            public boolean plays(Cell cell) {
                return cell.equals(NEXT_CELL);
            }
        };

        List<CellResult> results = run(1, List.of(CELL, NEXT_CELL), plain(ClientName.LETTUCE), absent);

        assertThat(results)
                .extracting(CellResult::client)
                .containsExactly(ClientName.LETTUCE, ClientName.LETTUCE, ClientName.JEDIS);
    }

    @Test
    void new_noRounds_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new InterleavedRun(List.of(), 0, TIME, listener));
    }

    private List<CellResult> run(int rounds, List<Cell> cells, Contestant... contestants) throws InterruptedException {
        return new InterleavedRun(List.of(contestants), rounds, TIME, listener).run(cells);
    }

    private Contestant plain(ClientName client) {
        return new ScriptedContestant(client, log);
    }

    private static final class RecordingListener implements RunListener {
        private final List<String> skipped = new ArrayList<>();
        private final List<String> failures = new ArrayList<>();
        private int turns;

        @Override
        public void cellStarted(Cell cell, int expected) {}

        @Override
        public void turnEnded(ClientName client) {
            turns++;
        }

        @Override
        public void cellEnded(Cell cell) {}

        @Override
        public void skipped(ClientName client, String reason) {
            skipped.add(client.label() + ": " + reason);
        }

        @Override
        public void failed(ClientName client, Cell cell, ContestantFailed failure) {
            failures.add(
                    client.label() + ", " + cell.label() + ": " + failure.getMessage() + " " + failure.lastWords());
        }
    }
}
