package dev.millrace.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Starts several servers at the same time, all or none.
 *
 * <p>Stateless and thread-safe.
 */
public final class JointStart {

    private JointStart() {}

    /**
     * Runs every start on a thread of its own and returns what they made, in the same order, when all are through.
     *
     * @param close ends what did start where another did not
     * @throws RuntimeException what a start throws passes through, a {@link ServerStartException} as a rule
     */
    public static <T> List<T> all(Stream<Supplier<T>> starts, Consumer<? super T> close) {
        List<Future<T>> starting;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            starting = starts.map(start -> threads.submit(start::get)).toList();
        }
        List<T> started = new ArrayList<>();
        Throwable failure = null;
        for (Future<T> each : starting) {
            // Closing the executor has waited for all of them, by interrupting them where this thread was interrupted.
            if (each.state() == Future.State.SUCCESS) {
                started.add(each.resultNow());
            } else {
                failure = each.exceptionNow();
            }
        }
        if (failure == null) {
            return started;
        }
        started.forEach(close);
        if (failure instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) failure;
    }
}
