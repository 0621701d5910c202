package dev.millrace.command;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;

/**
 * The arguments of one command while they are put together, in wire order. Numbers are written as Redis reads them.
 * Confined to the factory method that makes it; {@link #toArray()} ends its use.
 */
final class Arguments {
    private Object[] values;
    private int size;

    private Arguments(int capacity) {
        values = new Object[Math.max(1, capacity)];
    }

    /** An empty list with room for {@code capacity} arguments; it grows where that was too few. */
    static Arguments withCapacity(int capacity) {
        return new Arguments(capacity);
    }

    /** A list that begins with {@code first}, most often the key: a {@link String} or a {@code byte[]}. */
    static Arguments of(Object first) {
        return new Arguments(8).addRaw(first);
    }

    Arguments add(String text) {
        return addRaw(text);
    }

    Arguments add(byte[] bytes) {
        return addRaw(bytes);
    }

    Arguments add(long number) {
        return addRaw(Long.toString(number));
    }

    /** Adds a number with all its digits; infinities as {@code inf} and {@code -inf}. */
    Arguments add(double number) {
        return addRaw(text(number));
    }

    /** Adds what is known to be a {@link String} or a {@code byte[]}; {@link Command} refuses null. */
    Arguments addRaw(Object value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
        return this;
    }

    Arguments addAll(Object[] all) {
        for (Object value : all) {
            addRaw(value);
        }
        return this;
    }

    Arguments addAll(Collection<?> all) {
        for (Object value : all) {
            addRaw(value);
        }
        return this;
    }

    /** Adds the words of a command that writes: without any, what it writes never expires. */
    Arguments addWriteExpiry(Expiry expiry) {
        return switch (expiry) {
            case Expiry.In in -> add("PX").add(Milliseconds.of(in.duration()));
            case Expiry.At at -> add("PXAT").add(Milliseconds.of(at.instant()));
            case Expiry.Kept kept -> add("KEEPTTL");
            case Expiry.Never never -> this;
        };
    }

    /** Adds the words of a command that reads: without any, it leaves the expiry alone. */
    Arguments addReadExpiry(Expiry expiry) {
        return switch (expiry) {
            case Expiry.In in -> add("PX").add(Milliseconds.of(in.duration()));
            case Expiry.At at -> add("PXAT").add(Milliseconds.of(at.instant()));
            case Expiry.Kept kept -> this;
            case Expiry.Never never -> add("PERSIST");
        };
    }

    Object[] toArray() {
        return size == values.length ? values : Arrays.copyOf(values, size);
    }

    /** A copy of what was passed. @throws IllegalArgumentException if it is empty, naming {@code what} is missing */
    static Object[] some(Verb verb, String what, Object[] all) {
        requireSome(all.length, verb.name(), what);
        return Arrays.copyOf(all, all.length, Object[].class);
    }

    /** A copy of what was passed. @throws IllegalArgumentException if it is empty, naming {@code what} is missing */
    static Object[] some(Verb verb, String what, Collection<?> all) {
        requireSome(all.size(), verb.name(), what);
        return all.toArray();
    }

    /** {@code first}, then a copy of the rest. @throws IllegalArgumentException if the rest is empty */
    static Object[] some(Verb verb, Object first, String what, Object[] rest) {
        requireSome(rest.length, verb.name(), what);
        return withCapacity(1 + rest.length).addRaw(first).addAll(rest).toArray();
    }

    /** {@code first}, then a copy of the rest. @throws IllegalArgumentException if the rest is empty */
    static Object[] some(Verb verb, Object first, String what, Collection<?> rest) {
        requireSome(rest.size(), verb.name(), what);
        return withCapacity(1 + rest.size()).addRaw(first).addAll(rest).toArray();
    }

    /** Names and values by turns. @throws IllegalArgumentException if there are none or a value has no partner */
    static Object[] pairs(Verb verb, String what, Object[] namesAndValues) {
        Object[] copy = some(verb, what, namesAndValues);
        if (copy.length % 2 != 0) {
            throw new IllegalArgumentException(verb.name() + " takes a " + what
                    + " and its value by turns; the last of " + copy.length + " has none");
        }
        return copy;
    }

    /** Names and values by turns. @throws IllegalArgumentException if there are none */
    static Object[] pairs(Verb verb, String what, Map<?, ?> all) {
        requireSome(all.size(), verb.name(), what);
        Arguments arguments = withCapacity(2 * all.size());
        all.forEach((name, value) -> arguments.addRaw(name).addRaw(value));
        return arguments.toArray();
    }

    /** @throws IllegalArgumentException if {@code count} is 0, saying that {@code command} needs one {@code what} */
    static void requireSome(int count, String command, String what) {
        if (count == 0) {
            throw new IllegalArgumentException(command + " needs at least one " + what + "; the list is empty");
        }
    }

    /** @throws IllegalArgumentException if {@code number} is NaN, which Redis does not take */
    static String text(double number) {
        if (Double.isNaN(number)) {
            throw new IllegalArgumentException("a number is NaN, which Redis does not take");
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        return Double.toString(number);
    }
}
