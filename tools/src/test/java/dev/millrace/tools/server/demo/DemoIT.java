package dev.millrace.tools.server.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tools.CommandRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The demonstration with an embedded server. */
final class DemoIT {
    /** The kinds of requests that each actor makes, whoever of them has what he needs. */
    private static final Map<String, List<String>> KINDS = Map.of(
            "live points", List.of("live points"),
            "uploads", List.of("competition starts"),
            "rooms", List.of("joins", "votes"),
            "game lines", List.of("game lines"),
            "jobs", List.of("jobs"),
            "record reads", List.of("record reads"),
            "cached answers", List.of("cached answers"));

    @Test
    void demo_ofThreeSeconds_doesSomeOfEverythingThatThereIsAndEnds() {
        Path flights = Path.of(System.getProperty("millrace.home", ".."), "flights");

        CommandRun run = CommandRun.of("demo", "--for", "3s", "--port", "0", "--flights", flights.toString());

        assertThat(run.out()).startsWith("Millrace serves at http://127.0.0.1:").doesNotContain("\tat ");
        List<String> missing = new ArrayList<>();
        KINDS.forEach((actor, kinds) -> kinds.forEach(kind -> {
            boolean skipped = run.out().contains("without " + actor + ":");
            if (!skipped && !run.out().matches("(?s).*\\n" + kind + " +[1-9].*")) {
                missing.add(kind);
            }
        }));
        assertThat(missing).as(run.out()).isEmpty();
        assertThat(run.out()).contains("round trips to Redis were saved");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).as(run.out()).isZero();
    }

    @Test
    void demo_withoutFlights_isRefusedInALine() {
        CommandRun.of("demo", "--for", "1s", "--port", "0", "--flights", "/nowhere")
                .refused(2, "the flights of /nowhere cannot be read");
    }

    @Test
    void demo_withATimeThatIsNone_isRefusedInALine() {
        CommandRun.of("demo", "--for", "soon").refused(2, "must be a time such as 30s, 5m or 2h");
    }
}
