package dev.millrace.command;

/** Commands on strings. @see <a href="https://redis.io/docs/latest/commands/?group=string">Redis: strings</a> */
public final class Strings {
    private static final Verb GET = Verb.read("GET");
    private static final Verb SET = Verb.write("SET");
    private static final Verb INCR = Verb.write("INCR");

    private Strings() {}

    /** {@code GET}: the value, or null where the key does not exist. */
    public static Command<String> get(String key) {
        return new Command<>(GET, Decoders.TEXT, key);
    }

    /** {@code GET}: the value's bytes, or null where the key does not exist. */
    public static Command<byte[]> getBytes(String key) {
        return new Command<>(GET, Decoders.BYTES, key);
    }

    /** {@code SET}: stores the value, whatever was there before. Answers OK. */
    public static Command<String> set(String key, String value) {
        return new Command<>(SET, Decoders.OK, key, value);
    }

    /** {@code SET}: stores the bytes, whatever was there before. Answers OK. */
    public static Command<String> set(String key, byte[] value) {
        return new Command<>(SET, Decoders.OK, key, value);
    }

    /** {@code INCR}: the number after one was added. */
    public static Command<Long> incr(String key) {
        return new Command<>(INCR, Decoders.LONG, key);
    }
}
