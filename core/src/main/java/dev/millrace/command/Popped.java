package dev.millrace.command;

/**
 * What a command took from the first of several keys that had something to give.
 *
 * @param key the key that it was taken from
 * @param value what was taken
 * @param <T> one element, or a list of them
 */
public record Popped<T>(String key, T value) {
    /** A pair of key and value, or null for a reply of nothing. */
    static <T> Decoder<Popped<T>> decoder(Decoder<T> value) {
        return reply -> reply.nullable(() -> {
            int count = reply.readArray();
            if (count != 2) {
                throw new UnexpectedReply("wanted a key and what it gave, the server answered " + count + " elements");
            }
            String key = String.valueOf(reply.readText());
            T taken = value.decode(reply);
            if (taken == null) {
                throw new UnexpectedReply("wanted a key and what it gave, the server answered a key and null");
            }
            return new Popped<>(key, taken);
        });
    }
}
