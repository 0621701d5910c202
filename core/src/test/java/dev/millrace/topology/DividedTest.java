package dev.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.command.Command;
import dev.millrace.command.Keys;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Scripting;
import dev.millrace.command.ServerError;
import dev.millrace.command.Strings;
import dev.millrace.command.UnexpectedReply;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DividedTest {
    private static final ServerError REFUSED = ServerError.of("NOPERM not for you");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<Part> parts(Command<?> whole, int[]... keys) {
        return Arrays.stream(keys)
                .map(some -> new Part(whole.part(some), some, null))
                .toList();
    }

    private static @Nullable Object outcome(Command<?> whole, List<Part> parts, @Nullable Object... outcomes) {
        return Divided.outcome(whole, parts, outcomes);
    }

    @Test
    void outcome_mget_isInTheOrderOfTheKeys() {
        Command<?> whole = Strings.mget("a", "b", "c", "d");
        List<Part> parts = parts(whole, new int[] {1, 3}, new int[] {0}, new int[] {2});
        assertThat(outcome(whole, parts, Arrays.asList("B", null), List.of("A"), List.of("C")))
                .isEqualTo(Arrays.asList("A", "B", "C", null));
    }

    @Test
    void part_ofMset_hasTheKeysWithTheirValues() {
        Command<?> part = Strings.mset(bytes("a"), bytes("1"), bytes("b"), bytes("2"), bytes("c"), bytes("3"))
                .part(new int[] {2, 0});
        assertThat(part.argumentCount()).isEqualTo(4);
        assertThat(List.of(part.argument(0), part.argument(1), part.argument(2), part.argument(3)))
                .extracting(argument -> new String((byte[]) argument, StandardCharsets.UTF_8))
                .containsExactly("c", "3", "a", "1");
    }

    @Test
    void outcome_del_isTheSum() {
        Command<?> whole = Keys.del("a", "b", "c");
        assertThat(outcome(whole, parts(whole, new int[] {0, 2}, new int[] {1}), 2L, 1L))
                .isEqualTo(3L);
    }

    @Test
    void outcome_readThatFailedInPart_isThatFailure() {
        Command<?> whole = Strings.mget("a", "b");
        assertThat(outcome(whole, parts(whole, new int[] {0}, new int[] {1}), List.of("A"), REFUSED))
                .isSameAs(REFUSED);
    }

    @Test
    void outcome_writeThatNoPartDid_isTheFirstFailure() {
        Command<?> whole = Keys.del("a", "b");
        NotSent down = new NotSent("down");
        assertThat(outcome(whole, parts(whole, new int[] {0}, new int[] {1}), down, REFUSED))
                .isSameAs(down);
    }

    @Test
    void outcome_writeThatSomePartsDid_isUnknown() {
        Command<?> whole = Keys.del("a", "b");
        assertThat(outcome(whole, parts(whole, new int[] {0}, new int[] {1}), 1L, REFUSED))
                .isInstanceOfSatisfying(
                        OutcomeUnknown.class,
                        e -> assertThat(e)
                                .hasMessageContaining("1 of 2 parts")
                                .hasMessageContaining("NOPERM")
                                .hasCause(REFUSED));
        assertThat(outcome(whole, parts(whole, new int[] {0}, new int[] {1}), new OutcomeUnknown("cut"), REFUSED))
                .isInstanceOf(OutcomeUnknown.class);
    }

    @Test
    void outcome_scriptExists_isYesWhereEveryNodeHasIt() {
        Command<?> whole = Scripting.scriptExists("1", "2");
        List<Part> parts = List.of(new Part(whole, new int[0], null), new Part(whole, new int[0], null));
        assertThat(outcome(whole, parts, List.of(true, true), List.of(true, false)))
                .isEqualTo(List.of(true, false));
    }

    @Test
    void outcome_scriptKill_isDoneWhereOneNodeHadSomethingToKill() {
        Command<?> whole = Scripting.scriptKill();
        List<Part> parts = List.of(new Part(whole, new int[0], null), new Part(whole, new int[0], null));
        ServerError idle = ServerError.of("NOTBUSY No scripts in execution right now.");
        assertThat(outcome(whole, parts, idle, "OK")).isEqualTo("OK");
        assertThat(outcome(whole, parts, idle, idle)).isSameAs(idle);
    }

    @Test
    void outcome_answersThatDontFit_areUnexpected() {
        Command<?> whole = Strings.mget("a", "b");
        assertThat(outcome(whole, parts(whole, new int[] {0}, new int[] {1}), List.of(), List.of("B")))
                .isInstanceOf(UnexpectedReply.class);
        assertThat(outcome(whole, parts(whole, new int[] {0}, new int[] {1}), "x", List.of("B")))
                .isInstanceOf(UnexpectedReply.class);
    }
}
