package dev.millrace.state;

import org.jspecify.annotations.Nullable;

/**
 * Changes of several fields of one record, made together: {@code record.update(change -> change.set(PLAYER, "p7").set(LOGGED_IN,
 * true))}. All of them are in Redis and memory, or none. Confined to the function that it is given to.
 */
public final class Changes {
    private final Schema schema;
    private final long[] numbers;
    private final @Nullable Object[] objects;
    private long mask;

    Changes(Schema schema) {
        this.schema = schema;
        this.numbers = new long[schema.numbers()];
        this.objects = new @Nullable Object[schema.size() - schema.numbers()];
    }

    /**
     * Sets a field; null makes it absent, or a number 0.
     *
     * @throws IllegalArgumentException if the field is none of the state's
     */
    public <T> Changes set(Field<T> field, @Nullable T value) {
        int slot = schema.slot(field);
        if (field.isNumber()) {
            numbers[slot] = value == null ? 0 : field.number(value);
        } else {
            objects[slot - schema.numbers()] = value;
        }
        mask |= 1L << slot;
        return this;
    }

    /** Sets a number. */
    public Changes set(LongField field, long value) {
        return setNumber(schema.slot(field), value);
    }

    /** Sets a boolean. */
    public Changes set(BooleanField field, boolean value) {
        return setNumber(schema.slot(field), value ? 1 : 0);
    }

    Changes setNumber(int slot, long value) {
        numbers[slot] = value;
        mask |= 1L << slot;
        return this;
    }

    /** These changes as one that Redis has made of them. */
    RecordData as(long version) {
        return new RecordData(version, 0, "", mask, numbers, objects);
    }

    long mask() {
        return mask;
    }

    long[] numbers() {
        return numbers;
    }

    @Nullable
    Object[] objects() {
        return objects;
    }
}
