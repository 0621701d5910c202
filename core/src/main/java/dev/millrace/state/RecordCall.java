package dev.millrace.state;

import dev.millrace.cache.codec.CodecException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One record's part of a call of the script. Immutable.
 *
 * @param op what is asked for, see exchange.lua
 * @param id the record's, escaped
 * @param expected the version or home that it must have
 * @param arguments four counts and what they count
 * @param fields how many fields it writes
 * @param bytes about how many bytes it takes
 */
record RecordCall(String op, String id, String expected, List<Object> arguments, int fields, int bytes) {
    static final String ANY = "*";

    private static final List<Object> NOTHING = List.of("0", "0", "0", "0");

    boolean isRead() {
        return op.equals("r");
    }

    static RecordCall read(String id) {
        return new RecordCall("r", id, ANY, NOTHING, 0, 100);
    }

    /** Reads a record unless it has the version that is known. */
    static RecordCall read(String id, long known) {
        return new RecordCall("r", id, Long.toString(known), NOTHING, 0, 100);
    }

    /** Deletes a record if this is its version. */
    static RecordCall delete(String id, long version) {
        return new RecordCall("d", id, Long.toString(version), NOTHING, 0, 100);
    }

    /** Deletes a record if it was made by this change. */
    static RecordCall end(String id, long born) {
        return new RecordCall("e", id, Long.toString(born), NOTHING, 0, 100);
    }

    /** Deletes a record if this is its home. */
    static RecordCall deleteOf(String id, String home) {
        return new RecordCall("x", id, home, NOTHING, 0, 100);
    }

    /**
     * Writes the fields of a cut, and changes over them, if the record has the cut's version.
     *
     * @param unwritable hears the names of fields of the cut whose values their codecs refuse; these are left out
     * @throws CodecException if a codec refuses a value of the changes
     */
    static RecordCall write(
            Schema schema, String id, Cells.Cut cut, @Nullable Changes changes, Consumer<String> unwritable) {
        return writing("w", schema, id, Long.toString(cut.version()), cut, changes, unwritable);
    }

    /** Writes, whatever the version is, and reads all unless it was the version that is known. */
    static RecordCall touch(Schema schema, String id, long known, Changes changes) {
        return writing("t", schema, id, Long.toString(known), null, changes, name -> {});
    }

    /** A new record with the fields of a cut, and changes over them. */
    static RecordCall begin(
            Schema schema,
            String id,
            boolean replacing,
            Cells.@Nullable Cut cut,
            @Nullable Changes changes,
            Consumer<String> unwritable) {
        return writing("n", schema, id, replacing ? ANY : "", cut, changes, unwritable);
    }

    private static RecordCall writing(
            String op,
            Schema schema,
            String id,
            String expected,
            Cells.@Nullable Cut cut,
            @Nullable Changes changes,
            Consumer<String> unwritable) {
        long changed = changes == null ? 0 : changes.mask();
        long all = changed | (cut == null ? 0 : cut.bits());
        List<Object> critical = new ArrayList<>();
        List<Object> others = new ArrayList<>();
        List<Object> removedCritical = new ArrayList<>();
        List<Object> removedOthers = new ArrayList<>();
        int bytes = 150 + id.length();
        for (long left = all; left != 0; left &= left - 1) {
            int slot = Long.numberOfTrailingZeros(left);
            Field<?> field = schema.field(slot);
            Object value;
            if (changes != null && (changed & 1L << slot) != 0) {
                value = encoded(schema, slot, changes.numbers(), changes.objects());
            } else {
                try {
                    Cells.Cut ours = Objects.requireNonNull(cut);
                    value = encoded(schema, slot, ours.numbers(), ours.objects());
                } catch (CodecException e) {
                    unwritable.accept(field.name());
                    continue;
                }
            }
            if (value != null) {
                List<Object> set = field.isCritical() ? critical : others;
                set.add(field.name());
                set.add(value);
                bytes += 20 + (value instanceof byte[] encoded ? encoded.length : 20);
            } else if (!op.equals("n")) {
                (field.isCritical() ? removedCritical : removedOthers).add(field.name());
            }
        }
        List<Object> arguments =
                new ArrayList<>(4 + critical.size() + others.size() + removedCritical.size() + removedOthers.size());
        for (List<Object> part : List.of(critical, others, removedCritical, removedOthers)) {
            arguments.add(Integer.toString(part.size()));
        }
        for (List<Object> part : List.of(critical, others, removedCritical, removedOthers)) {
            arguments.addAll(part);
        }
        return new RecordCall(op, id, expected, arguments, Long.bitCount(all), bytes);
    }

    private static @Nullable Object encoded(Schema schema, int slot, long[] numbers, @Nullable Object[] objects) {
        if (slot < schema.numbers()) {
            return Long.toString(numbers[slot]);
        }
        Object value = objects[slot - schema.numbers()];
        return value == null ? null : schema.field(slot).encoded(value);
    }
}
