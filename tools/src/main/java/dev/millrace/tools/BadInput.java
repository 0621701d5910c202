package dev.millrace.tools;

/**
 * The user's input cannot be used. The message is one line that says what is wrong and how to mend it, and holds no
 * secret; the command line prints it alone and exits with status 2.
 */
public final class BadInput extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A mistake, told in one line. */
    public BadInput(String message) {
        super(message);
    }
}
