package dev.millrace.cache.codec;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DatabindContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.PolymorphicTypeValidator;

/**
 * JSON by a Jackson 3 mapper of one's own; {@link Codec#json} is the one with Millrace's settings. Needs {@code
 * tools.jackson.core:jackson-databind} on the class path, which the library itself does not bring. Immutable and
 * thread-safe.
 *
 * <p>A value is written as the declared type says, not as its class does, so that what is in a generic type or below
 * a sealed interface carries the type ids that reading needs. Give it no mapper with default typing: then whoever can
 * write to Redis chooses which classes are made.
 *
 * @param <V> what is written and read
 */
public final class JsonCodec<V> implements Codec<V> {
    private final JavaType type;
    private final ObjectReader reader;
    private final ObjectWriter writer;

    private JsonCodec(JsonMapper mapper, JavaType type) {
        this.type = type;
        this.reader = mapper.readerFor(type);
        this.writer = mapper.writerFor(type);
    }

    /** JSON by this mapper for a class without type parameters. */
    public static <V> JsonCodec<V> of(JsonMapper mapper, Class<V> type) {
        return new JsonCodec<>(mapper, mapper.constructType(Objects.requireNonNull(type, "type")));
    }

    /** JSON by this mapper for a generic type. */
    public static <V> JsonCodec<V> of(JsonMapper mapper, TypeReference<V> type) {
        return new JsonCodec<>(mapper, mapper.constructType(type));
    }

    static <V> JsonCodec<V> ofDefaults(Class<V> type) {
        return of(Defaults.MAPPER, type);
    }

    /** As {@link Codec#json(Class)}, for a generic type: {@code JsonCodec.of(new TypeReference<List<Price>>() {})}. */
    public static <V> JsonCodec<V> of(TypeReference<V> type) {
        return of(Defaults.MAPPER, type);
    }

    @Override
    public byte[] encode(V value) {
        try {
            return writer.writeValueAsBytes(value);
        } catch (RuntimeException e) {
            throw CodecException.causedBy(e, "cannot write a " + type.toCanonical() + " as JSON");
        }
    }

    @Override
    public V decode(byte[] bytes) {
        @Nullable V value;
        try {
            value = reader.readValue(bytes);
        } catch (RuntimeException e) {
            throw CodecException.causedBy(e, unreadable(bytes) + at(e));
        }
        if (value == null) {
            throw new CodecException(unreadable(bytes) + ": it is null");
        }
        return value;
    }

    private String unreadable(byte[] bytes) {
        return "cannot read " + bytes.length + " bytes as the JSON of a " + type.toCanonical();
    }

    private static String at(RuntimeException failure) {
        TokenStreamLocation location = failure instanceof JacksonException e ? e.getLocation() : null;
        return location == null ? "" : ", at line " + location.getLineNr() + " column " + location.getColumnNr();
    }

    @Override
    public String toString() {
        return "Codec.json(" + type.toCanonical() + ")";
    }

    /** A holder of its own, because a mapper is dear and not everyone needs this one. */
    private static final class Defaults {
        static final JsonMapper MAPPER = JsonMapper.builder()
                .polymorphicTypeValidator(new NoClassNames())
                .build();
    }

    /**
     * Refuses to read type ids that are class names, whether default typing asks for them or an annotation. Jackson does
     * not ask it about ids that the application has given names of their own.
     */
    private static final class NoClassNames extends PolymorphicTypeValidator.Base {
        private static final long serialVersionUID = 1;

        @Override
        public Validity validateBaseType(DatabindContext context, JavaType type) {
            return Validity.DENIED;
        }
    }
}
