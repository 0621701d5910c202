package dev.millrace.storage;

import dev.millrace.command.MillraceException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The answers to a {@linkplain PluginStorage#pipeline pipeline}, in the order of its operations. Immutable. */
public final class PipelineResult {
    private final List<Answer<?>> answers;
    private final Map<Operation<?>, Integer> positions = new IdentityHashMap<>();

    PipelineResult(List<? extends Operation<?>> operations, List<Answer<?>> answers) {
        this.answers = List.copyOf(answers);
        for (int i = 0; i < operations.size(); i++) {
            positions.putIfAbsent(operations.get(i), i);
        }
    }

    /** How many there are. */
    public int size() {
        return answers.size();
    }

    /**
     * The value at a position; null where there is nothing, and where the operation failed.
     *
     * @throws IndexOutOfBoundsException if there is no such position
     */
    public @Nullable Object value(int position) {
        return answers.get(position).value();
    }

    /**
     * Why the operation at a position failed; null where it did not.
     *
     * @throws IndexOutOfBoundsException if there is no such position
     */
    public @Nullable MillraceException error(int position) {
        return answers.get(position).error();
    }

    /**
     * The answer to an operation, by the very object that was passed; the first, if it was passed twice.
     *
     * @throws IllegalArgumentException if it was not passed
     */
    @SuppressWarnings("unchecked") // the answer at its position is of its type
    public <T> Answer<T> of(Operation<T> operation) {
        Integer position = positions.get(operation);
        if (position == null) {
            throw new IllegalArgumentException("this " + operation + " was not in the pipeline");
        }
        return (Answer<T>) answers.get(position);
    }

    /** The value of an operation, as {@link #of}; null where there is nothing, and where it failed. */
    public <T> @Nullable T value(Operation<T> operation) {
        return of(operation).value();
    }

    /** How many failed. */
    public int failures() {
        return (int) answers.stream().filter(Answer::isFailed).count();
    }
}
