package dev.millrace.bench.child;

/** A reply did not hold what it must. */
final class MismatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MismatchException(String message) {
        super(message);
    }
}
