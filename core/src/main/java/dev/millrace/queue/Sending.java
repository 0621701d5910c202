package dev.millrace.queue;

import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.UnexpectedReply;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of one upload on their way: which are left, which may have arrived though no answer came, what became of the
 * others. Those that are left keep their order. Confined to one thread.
 */
final class Sending<T> {
    private final List<Parcel<T>> parcels;
    private final @Nullable EnqueueOutcome[] outcomes;
    private final @Nullable MillraceException[] failures;
    private final boolean[] unsure;
    private int[] left;

    Sending(List<Parcel<T>> parcels) {
        this.parcels = parcels;
        this.outcomes = new EnqueueOutcome[parcels.size()];
        this.failures = new MillraceException[parcels.size()];
        this.unsure = new boolean[parcels.size()];
        this.left = new int[parcels.size()];
        Arrays.setAll(left, i -> i);
    }

    boolean isOver() {
        return left.length == 0;
    }

    /** Those that have no outcome yet, in order. */
    List<Parcel<T>> left() {
        return Arrays.stream(left).mapToObj(parcels::get).toList();
    }

    /**
     * Takes in how the first of those that were left ended.
     *
     * @return the first failure, or null
     */
    @Nullable
    MillraceException ended(List<List<Parcel<T>>> chunks, List<Uplink.Answered> answers) {
        MillraceException first = null;
        int at = 0;
        int[] still = new int[left.length];
        int stay = 0;
        for (int i = 0; i < chunks.size(); i++) {
            Uplink.Answered answer = answers.get(i);
            MillraceException failure = answer.failure();
            boolean mayHaveArrived = failure instanceof OutcomeUnknown || failure instanceof UnexpectedReply;
            first = first == null ? failure : first;
            for (int j = 0; j < chunks.get(i).size(); j++) {
                int job = left[at++];
                if (failure == null) {
                    outcomes[job] = answer.outcomes().get(j);
                } else {
                    failures[job] = failure;
                    unsure[job] |= mayHaveArrived;
                    still[stay++] = job;
                }
            }
        }
        while (at < left.length) {
            still[stay++] = left[at++];
        }
        left = Arrays.copyOf(still, stay);
        return first;
    }

    /** Leaves the first of those that are left with the failure it has. */
    void giveUp() {
        left = Arrays.copyOfRange(left, 1, left.length);
    }

    /** Ends all that are left: those that were tried with their own failure, the others as not sent. */
    void stop(MillraceException why) {
        for (int job : left) {
            if (failures[job] == null) {
                failures[job] =
                        new NotSent("not sent, for an earlier job of the upload failed: " + why.getMessage(), why);
            }
        }
        left = new int[0];
    }

    List<Upload.Item> items() {
        List<Upload.Item> items = new ArrayList<>(parcels.size());
        for (int job = 0; job < parcels.size(); job++) {
            EnqueueOutcome outcome = outcomes[job];
            items.add(new Upload.Item(outcome, outcome == null ? failure(job) : null, unsure[job]));
        }
        return items;
    }

    /** A job that may have arrived is not one that was refused, whatever its last try said. */
    private MillraceException failure(int job) {
        MillraceException last = Objects.requireNonNull(failures[job]);
        return unsure[job] && !(last instanceof OutcomeUnknown)
                ? new OutcomeUnknown(
                        "an answer to an earlier try was lost; the last one ended: " + last.getMessage(), last)
                : last;
    }
}
