package dev.millrace.bench.run;

import dev.millrace.bench.child.Measurement;
import dev.millrace.bench.client.ClientName;
import dev.millrace.bench.workload.Cell;
import java.time.Duration;
import java.util.List;

/** A contestant that writes down what it is asked, and gives one operation more in each turn. */
class ScriptedContestant implements Contestant {
    private final ClientName client;
    private final List<String> log;
    private int turns;

    ScriptedContestant(ClientName client, List<String> log) {
        this.client = client;
        this.log = log;
    }

    static Measurement measurement(long operations) {
        return new Measurement(operations, 1_000_000_000, operations, 2.0 * operations, 1_000L, 100L, null, null, null);
    }

    @Override
    public ClientName client() {
        return client;
    }

    @Override
    public String mode(Cell cell) {
        return "scripted";
    }

    @Override
    public boolean plays(Cell cell) {
        return true;
    }

    @Override
    public void enter(Cell cell) throws ContestantUnavailable, ContestantFailed {
        log.add(client.label() + " enters " + cell.label());
    }

    @Override
    public Measurement measure(Duration time) throws ContestantFailed {
        log.add(client.label() + " " + time.toMillis());
        turns++;
        return measurement(turns);
    }

    @Override
    public void leave() {
        log.add(client.label() + " leaves");
    }

    @Override
    public void close() {
        log.add(client.label() + " closes");
    }
}
