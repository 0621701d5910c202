package dev.millrace.connection;

import org.jspecify.annotations.Nullable;

/** One line for an exception: of the platform's, the deepest cause says the most; our own say all there is. */
final class Causes {
    private Causes() {}

    static String deepest(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < 16; i++) {
            Throwable next = cause.getCause();
            if (next == null || next.getMessage() == null || cause instanceof ConnectFailure) {
                break;
            }
            cause = next;
        }
        @Nullable String message = cause.getMessage();
        return message == null || message.isBlank()
                ? cause.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
