package dev.millrace.state;

import dev.millrace.cache.codec.Codec;
import org.jspecify.annotations.Nullable;

/** A {@link Field} whose values are objects, by a codec. Immutable. */
final class ObjectField<T> extends Field<T> {
    private final Codec<T> codec;

    ObjectField(String name, Writing writing, Codec<T> codec) {
        super(name, writing);
        this.codec = codec;
    }

    @Override
    public Field<T> async() {
        return new ObjectField<>(name(), Writing.ASYNC, codec);
    }

    @Override
    public Field<T> critical() {
        return new ObjectField<>(name(), Writing.CRITICAL, codec);
    }

    @Override
    public Field<T> lossy() {
        return new ObjectField<>(name(), Writing.LOSSY, codec);
    }

    @Override
    boolean isNumber() {
        return false;
    }

    @Override
    long number(T value) {
        throw new IllegalStateException(this + " is no number");
    }

    @Override
    T ofNumber(long number) {
        throw new IllegalStateException(this + " is no number");
    }

    @Override
    @SuppressWarnings("unchecked") // only what was set through this field is encoded by it
    Object encoded(Object value) {
        return codec.encode((T) value);
    }

    @Override
    @Nullable
    Object decoded(byte[] bytes) {
        return codec.decode(bytes);
    }
}
