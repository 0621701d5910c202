package dev.millrace.bench;

/**
 * Ends a run quietly when the JVM is told to end, by Ctrl-C for example: the run's thread is interrupted and unwinds,
 * while the servers, the clients' processes and the data set are ended and removed by those who made them.
 */
final class EndOfRun implements AutoCloseable {
    private final Thread hook;

    private EndOfRun(Thread hook) {
        this.hook = hook;
    }

    /** Watches over the calling thread, which shows its run with {@code progress}, until it is closed. */
    static EndOfRun whenJvmEnds(RunProgress progress) {
        Thread run = Thread.currentThread();
        EndOfRun end = new EndOfRun(new Thread(
                () -> {
                    progress.beQuiet();
                    run.interrupt();
                },
                "end the run"));
        Runtime.getRuntime().addShutdownHook(end.hook);
        return end;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ignored) {
            // The JVM is ending: it has run, or is running.
        }
    }
}
