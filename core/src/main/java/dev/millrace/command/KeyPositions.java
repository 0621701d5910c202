package dev.millrace.command;

/**
 * Where a command's keys stand among its arguments, for choosing the cluster slot. Thread-safe; implementations keep
 * no state.
 *
 * @see <a href="https://redis.io/docs/latest/develop/reference/key-specs/">Redis: key specifications</a>
 */
public interface KeyPositions {
    /** No argument is a key. */
    KeyPositions NONE = range(0, 0, 1, true);
    /** The first argument. */
    KeyPositions FIRST = range(0, 1, 1, false);
    /** The second argument (OBJECT-like and BITOP-like commands). */
    KeyPositions SECOND = range(1, 1, 1, false);
    /** The first two (RENAME, LMOVE). */
    KeyPositions FIRST_TWO = range(0, 2, 1, false);
    /** Every argument (MGET, DEL). */
    KeyPositions ALL = range(0, 0, 1, false);
    /** Every argument after the first (BITOP). */
    KeyPositions ALL_BUT_FIRST = range(1, 0, 1, false);
    /** Every argument but the last (BLPOP). */
    KeyPositions ALL_BUT_LAST = range(0, -1, 1, false);
    /** Arguments 1, 3, 5, … (MSET). */
    KeyPositions EVERY_SECOND = range(0, 0, 2, false);
    /** The first and the third (SORT with STORE, placed next to the key). */
    KeyPositions FIRST_AND_THIRD = range(0, 3, 2, false);

    /** How many keys these arguments have. */
    int count(Object[] arguments);

    /** Key {@code index} from 0. */
    Object at(Object[] arguments, int index);

    /**
     * Keys that are counted by an argument: the number stands at {@code position}, the keys follow it (ZUNION,
     * EVAL with position 1). A destination before the count, as ZUNIONSTORE has it, is counted too.
     */
    static KeyPositions countedAt(int position, boolean destinationFirst) {
        return new KeyPositions() {
            @Override
            public int count(Object[] arguments) {
                return (destinationFirst ? 1 : 0) + Integer.parseInt(arguments[position].toString());
            }

            @Override
            public Object at(Object[] arguments, int index) {
                if (destinationFirst && index == 0) {
                    return arguments[0];
                }
                return arguments[position + 1 + index - (destinationFirst ? 1 : 0)];
            }
        };
    }

    /** Keys after the word {@code STREAMS}: the first half of what follows it (XREAD). */
    static KeyPositions afterStreams() {
        return afterStreams(0);
    }

    /**
     * As {@link #afterStreams()}, the word standing nowhere before argument {@code from} (XREADGROUP's names may be
     * it).
     */
    static KeyPositions afterStreams(int from) {
        return new KeyPositions() {
            @Override
            public int count(Object[] arguments) {
                return (arguments.length - first(arguments)) / 2;
            }

            @Override
            public Object at(Object[] arguments, int index) {
                return arguments[first(arguments) + index];
            }

            private int first(Object[] arguments) {
                for (int i = from; i < arguments.length; i++) {
                    if ("STREAMS".equals(arguments[i])) {
                        return i + 1;
                    }
                }
                return arguments.length;
            }
        };
    }

    /** Keys and values by turns, their pairs counted by the argument at {@code position} (MSETEX). */
    static KeyPositions countedPairsAt(int position) {
        return new KeyPositions() {
            @Override
            public int count(Object[] arguments) {
                return Integer.parseInt(arguments[position].toString());
            }

            @Override
            public Object at(Object[] arguments, int index) {
                return arguments[position + 1 + 2 * index];
            }
        };
    }

    private static KeyPositions range(int first, int limit, int step, boolean none) {
        return new KeyPositions() {
            @Override
            public int count(Object[] arguments) {
                if (none) {
                    return 0;
                }
                int end = limit > 0 ? first + limit : arguments.length + limit;
                return Math.max(0, (Math.min(end, arguments.length) - first + step - 1) / step);
            }

            @Override
            public Object at(Object[] arguments, int index) {
                return arguments[first + index * step];
            }
        };
    }
}
