package dev.millrace.command;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A reply of named attributes, as the introspective commands have it. Versions of the server differ in which they send,
 * so what a record shows as nullable may be absent here, and what is unknown is passed over.
 */
record Attributes(Map<String, Value> values) {
    private static final Decoder<Map<String, Value>> MAP = Decoders.map(Value::read);

    static Attributes read(ReplyReader reply) {
        return new Attributes(Pairs.present(MAP.decode(reply), reply));
    }

    /** A map inside a reply, or the flat array that RESP2 has for it. */
    static Attributes of(Value value) {
        List<Value> flat = value.asList();
        Map<String, Value> values = new LinkedHashMap<>();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            values.put(String.valueOf(flat.get(i).asText()), flat.get(i + 1));
        }
        return new Attributes(values);
    }

    /** @throws UnexpectedReply if there is no such attribute */
    Value get(String name) {
        Value value = values.get(name);
        if (value == null) {
            throw new UnexpectedReply("wanted an attribute " + name + ", the server answered none");
        }
        return value;
    }

    /** The attribute, or null where it is absent or null. */
    @Nullable
    Value orNull(String name) {
        Value value = values.get(name);
        return value instanceof Value.Null ? null : value;
    }

    long number(String name) {
        return get(name).asLong();
    }

    @Nullable
    Long numberOrNull(String name) {
        Value value = orNull(name);
        return value == null ? null : (Long) value.asLong();
    }

    Duration millis(String name) {
        return Duration.ofMillis(number(name));
    }

    String text(String name) {
        return String.valueOf(get(name).asText());
    }

    @Nullable
    String textOrNull(String name) {
        Value value = orNull(name);
        return value == null ? null : value.asText();
    }

    StreamId id(String name) {
        return parseId(text(name));
    }

    @Nullable
    StreamId idOrNull(String name) {
        Value value = orNull(name);
        return value == null ? null : parseId(String.valueOf(value.asText()));
    }

    /** The texts of an array; none where the attribute is absent. */
    List<String> texts(String name) {
        Value value = orNull(name);
        return value == null
                ? List.of()
                : value.asList().stream()
                        .map(element -> String.valueOf(element.asText()))
                        .toList();
    }

    Set<String> textSet(String name) {
        return new LinkedHashSet<>(texts(name));
    }

    static StreamId parseId(String text) {
        try {
            return StreamId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UnexpectedReply("wanted a stream id, the server answered another text", e);
        }
    }
}
