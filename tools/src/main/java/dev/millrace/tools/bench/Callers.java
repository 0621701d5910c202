package dev.millrace.tools.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs the same work from many virtual threads at once. Stateless. */
final class Callers {

    /** What one caller does. */
    @FunctionalInterface
    interface Body {
        void run(int caller) throws Exception;
    }

    private Callers() {}

    /**
     * Starts so many virtual threads and waits for all of them.
     *
     * @throws Exception the first caller's failure, after all have ended
     */
    static void run(int count, Body body) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> calls = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                int caller = i;
                calls.add(threads.submit(() -> {
                    body.run(caller);
                    return caller;
                }));
            }
            for (Future<?> call : calls) {
                call.get();
            }
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw failed;
        }
    }
}
