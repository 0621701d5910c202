package dev.millrace.bench.run;

import dev.millrace.bench.child.Measurement;
import dev.millrace.bench.client.ClientName;
import dev.millrace.bench.workload.Cell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sets contestants side by side, cell by cell. In a cell each has one warm-up; then come the rounds, and in every round
 * each has one turn. Whoever began a round comes last in the next, so a machine that speeds up or slows down over the
 * minutes does so for all of them, and nobody always follows the same neighbour.
 *
 * <p>A contestant that fails sits out the rest of its cell and may enter the next one.
 */
public final class InterleavedRun {
    private static final int WARM_UP_FACTOR = 2;

    private final List<Contestant> contestants;
    private final int rounds;
    private final Duration time;
    private final RunListener listener;
    private final Set<ClientName> unavailable = EnumSet.noneOf(ClientName.class);

    /**
     * A run.
     *
     * @param contestants those that take part, in the order of the report; they stay the caller's to close
     * @param rounds measurements of each in each cell, at least 1
     * @param time how long each lasts; a warm-up lasts twice as long
     */
    public InterleavedRun(List<Contestant> contestants, int rounds, Duration time, RunListener listener) {
        if (rounds < 1) {
            throw new IllegalArgumentException("a run needs at least 1 round, not " + rounds);
        }
        this.contestants = List.copyOf(contestants);
        this.rounds = rounds;
        this.time = time;
        this.listener = listener;
    }

    /** Measures all cells; the results are ordered by cell, then by contestant. */
    public List<CellResult> run(List<Cell> cells) throws InterruptedException {
        List<CellResult> results = new ArrayList<>();
        for (Cell cell : cells) {
            results.addAll(run(cell));
        }
        return results;
    }

    private List<CellResult> run(Cell cell) throws InterruptedException {
        List<Turn> turns = contestants.stream()
                .filter(contestant -> contestant.plays(cell) && !unavailable.contains(contestant.client()))
                .map(contestant -> new Turn(contestant, cell))
                .toList();
        listener.cellStarted(cell, turns.size() * (rounds + 1));
        try {
            for (Turn turn : turns) {
                turn.enter();
            }
            for (int round = 0; round < rounds; round++) {
                for (int place = 0; place < turns.size(); place++) {
                    turns.get((place + round) % turns.size()).measure();
                }
            }
        } finally {
            for (Turn turn : turns) {
                turn.leave();
            }
        }
        listener.cellEnded(cell);
        return turns.stream()
                .filter(turn -> !unavailable.contains(turn.contestant.client()))
                .map(Turn::result)
                .toList();
    }

    /** One contestant in one cell. */
    private final class Turn {
        private final Contestant contestant;
        private final Cell cell;
        private final List<Measurement> measurements = new ArrayList<>();
        private boolean inside;
        private @Nullable String failure;

        Turn(Contestant contestant, Cell cell) {
            this.contestant = contestant;
            this.cell = cell;
        }

        void enter() throws InterruptedException {
            try {
                contestant.enter(cell);
                inside = true;
                contestant.measure(time.multipliedBy(WARM_UP_FACTOR));
            } catch (ContestantUnavailable e) {
                unavailable.add(contestant.client());
                listener.skipped(contestant.client(), String.valueOf(e.getMessage()));
            } catch (ContestantFailed e) {
                fail(e);
            }
            listener.turnEnded(contestant.client());
        }

        void measure() throws InterruptedException {
            if (inside) {
                try {
                    measurements.add(contestant.measure(time));
                } catch (ContestantFailed e) {
                    fail(e);
                }
            }
            listener.turnEnded(contestant.client());
        }

        void leave() throws InterruptedException {
            if (inside) {
                inside = false;
                contestant.leave();
            }
        }

        CellResult result() {
            return new CellResult(cell, contestant.client(), contestant.mode(cell), measurements, failure);
        }

        private void fail(ContestantFailed e) {
            inside = false;
            failure = String.valueOf(e.getMessage());
            listener.failed(contestant.client(), cell, e);
        }
    }
}
