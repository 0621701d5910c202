package dev.millrace.storage;

import dev.millrace.command.MillraceException;
import org.jspecify.annotations.Nullable;

/**
 * What became of one operation.
 *
 * @param value what it answered; null where there is nothing, and where it failed
 * @param error why it failed; null where it did not
 */
public record Answer<T>(@Nullable T value, @Nullable MillraceException error) {
    static <T> Answer<T> of(@Nullable T value) {
        return new Answer<>(value, null);
    }

    static <T> Answer<T> failed(MillraceException error) {
        return new Answer<>(null, error);
    }

    /** Whether it failed. */
    public boolean isFailed() {
        return error != null;
    }

    /**
     * For callers to whom a failure is an error.
     *
     * @throws MillraceException if it failed
     */
    public @Nullable T orThrow() {
        if (error != null) {
            throw error.raised();
        }
        return value;
    }
}
