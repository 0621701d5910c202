package dev.millrace.connection;

import static dev.millrace.connection.ChannelKind.CHANNEL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.command.ServerError;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfirmationsTest {
    private static final List<String> A = List.of("a");
    private static final List<String> B = List.of("b");

    private final Confirmations confirmations = new Confirmations();

    /** A subscriber that gave up before the server answered leaves an answer that is of no use to the next one. */
    @Test
    void answer_toASubscriptionTakenBack_doesNotConfirmTheNext() {
        confirmations.asked(CHANNEL, true, "a");
        confirmations.asked(CHANNEL, false, "a");
        confirmations.answered(CHANNEL, true, "a");
        assertThat(confirmations.missing(CHANNEL, A)).containsExactly("a");

        confirmations.asked(CHANNEL, true, "a");
        assertThat(confirmations.confirms(CHANNEL, A)).isFalse();
        confirmations.answered(CHANNEL, false, "a");
        assertThat(confirmations.confirms(CHANNEL, A)).isFalse();
        confirmations.answered(CHANNEL, true, "a");
        assertThat(confirmations.confirms(CHANNEL, A)).isTrue();
        assertThat(confirmations.missing(CHANNEL, A)).isEmpty();
    }

    @Test
    void refusal_ofOneChannel_isNoOtherOnes() {
        confirmations.asked(CHANNEL, true, "a");
        confirmations.asked(CHANNEL, true, "b");
        confirmations.refused(ServerError.of("NOPERM no"));
        confirmations.answered(CHANNEL, true, "b");

        assertThat(confirmations.refusal(CHANNEL, A)).hasMessageContaining("NOPERM");
        assertThat(confirmations.refusal(CHANNEL, B)).isNull();
        assertThat(confirmations.confirms(CHANNEL, B)).isTrue();

        confirmations.asked(CHANNEL, true, "a");
        assertThat(confirmations.refusal(CHANNEL, A)).isNull();
    }

    @Test
    void channel_thatTheServerTakesAway_isMissing() {
        confirmations.asked(CHANNEL, true, "a");
        confirmations.answered(CHANNEL, true, "a");

        confirmations.answered(CHANNEL, false, "a");

        assertThat(confirmations.confirms(CHANNEL, A)).isFalse();
        assertThat(confirmations.missing(CHANNEL, A)).containsExactly("a");
    }
}
