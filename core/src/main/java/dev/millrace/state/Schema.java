package dev.millrace.state;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a state's records and where their values stand: each has a slot, which is a bit of a mask; numbers come first.
 *
 * <p>Immutable, but for the hints that fields keep.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // nothing is changed after construction
final class Schema {
    static final int MOST = 64;

    private final Field<?>[] fields;
    private final Map<String, Integer> slots = new HashMap<>();
    private final int numbers;
    private final long all;
    private final long critical;
    private final long lossy;
    private final int owner;
    private final int[] indexed;
    private final long indexedBits;

    /**
     * @throws IllegalArgumentException if there are more than 64 fields, two of one name, the owner can't be one, or what is
     *     indexed is no field
     */
    Schema(List<Field<?>> declared, @Nullable Field<String> owner, List<Field<String>> indexes) {
        List<Field<?>> ordered = new ArrayList<>();
        declared.stream().filter(Field::isNumber).forEach(ordered::add);
        numbers = ordered.size();
        declared.stream().filter(field -> !field.isNumber()).forEach(ordered::add);
        if (owner != null && !ordered.contains(owner)) {
            ordered.add(owner);
        }
        if (ordered.size() > MOST) {
            throw new IllegalArgumentException("a state has up to " + MOST + " fields, not " + ordered.size()
                    + "; put what is changed together into one field as JSON");
        }
        if (owner != null && !owner.isCritical()) {
            throw new IllegalArgumentException(
                    "the owner is a critical field, and " + owner + " is not: declare it with" + " critical()");
        }
        fields = ordered.toArray(new Field<?>[0]);
        long criticalBits = 0;
        long lossyBits = 0;
        for (int slot = 0; slot < fields.length; slot++) {
            Field<?> field = fields[slot];
            if (slots.put(field.name(), slot) != null) {
                throw new IllegalArgumentException("there are two fields of the name " + field.name());
            }
            field.slot = slot;
            criticalBits |= field.isCritical() ? 1L << slot : 0;
            lossyBits |= field.writing() == Field.Writing.LOSSY ? 1L << slot : 0;
        }
        all = fields.length == MOST ? -1L : (1L << fields.length) - 1;
        critical = criticalBits;
        lossy = lossyBits;
        this.owner = owner == null ? -1 : ordered.indexOf(owner);
        indexed = Stream.concat(Stream.ofNullable(owner), indexes.stream())
                .mapToInt(this::slot)
                .distinct()
                .toArray();
        indexedBits = Arrays.stream(indexed).mapToLong(slot -> 1L << slot).reduce(0, (a, b) -> a | b);
    }

    /** @throws IllegalArgumentException if the field is none of these */
    int slot(Field<?> field) {
        int hint = field.slot;
        if (hint < fields.length && fields[hint] == field) {
            return hint;
        }
        return search(field);
    }

    private int search(Field<?> field) {
        Integer slot = slots.get(field.name());
        if (slot == null || fields[slot] != field) {
            throw new IllegalArgumentException(
                    field + " is none of this state's fields; name it in StateOptions.fields, the same constant");
        }
        field.slot = slot;
        return slot;
    }

    /** The slot of a name that Redis holds; -1 for none. */
    int slot(String name) {
        return slots.getOrDefault(name, -1);
    }

    Field<?> field(int slot) {
        return fields[slot];
    }

    int size() {
        return fields.length;
    }

    /** How many slots, from the first on, are numbers. */
    int numbers() {
        return numbers;
    }

    long all() {
        return all;
    }

    long critical() {
        return critical;
    }

    long lossy() {
        return lossy;
    }

    /** The slots by whose values records are found; not to be changed. */
    int[] indexed() {
        return indexed;
    }

    boolean isIndexed(int slot) {
        return (indexedBits & 1L << slot) != 0;
    }

    /** The slot of the owner; -1 for none. */
    int owner() {
        return owner;
    }

    /** The name of the owner's field; empty for none. */
    String ownerName() {
        return owner < 0 ? "" : fields[owner].name();
    }
}
