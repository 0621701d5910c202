package dev.millrace.tools.server.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Where actors act. Immutable; its parts are thread-safe.
 *
 * @param caller speaks HTTP
 * @param tally counts
 * @param pace how fast, and until when
 */
record Stage(Caller caller, Tally tally, Pace pace) {
    /** Something that may be interrupted. */
    interface Deed {
        void run() throws InterruptedException;
    }

    /** Does all of it at the same time, each on a virtual thread, and waits until it is done. */
    void atOnce(String name, List<Deed> deeds) throws InterruptedException {
        List<Callable<Void>> calls = new ArrayList<>(deeds.size());
        for (Deed deed : deeds) {
            calls.add(() -> {
                deed.run();
                return null;
            });
        }
        try (ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("millrace-demo-" + name + "-", 0).factory())) {
            for (Future<Void> call : threads.invokeAll(calls)) {
                if (call.state() == Future.State.FAILED) {
                    tally.failed(name, call.exceptionNow().toString());
                }
            }
        }
    }
}
