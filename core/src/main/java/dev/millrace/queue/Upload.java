package dev.millrace.queue;

import dev.millrace.command.MillraceException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of an upload, job by job. Immutable.
 *
 * @param method how its jobs went; if some went otherwise, because the pipelined path failed or because the first answer
 *     said that many wait, how most of them went
 * @param items what became of each job, in order
 */
public record Upload(QueueMethod method, List<Item> items) {
    /** The list is copied. */
    public Upload {
        items = List.copyOf(items);
    }

    /** How many jobs it had. */
    public int total() {
        return items.size();
    }

    /** How many of them are known to be in the queue, as new ones, in the place of others, or because they were there. */
    public int processed() {
        return (int) items.stream().filter(Item::isProcessed).count();
    }

    /** The first failure, or null if all jobs were processed. */
    public @Nullable MillraceException failure() {
        return items.stream()
                .filter(item -> !item.isProcessed())
                .findFirst()
                .map(Item::failure)
                .orElse(null);
    }

    /**
     * What became of one job: either an outcome or a failure.
     *
     * @param outcome what the server answered; null if it failed
     * @param failure with what; null if the server answered. {@link dev.millrace.command.OutcomeUnknown} if the job may be
     *     in the queue, any other if it is not; to upload the same {@link JobSpec} again is safe either way
     * @param repeated whether the job was sent more than once because a first answer was lost; then {@link
     *     EnqueueOutcome#DUPLICATE} or {@link EnqueueOutcome#REPLACED} may mean that it met itself
     */
    public record Item(
            @Nullable EnqueueOutcome outcome, @Nullable MillraceException failure, boolean repeated) {
        /** @throws IllegalArgumentException unless it is one of both */
        public Item {
            if ((outcome == null) == (failure == null)) {
                throw new IllegalArgumentException("an item has an outcome or a failure");
            }
        }

        /** Whether the server answered for it. */
        public boolean isProcessed() {
            return outcome != null;
        }

        /**
         * The outcome.
         *
         * @throws MillraceException if it failed; the failure is its own
         */
        public EnqueueOutcome get() {
            if (outcome == null) {
                throw Objects.requireNonNull(failure).raised();
            }
            return outcome;
        }
    }
}
