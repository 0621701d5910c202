package dev.millrace.tools.server.game;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.command.ServerError;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnsavedTest {
    private static final Duration KEPT = Duration.ofDays(1);

    private static Unsaved change(long moves, String... fields) {
        return fields.length == 0
                ? Unsaved.of(Map.of(), moves, KEPT)
                : Unsaved.of(Map.of(fields[0], fields[1]), moves, KEPT);
    }

    @Test
    void then_ofTwoChanges_hasTheNewerFieldsAndAllMoves() {
        assertThat(change(2, "room", "cellar").then(change(3, "room", "attic"))).isEqualTo(change(5, "room", "attic"));
        assertThat(change(2, "room", "cellar").then(change(0, "seen", "7")))
                .isEqualTo(Unsaved.of(Map.of("room", "cellar", "seen", "7"), 2, KEPT));
    }

    @Test
    void then_ofRemovals_isTheLast() {
        assertThat(change(0, "secret", "s").then(Unsaved.GONE)).isEqualTo(Unsaved.GONE);
        assertThat(Unsaved.GONE.then(change(0, "secret", "s"))).isEqualTo(change(0, "secret", "s"));
        assertThat(Unsaved.GONE.then(Unsaved.prolonged(KEPT))).isEqualTo(Unsaved.GONE);
        assertThat(change(0, "secret", "s").then(Unsaved.prolonged(KEPT))).isEqualTo(change(0, "secret", "s"));
    }

    @Test
    void writeOutcome_ofFailures_saysWhatToDo() {
        assertThat(WriteOutcome.of(null)).isEqualTo(WriteOutcome.DONE);
        assertThat(WriteOutcome.of(new NotSent("away"))).isEqualTo(WriteOutcome.AGAIN);
        assertThat(WriteOutcome.of(new Rejected("full"))).isEqualTo(WriteOutcome.AGAIN);
        assertThat(WriteOutcome.of(new OutcomeUnknown("cut"))).isEqualTo(WriteOutcome.UNKNOWN);
        assertThat(WriteOutcome.of(OutcomeUnknown.unreadable("no RESP", null))).isEqualTo(WriteOutcome.LOST);
        for (String passing : new String[] {"LOADING", "OOM", "READONLY", "MISCONF", "CLUSTERDOWN", "NOREPLICAS"}) {
            assertThat(WriteOutcome.of(ServerError.of(passing + " for now"))).isEqualTo(WriteOutcome.AGAIN);
        }
        for (String lasting : new String[] {"WRONGTYPE", "NOPERM", "ERR"}) {
            assertThat(WriteOutcome.of(ServerError.of(lasting + " for good"))).isEqualTo(WriteOutcome.LOST);
        }
    }
}
