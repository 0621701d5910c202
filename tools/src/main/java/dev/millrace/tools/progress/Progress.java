package dev.millrace.tools.progress;

/**
 * One running task with a known number of steps. Thread-safe: many workers may report to one. Reporting never blocks for
 * the terminal.
 */
public interface Progress extends AutoCloseable {

    /** That many more steps are done; negative numbers are ignored. */
    void advance(long steps);

    /** One more step is done. */
    default void advance() {
        advance(1);
    }

    /** Ends the display, whether or not all steps were done. Closing again does nothing. */
    @Override
    void close();

    /** A progress nobody watches. */
    static Progress silent() {
        return SilentProgress.INSTANCE;
    }
}
