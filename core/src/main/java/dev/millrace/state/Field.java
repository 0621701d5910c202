package dev.millrace.state;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.cache.codec.Codec;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A property of a record, declared once and shared:
 *
 * <pre>{@code
 * static final Field<String> PLAYER = Field.ofString("pl").critical();
 * static final LongField LAST_SEEN = Field.ofLong("ls").async();
 * }</pre>
 *
 * <p>How a field is written is a part of it. {@link #async()}, the default: memory at once, Redis behind. {@link #critical()}:
 * Redis first, then memory, before the call returns. {@link #lossy()}: as async, but where too much is unwritten a change may
 * stay in memory only; it is counted.
 *
 * <p>Numbers and booleans are 0 and false until they are set; texts and JSON are absent, which is null. Immutable.
 *
 * @param <T> the type of its values
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the slot is a hint, codecs are thread-safe
public abstract sealed class Field<T> permits LongField, BooleanField, ObjectField {
    /** How a change of a field is written. */
    public enum Writing {
        /** Memory at once, Redis behind. */
        ASYNC,
        /** Redis before the call returns; memory when Redis has it. */
        CRITICAL,
        /** As async, and memory only where too much is unwritten. */
        LOSSY
    }

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.]{0,63}");

    private final String name;
    private final Writing writing;

    /** Where it stands in the schema that took it in last; a hint, so no thread needs to see another's. */
    int slot;

    Field(String name, Writing writing) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a field has a name of 1 to 64 letters, digits, dots and underscores, of"
                    + " which the first is a letter; not \"" + name + "\"");
        }
        this.name = name;
        this.writing = writing;
    }

    /**
     * A whole number.
     *
     * @param name as it stands in Redis, 1 to 64 letters, digits, dots and underscores; short ones save memory
     * @throws IllegalArgumentException if the name is none
     */
    public static LongField ofLong(String name) {
        return new LongField(name, Writing.ASYNC);
    }

    /** A boolean; stored as 1 and 0. */
    public static BooleanField ofBoolean(String name) {
        return new BooleanField(name, Writing.ASYNC);
    }

    /** A text. */
    public static Field<String> ofString(String name) {
        return of(name, Codec.strings());
    }

    /**
     * A value as JSON, by Jackson 3, for a class without type parameters.
     *
     * @throws IllegalStateException if {@code tools.jackson.core:jackson-databind} is not on the class path
     */
    public static <T> Field<T> ofJson(String name, Class<T> type) {
        return of(name, Codec.json(type));
    }

    /** A value by a codec of one's own. What is set must not be changed afterwards: memory keeps it as it is. */
    public static <T> Field<T> of(String name, Codec<T> codec) {
        return new ObjectField<>(name, Writing.ASYNC, codec);
    }

    /** The same field, written behind. */
    public abstract Field<T> async();

    /** The same field, in Redis before a change of it returns. */
    public abstract Field<T> critical();

    /** The same field, written behind unless too much is unwritten. */
    public abstract Field<T> lossy();

    /** Its name in Redis. */
    public String name() {
        return name;
    }

    /** How a change of it is written. */
    public Writing writing() {
        return writing;
    }

    boolean isCritical() {
        return writing == Writing.CRITICAL;
    }

    /** Whether its values stand among a record's numbers. */
    abstract boolean isNumber();

    /** The number that stands for a value. */
    abstract long number(T value);

    /** The value that a number stands for. */
    abstract T ofNumber(long number);

    /** What Redis is to hold for an object. */
    abstract Object encoded(Object value);

    /**
     * The object for what Redis holds.
     *
     * @throws dev.millrace.cache.codec.CodecException if it is none
     */
    abstract @Nullable Object decoded(byte[] bytes);

    @Override
    public String toString() {
        return "Field[" + name + ", " + writing.name().toLowerCase(java.util.Locale.ROOT) + "]";
    }
}
