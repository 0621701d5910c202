package dev.millrace.state;

/** A {@link Field} of whole numbers, which are read and written without boxes. Immutable. */
public final class LongField extends Field<Long> {
    LongField(String name, Writing writing) {
        super(name, writing);
    }

    @Override
    public LongField async() {
        return new LongField(name(), Writing.ASYNC);
    }

    @Override
    public LongField critical() {
        return new LongField(name(), Writing.CRITICAL);
    }

    @Override
    public LongField lossy() {
        return new LongField(name(), Writing.LOSSY);
    }

    @Override
    boolean isNumber() {
        return true;
    }

    @Override
    long number(Long value) {
        return value;
    }

    @Override
    Long ofNumber(long number) {
        return number;
    }

    @Override
    Object encoded(Object value) {
        throw new IllegalStateException(this + " is a number");
    }

    @Override
    Object decoded(byte[] bytes) {
        throw new IllegalStateException(this + " is a number");
    }
}
