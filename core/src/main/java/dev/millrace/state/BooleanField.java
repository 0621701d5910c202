package dev.millrace.state;

/** A {@link Field} of booleans, which are read and written without boxes. Immutable. */
public final class BooleanField extends Field<Boolean> {
    BooleanField(String name, Writing writing) {
        super(name, writing);
    }

    @Override
    public BooleanField async() {
        return new BooleanField(name(), Writing.ASYNC);
    }

    @Override
    public BooleanField critical() {
        return new BooleanField(name(), Writing.CRITICAL);
    }

    @Override
    public BooleanField lossy() {
        return new BooleanField(name(), Writing.LOSSY);
    }

    @Override
    boolean isNumber() {
        return true;
    }

    @Override
    long number(Boolean value) {
        return value ? 1 : 0;
    }

    @Override
    Boolean ofNumber(long number) {
        return number != 0;
    }

    @Override
    Object encoded(Object value) {
        throw new IllegalStateException(this + " is a boolean");
    }

    @Override
    Object decoded(byte[] bytes) {
        throw new IllegalStateException(this + " is a boolean");
    }
}
