package dev.millrace.bench.workload;

import java.util.Locale;

/**
 * The keys and values that every client works on: {@link #KEYS} keys of {@link #KEY_LENGTH} ASCII characters, values
 * of {@link #VALUE_LENGTH}.
 *
 * <p>A value names its key, then its generation (8 hex digits), then a filler computed from both, so a reader can tell
 * the right value from any other without a table, and a writer can prove that its own writes arrived by writing a
 * generation nobody used before. Key and value strings are made before the clock starts.
 *
 * <p>Immutable.
 */
public final class Dataset {
    /** How many keys there are. */
    public static final int KEYS = 100_000;

    /** Characters, and bytes, of a key. */
    public static final int KEY_LENGTH = 16;

    /** Characters, and bytes, of a value. */
    public static final int VALUE_LENGTH = 64;

    /** What every key begins with. */
    public static final String KEY_PREFIX = "mlr:";

    /** What the keys that {@code redis-benchmark} writes begin with: its values are not ours, so it gets its own. */
    public static final String FOREIGN_KEY_PREFIX = "mlw:";

    /** What the names of queues begin with; their keys are called as their clients will, but have it in them. */
    public static final String QUEUE_PREFIX = "mlq-peers";

    /** The hash that stands for all keys where a client's cache is one of a hash. */
    public static final String HASH = KEY_PREFIX + "hash";

    private static final int GENERATION_LENGTH = 8;
    private static final int FILLER_AT = KEY_LENGTH + GENERATION_LENGTH;
    private static final int CHARS_PER_BLOCK = 10;
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private final String[] keys;

    private Dataset(String[] keys) {
        this.keys = keys;
    }

    /** Makes all the keys. */
    public static Dataset create() {
        String[] keys = new String[KEYS];
        for (int index = 0; index < KEYS; index++) {
            keys[index] = keyAt(KEY_PREFIX, index);
        }
        return new Dataset(keys);
    }

    /** The name of a key under a prefix of four characters, in the form {@code redis-benchmark} numbers its keys. */
    public static String keyAt(String prefix, int index) {
        return prefix + String.format(Locale.ROOT, "%012d", index);
    }

    /**
     * The key at an index.
     *
     * @param index 0 to {@link #KEYS} - 1
     */
    public String key(int index) {
        return keys[index];
    }

    /** The value of one key in a generation. */
    public String value(int index, int generation) {
        StringBuilder value = new StringBuilder(VALUE_LENGTH).append(keys[index]);
        for (int shift = 28; shift >= 0; shift -= 4) {
            value.append(Character.forDigit((generation >>> shift) & 0xf, 16));
        }
        while (value.length() < VALUE_LENGTH) {
            int position = value.length() - FILLER_AT;
            value.append(fillerChar(fillerBlock(index, generation, position / CHARS_PER_BLOCK), position));
        }
        return value.toString();
    }

    /** All values of a generation, by index of their keys. */
    public String[] values(int generation) {
        String[] values = new String[KEYS];
        for (int index = 0; index < KEYS; index++) {
            values[index] = value(index, generation);
        }
        return values;
    }

    /** Whether a string is, character for character, a value of this key in any generation. Allocates nothing. */
    public boolean isValueOf(int index, String value) {
        if (value.length() != VALUE_LENGTH || !value.startsWith(keys[index])) {
            return false;
        }
        int generation = 0;
        for (int at = KEY_LENGTH; at < FILLER_AT; at++) {
            int digit = Character.digit(value.charAt(at), 16);
            if (digit < 0) {
                return false;
            }
            generation = (generation << 4) | digit;
        }
        long block = 0;
        for (int position = 0; position < VALUE_LENGTH - FILLER_AT; position++) {
            if (position % CHARS_PER_BLOCK == 0) {
                block = fillerBlock(index, generation, position / CHARS_PER_BLOCK);
            }
            if (value.charAt(FILLER_AT + position) != fillerChar(block, position)) {
                return false;
            }
        }
        return true;
    }

    private static char fillerChar(long block, int position) {
        return ALPHABET.charAt((int) (block >>> (6 * (position % CHARS_PER_BLOCK))) & 63);
    }

    // Steele, Lea and Flood's SplitMix64 finalizer over what identifies the block.
    private static long fillerBlock(int index, int generation, int block) {
        long mixed = (((long) generation << 32) | (index & 0xffffffffL)) + (block + 1) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
