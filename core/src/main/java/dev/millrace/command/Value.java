package dev.millrace.command;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A reply as the server structured it, for commands outside the catalogue. Immutable, but for the array inside
 * {@link Bytes}, which is handed over as it is.
 */
public sealed interface Value {
    /** How deep a reply may be nested before it is refused, 512: no command of Redis comes near it. */
    int MAX_DEPTH = 512;

    /** How long a big number may be before it is refused, 10,000 digits: reading one takes the square of its length. */
    int MAX_DIGITS = 10_000;

    /** The null reply. */
    record Null() implements Value {}

    /** A bulk, verbatim or simple string. */
    record Bytes(byte[] bytes) implements Value {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Bytes[" + bytes.length + "]";
        }
    }

    /** An integer. */
    record Number(long number) implements Value {}

    /** A floating point number. */
    record Real(double number) implements Value {}

    /** An integer of any length. */
    record Big(BigInteger number) implements Value {}

    /** A boolean. */
    record Bool(boolean isTrue) implements Value {}

    /** An error inside an aggregate. */
    record Failed(ServerError error) implements Value {}

    /** An array, a set or a push, in wire order. */
    record Items(List<Value> items) implements Value {
        public Items {
            items = List.copyOf(items);
        }
    }

    /** A map, in wire order. */
    record Entries(List<Entry> entries) implements Value {
        public Entries {
            entries = List.copyOf(entries);
        }
    }

    /** One entry of a map. */
    record Entry(Value key, Value value) {}

    /** The text of a string or number; null for {@link Null}. @throws UnexpectedReply if it is an aggregate or error */
    default @Nullable String asText() {
        return switch (this) {
            case Null absent -> null;
            case Bytes string -> new String(string.bytes(), StandardCharsets.UTF_8);
            case Number integer -> Long.toString(integer.number());
            case Real real -> Double.toString(real.number());
            case Big big -> big.number().toString();
            case Bool bool -> Boolean.toString(bool.isTrue());
            case Failed failed -> throw failed.error();
            case Items items -> throw new UnexpectedReply("wanted a text, the server answered an array");
            case Entries entries -> throw new UnexpectedReply("wanted a text, the server answered a map");
        };
    }

    /** The number in an integer, or in a text that is one. @throws UnexpectedReply if there is none */
    default long asLong() {
        if (this instanceof Number integer) {
            return integer.number();
        }
        String text = asText();
        try {
            return Long.parseLong(String.valueOf(text));
        } catch (NumberFormatException e) {
            throw new UnexpectedReply("wanted an integer, the server answered a "
                    + getClass().getSimpleName().toLowerCase(Locale.ROOT));
        }
    }

    /** The elements of an array; a map's keys and values by turns; nothing for {@link Null}. */
    default List<Value> asList() {
        return switch (this) {
            case Null absent -> List.of();
            case Items array -> array.items();
            case Entries map ->
                map.entries().stream()
                        .flatMap(entry -> Stream.of(entry.key(), entry.value()))
                        .toList();
            default -> throw new UnexpectedReply("wanted an array, the server answered a single value");
        };
    }

    /** Reads any reply. @throws UnexpectedReply if it is nested deeper than {@link #MAX_DEPTH} */
    static Value read(ReplyReader reply) {
        return read(reply, 0);
    }

    private static Value read(ReplyReader reply, int depth) {
        if (depth > MAX_DEPTH) {
            throw new UnexpectedReply("the reply is nested deeper than " + MAX_DEPTH + " levels");
        }
        return switch (reply.type()) {
            case NULL -> {
                reply.skip();
                yield new Null();
            }
            case SIMPLE, BULK, VERBATIM -> {
                byte[] bytes = reply.readBytes();
                yield bytes == null ? new Null() : new Bytes(bytes);
            }
            case INTEGER -> new Number(reply.readLong());
            case DOUBLE -> new Real(reply.readDouble());
            case BIG_NUMBER -> {
                String text = String.valueOf(reply.readText());
                if (text.length() > MAX_DIGITS) {
                    throw new UnexpectedReply("a big number has more than " + MAX_DIGITS + " digits");
                }
                try {
                    yield new Big(new BigInteger(text));
                } catch (NumberFormatException e) {
                    throw new UnexpectedReply("wanted a big number, the server's is not one");
                }
            }
            case BOOLEAN -> new Bool(reply.readBoolean());
            case ERROR -> new Failed(reply.readError());
            case ARRAY, SET, PUSH -> {
                int count = reply.readArray();
                List<Value> items = new ArrayList<>(reply.capacity(count));
                for (int i = 0; i < count; i++) {
                    items.add(read(reply, depth + 1));
                }
                yield new Items(items);
            }
            case MAP -> {
                int count = reply.readMap();
                List<Entry> entries = new ArrayList<>(reply.capacity(count));
                for (int i = 0; i < count; i++) {
                    Value key = read(reply, depth + 1);
                    entries.add(new Entry(key, read(reply, depth + 1)));
                }
                yield new Entries(entries);
            }
        };
    }
}
