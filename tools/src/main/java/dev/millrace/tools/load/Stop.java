package dev.millrace.tools.load;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a loading end behind a batch when the JVM is ended from outside (Ctrl-C, SIGTERM), and holds the JVM until it has
 * said how far it came. Thread-safe.
 */
final class Stop implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 10;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook = new Thread(this::endFromOutside, "millrace-load-ending");
    private volatile boolean wanted;

    Stop() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    boolean isWanted() {
        return wanted;
    }

    private void endFromOutside() {
        wanted = true;
        try {
            boolean unused = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException nobodyWaits) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException endingAlready) {
            // The JVM is ending, and the hook ends now.
        }
    }
}
