package dev.millrace.command;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A member of a sorted set with its score. Immutable; an array as the member is handed over
 * as it is, and two of these are equal when their arrays hold the same bytes.
 *
 * @param member the member
 * @param score any number but NaN; infinities are allowed
 * @param <M> {@link String} or {@code byte[]}
 */
public record ScoredMember<M>(M member, double score) {
    /** @throws IllegalArgumentException if the score is NaN */
    public ScoredMember {
        Objects.requireNonNull(member, "a scored member has no member");
        if (Double.isNaN(score)) {
            throw new IllegalArgumentException("a score is NaN, which Redis does not take");
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ScoredMember<?> that
                && Double.compare(score, that.score) == 0
                && Objects.deepEquals(member, that.member);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.deepHashCode(new Object[] {member}) + Double.hashCode(score);
    }
}
