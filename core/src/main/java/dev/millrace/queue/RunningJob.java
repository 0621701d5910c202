package dev.millrace.queue;

import org.jspecify.annotations.Nullable;

/**
 * A job in a worker's hands, from its claim until it is settled. The verdict is written by the handler's thread before the
 * job is handed over as ended; the rest belongs to the worker's own thread.
 */
final class RunningJob<T> {
    final Job<T> job;
    /** By the local clock, never later than the server's: when the lease ends. */
    long leaseEnds;

    /** Whether the lease was lost, so that its handler was interrupted. */
    boolean lost;

    /** Whether the worker gave up waiting for it. */
    volatile boolean stopped;

    private @Nullable Thread thread;
    private volatile @Nullable Verdict verdict;

    RunningJob(Job<T> job, long leaseEnds) {
        this.job = job;
        this.leaseEnds = leaseEnds;
    }

    void start(JobHandler<T> handler, Runnable ended) {
        thread = Thread.ofVirtual().name("millrace-job").start(() -> {
            verdict = verdictOf(handler);
            ended.run();
        });
    }

    @SuppressWarnings("NullAway") // a handler of Java without null checks may answer null
    private Verdict verdictOf(JobHandler<T> handler) {
        try {
            Verdict said = handler.handle(job);
            return said == null ? Verdict.retry("the handler answered null") : said;
        } catch (Throwable failure) { // whatever it is, it is the handler's, and the job must not stay leased for it
            return stopped ? Verdict.handBack() : Verdict.retry(failure.toString());
        }
    }

    /** What the handler said; null while it runs. */
    @Nullable
    Verdict verdict() {
        return verdict;
    }

    void interrupt() {
        if (thread != null) {
            thread.interrupt();
        }
    }
}
