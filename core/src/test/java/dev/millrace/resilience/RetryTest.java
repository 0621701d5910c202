package dev.millrace.resilience;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.incr;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.command.ServerError;
import dev.millrace.command.UnexpectedReply;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetryTest {
    private static final Retry RETRY = new Retry(3, Duration.ofMillis(100));
    private static final long PLENTY = Duration.ofSeconds(5).toNanos();
    private static final List<MillraceException> PASSING =
            List.of(new NotSent("down"), new OutcomeUnknown("lost"), ServerError.of("LOADING in memory"));
    private static final List<MillraceException> FINAL = List.of(
            NotSent.unreachable("circuit open", null),
            OutcomeUnknown.unreadable("too large", null),
            new Rejected("full"),
            new UnexpectedReply("shape"),
            new Misuse("wrong"),
            ServerError.of("WRONGTYPE not a list"),
            ServerError.of("OOM no"),
            ServerError.of("NOPERM no"),
            ServerError.of("READONLY no"));

    @Test
    void again_idempotentCommand_isTriedAgainAfterWhatMayPass() {
        for (MillraceException failure : PASSING) {
            assertThat(RETRY.again(get("k"), failure, 0, PLENTY))
                    .as("%s", failure)
                    .isTrue();
            assertThat(RETRY.again(incr("k").idempotent(), failure, 2, PLENTY)).isTrue();
            assertThat(RETRY.again(Command.of("FT.SEARCH").readOnly(), failure, 0, PLENTY))
                    .isTrue();
        }
    }

    @Test
    void again_writeThatWasNotDeclared_isNeverTriedAgain() {
        for (MillraceException failure : PASSING) {
            assertThat(RETRY.again(incr("k"), failure, 0, PLENTY))
                    .as("%s", failure)
                    .isFalse();
            assertThat(RETRY.again(set("k", "v"), failure, 0, PLENTY)).isFalse();
            assertThat(RETRY.again(Command.of("FT.SEARCH"), failure, 0, PLENTY)).isFalse();
        }
    }

    @Test
    void again_answersThatStand_areFinal() {
        for (MillraceException failure : FINAL) {
            assertThat(RETRY.again(get("k"), failure, 0, PLENTY))
                    .as("%s", failure)
                    .isFalse();
        }
    }

    @Test
    void again_triesOrTimeUsedUp_isFalse() {
        MillraceException failure = new NotSent("down");
        assertThat(RETRY.again(get("k"), failure, 3, PLENTY)).isFalse();
        assertThat(RETRY.again(get("k"), failure, 0, Duration.ofMillis(100).toNanos()))
                .isFalse();
        assertThat(RETRY.again(get("k"), failure, 0, Duration.ofMillis(101).toNanos()))
                .isTrue();
        assertThat(RETRY.again(get("k"), failure, 0, -1)).isFalse();
        assertThat(new Retry(0, Duration.ZERO).again(get("k"), failure, 0, PLENTY))
                .isFalse();
    }
}
