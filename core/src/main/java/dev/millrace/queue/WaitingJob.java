package dev.millrace.queue;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A job in a batcher, and the promise of its outcome. What is not final belongs to {@link Gathering} and its lock; the
 * promise is kept once, by whoever took the job out.
 */
final class WaitingJob<T> {
    final Parcel<T> parcel;
    final int bytes;
    /** When it came and until when it may wait, on the batcher's clock. */
    final long arrived;

    final long deadline;
    /** Whether someone waits on a thread of their own; if not, what hangs on the promise is the application's code. */
    final boolean blocking;

    final CompletableFuture<EnqueueOutcome> promise = new CompletableFuture<>();
    /** What the application gets: it ends on a thread of its own, for its code may hang on it. */
    final CompletableFuture<EnqueueOutcome> stage;

    /** Where it waits; null before and after. */
    @Nullable
    Line<T> line;

    WaitingJob(Parcel<T> parcel, long arrived, long deadline, boolean blocking) {
        this.parcel = parcel;
        this.bytes = parcel.outgoing().bytes();
        this.arrived = arrived;
        this.deadline = deadline;
        this.blocking = blocking;
        this.stage = blocking ? promise : new CompletableFuture<>();
        if (!blocking) {
            promise.whenComplete((outcome, failure) -> Thread.ofVirtual()
                    .name("millrace-batch-outcome")
                    .start(() -> {
                        if (failure == null) {
                            stage.complete(outcome);
                        } else {
                            stage.completeExceptionally(failure);
                        }
                    }));
        }
    }

    boolean isEnqueued() {
        return promise.isDone() && !promise.isCompletedExceptionally();
    }
}
