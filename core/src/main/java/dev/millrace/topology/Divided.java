package dev.millrace.topology;

import dev.millrace.command.Command;
import dev.millrace.command.Merge;
import dev.millrace.command.MillraceException;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.UnexpectedReply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How the outcomes of a command's parts become its own. */
final class Divided {
    private Divided() {}

    /** The outcome of the whole: a value, or the {@link MillraceException} it failed with. */
    static @Nullable Object outcome(Command<?> whole, List<Part> parts, @Nullable Object[] outcomes) {
        Merge merge = Objects.requireNonNull(whole.verb().merge(), "only what can be merged is divided");
        MillraceException failure = null;
        List<@Nullable Object> answers = new ArrayList<>(outcomes.length);
        for (Object outcome : outcomes) {
            if (outcome instanceof MillraceException failed) {
                failure = failure == null ? failed : failure;
            } else {
                answers.add(outcome);
            }
        }
        if (failure != null && (merge != Merge.ANY || answers.isEmpty())) {
            return failure(whole, failure, answers.size(), outcomes);
        }
        try {
            return merge.of(answers, parts.stream().map(Part::keys).toList());
        } catch (MillraceException e) {
            return e;
        } catch (RuntimeException e) {
            return new UnexpectedReply(whole.verb().name() + ": the answers of its parts can't be made one: " + e, e);
        }
    }

    /** Of a write, some parts may have taken effect: then nothing less than "unknown" is true of the whole. */
    private static MillraceException failure(
            Command<?> whole, MillraceException first, int done, @Nullable Object[] outcomes) {
        boolean unknown = Arrays.stream(outcomes).anyMatch(OutcomeUnknown.class::isInstance);
        if (whole.verb().isReadOnly() || (done == 0 && !unknown)) {
            return first;
        }
        return new OutcomeUnknown(
                whole + " took effect in part: " + done + " of " + outcomes.length + " parts were answered; the first"
                        + " failure: " + first.getMessage(),
                first);
    }
}
