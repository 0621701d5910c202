package dev.millrace.state;

import dev.millrace.command.Value;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the script answers for one record.
 *
 * @param outcome how it went
 * @param version the record's version after it; 0 where there is no record
 * @param whole the record, where it was asked for or has another version than was expected
 * @param replicated whether so many replicas have it as were asked for
 */
record RecordAnswer(Outcome outcome, long version, @Nullable RecordData whole, boolean replicated) {
    /** How one record's part went. */
    enum Outcome {
        CONFLICT,
        DONE,
        ABSENT
    }

    private static final Outcome[] OUTCOMES = Outcome.values();

    static RecordAnswer of(Schema schema, Value reply, boolean replicated, Consumer<String> malformed) {
        List<Value> parts = reply.asList();
        Outcome outcome = OUTCOMES[(int) parts.getFirst().asLong()];
        long version = parts.size() > 1 ? parts.get(1).asLong() : 0;
        RecordData whole = parts.size() > 3
                ? RecordData.of(schema, parts.get(2).asList(), parts.get(3).asList(), malformed)
                : null;
        return new RecordAnswer(outcome, version, whole, replicated);
    }
}
