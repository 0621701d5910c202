package dev.millrace.cache;

/**
 * A value could not be loaded. Its cause is what the loader threw; without a cause, it was not there in time. Every
 * caller that waited for the same load gets one of its own.
 */
public final class LoadFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    LoadFailure(String message) {
        super(message);
    }

    LoadFailure(String message, Throwable cause) {
        super(message, cause);
    }

    /** The same for another caller. */
    LoadFailure again() {
        String message = String.valueOf(getMessage());
        Throwable cause = getCause();
        return cause == null ? new LoadFailure(message) : new LoadFailure(message, cause);
    }
}
