package dev.millrace.command;

/** The arguments of calls of scripts and functions: what is called, the number of keys, the keys, the rest. */
final class Calls {
    private Calls() {}

    /** @throws IllegalArgumentException if a key or an argument is neither a {@link String} nor a {@code byte[]} */
    static Object[] of(String called, Object[] keys, Object[] arguments) {
        check(keys);
        check(arguments);
        return Arguments.withCapacity(2 + keys.length + arguments.length)
                .add(called)
                .add(keys.length)
                .addAll(keys)
                .addAll(arguments)
                .toArray();
    }

    private static void check(Object[] values) {
        for (Object value : values) {
            if (!(value instanceof String) && !(value instanceof byte[])) {
                throw new IllegalArgumentException("the keys and arguments of a call are String or byte[]");
            }
        }
    }
}
