package dev.millrace.state;

import dev.millrace.cache.codec.CodecException;
import dev.millrace.command.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What Redis tells of a record: all of it, or a change. Immutable, but for its arrays, which nobody changes.
 *
 * @param version the number of the last change
 * @param born the number of the change that made the record; 0 in a change
 * @param home whose connection it is, {@code PROCESS:INCARNATION}; empty in a change
 * @param mask the slots that it tells of
 */
record RecordData(
        long version,
        long born,
        String home,
        long mask,
        long[] numbers,
        @Nullable Object[] objects) {
    /** What is kept about a record beside its fields begins with this. */
    static final char KEPT = '#';

    /** In a change, the name of a field that is absent from now on begins with this. */
    static final char REMOVED = '-';

    /** Fields as they come, decoded. */
    static final class Reading {
        private final Schema schema;
        private final Consumer<String> malformed;
        private final long[] numbers;
        private final @Nullable Object[] objects;
        private long mask;
        private long version;
        private long born;
        private String home = "";

        /** @param malformed hears the names of fields whose values can't be read; they count as absent */
        Reading(Schema schema, Consumer<String> malformed) {
            this.schema = schema;
            this.malformed = malformed;
            this.numbers = new long[schema.numbers()];
            this.objects = new @Nullable Object[schema.size() - schema.numbers()];
        }

        /** The version, of a change. */
        void version(long number) {
            version = number;
        }

        void field(String name, byte[] bytes) {
            if (name.equals("#ver")) {
                version = Long.parseLong(text(bytes));
                return;
            }
            if (name.equals("#born")) {
                born = Long.parseLong(text(bytes));
                return;
            }
            if (name.equals("#home")) {
                home = text(bytes);
                return;
            }
            boolean removed = !name.isEmpty() && name.charAt(0) == REMOVED;
            int slot = schema.slot(removed ? name.substring(1) : name);
            if (slot < 0) {
                return; // of a newer version of the application, or kept about the record
            }
            mask |= 1L << slot;
            if (!removed) {
                value(slot, bytes);
            }
        }

        private void value(int slot, byte[] bytes) {
            try {
                if (slot < schema.numbers()) {
                    numbers[slot] = Long.parseLong(text(bytes));
                } else {
                    objects[slot - schema.numbers()] = schema.field(slot).decoded(bytes);
                }
            } catch (CodecException | NumberFormatException e) {
                malformed.accept(schema.field(slot).name());
            }
        }

        RecordData change() {
            return new RecordData(version, born, home, mask, numbers, objects);
        }

        RecordData whole() {
            return new RecordData(version, born, home, schema.all(), numbers, objects);
        }

        private static String text(byte[] bytes) {
            return new String(bytes, StandardCharsets.US_ASCII);
        }
    }

    /** A change of a record that had nothing before, as all of it. */
    RecordData asWhole(Schema schema) {
        return new RecordData(version, born, home, schema.all(), numbers, objects);
    }

    /** All of a record, from both its hashes as the script answers them. */
    static RecordData of(Schema schema, List<Value> critical, List<Value> others, Consumer<String> malformed) {
        Reading reading = new Reading(schema, malformed);
        for (List<Value> hash : List.of(critical, others)) {
            for (int i = 0; i + 1 < hash.size(); i += 2) {
                if (hash.get(i + 1) instanceof Value.Bytes value) {
                    reading.field(String.valueOf(hash.get(i).asText()), value.bytes());
                }
            }
        }
        return reading.whole();
    }
}
