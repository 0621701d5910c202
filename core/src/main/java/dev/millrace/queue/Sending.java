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
    private final int[] order;
    private int from;

    Sending(List<Parcel<T>> parcels) {
        this.parcels = parcels;
        this.outcomes = new EnqueueOutcome[parcels.size()];
        this.failures = new MillraceException[parcels.size()];
        this.unsure = new boolean[parcels.size()];
        this.order = new int[parcels.size()];
        Arrays.setAll(order, i -> i);
    }

    boolean isOver() {
        return from == order.length;
    }

    /** The first of those that have no outcome yet, in order. */
    List<Parcel<T>> left(int most) {
        return Arrays.stream(order, from, from + Math.min(most, order.length - from))
                .mapToObj(parcels::get)
                .toList();
    }

    /**
     * Takes in how the first of those that were left ended.
     *
     * @return the first failure, or null
     */
    @Nullable
    MillraceException ended(List<List<Parcel<T>>> chunks, List<Uplink.Answered> answers) {
        MillraceException first = null;
        int sent = chunks.stream().mapToInt(List::size).sum();
        int at = from;
        int[] still = new int[sent];
        int stay = 0;
        for (int i = 0; i < chunks.size(); i++) {
            Uplink.Answered answer = answers.get(i);
            MillraceException failure = answer.failure();
            boolean mayHaveArrived = failure instanceof OutcomeUnknown || failure instanceof UnexpectedReply;
            first = first == null ? failure : first;
            for (int j = 0; j < chunks.get(i).size(); j++) {
                int job = order[at++];
                if (failure == null) {
                    outcomes[job] = answer.outcomes().get(j);
                } else {
                    failures[job] = failure;
                    unsure[job] |= mayHaveArrived;
                    still[stay++] = job;
                }
            }
        }
        from = at - stay;
        System.arraycopy(still, 0, order, from, stay);
        return first;
    }

    /** Leaves the first of those that are left with the failure it has. */
    void giveUp() {
        from++;
    }

    /** Ends all that are left: those that were tried with their own failure, the others as not sent. */
    void stop(MillraceException why) {
        for (int i = from; i < order.length; i++) {
            int job = order[i];
            if (failures[job] == null) {
                failures[job] =
                        new NotSent("not sent, for an earlier job of the upload failed: " + why.getMessage(), why);
            }
        }
        from = order.length;
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
