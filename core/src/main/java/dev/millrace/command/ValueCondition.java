package dev.millrace.command;

/**
 * What a string must hold for a write or a deletion to happen; the server compares. Immutable. A byte array is not
 * copied and must not be changed while the condition is in use.
 *
 * <p>Comparing with a value needs Redis 8.4 (SET with {@link #equalTo}: also Valkey 8.1), the rest Redis 8.4.
 */
public final class ValueCondition {
    private final String word;
    private final Object operand;

    private ValueCondition(String word, Object operand) {
        this.word = word;
        this.operand = operand;
    }

    /** The key holds exactly this (IFEQ); not so where it does not exist. */
    public static ValueCondition equalTo(String value) {
        return new ValueCondition("IFEQ", value);
    }

    /** The key holds exactly these bytes (IFEQ); not so where it does not exist. */
    public static ValueCondition equalTo(byte[] value) {
        return new ValueCondition("IFEQ", value);
    }

    /** The key holds anything else, or, for a write, nothing (IFNE). */
    public static ValueCondition notEqualTo(String value) {
        return new ValueCondition("IFNE", value);
    }

    /** The key holds any other bytes, or, for a write, nothing (IFNE). */
    public static ValueCondition notEqualTo(byte[] value) {
        return new ValueCondition("IFNE", value);
    }

    /** {@link Strings#digest} of the key answers this (IFDEQ); not so where it does not exist. */
    public static ValueCondition digestEqualTo(String digest) {
        return new ValueCondition("IFDEQ", digest);
    }

    /** {@link Strings#digest} of the key answers anything else, or, for a write, nothing (IFDNE). */
    public static ValueCondition digestNotEqualTo(String digest) {
        return new ValueCondition("IFDNE", digest);
    }

    void addTo(Arguments arguments) {
        arguments.add(word).addRaw(operand);
    }

    /** The kind of comparison, without what is compared. */
    @Override
    public String toString() {
        return "ValueCondition[" + word + "]";
    }
}
