package dev.millrace.tools.server.check;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/** Requests at the same moment; latencies count from it. Stateless. */
final class Storm {
    /** One request; its answer. */
    @FunctionalInterface
    interface Request {
        Site.Answer send() throws InterruptedException;
    }

    private Storm() {}

    /**
     * Sends all, each on a thread of its own, and waits for the answers.
     *
     * @param nanos where the latencies of those that went well go
     * @return how many went well
     */
    static int of(List<Request> requests, Histogram nanos) throws InterruptedException {
        AtomicInteger fine = new AtomicInteger();
        long[] began = new long[1];
        CyclicBarrier start = new CyclicBarrier(requests.size(), () -> began[0] = System.nanoTime());
        List<Thread> threads = new ArrayList<>();
        for (Request request : requests) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    start.await();
                    if (request.send().isFine()) {
                        fine.incrementAndGet();
                        nanos.recordValue(System.nanoTime() - began[0]);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (BrokenBarrierException e) {
                    // Another was interrupted; this one counts as one that failed.
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return fine.get();
    }
}
