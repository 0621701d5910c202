package dev.millrace.tools.server.http;

import io.javalin.http.Context;
import io.javalin.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Type;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;
import tools.jackson.databind.module.SimpleModule;

/**
 * JSON in requests and answers. Reading is strict (no unknown fields, no text for numbers, nothing behind the end), and what is
 * wrong becomes a {@link Problem} that names the field and the line. Records check their own values: what their constructors
 * throw as {@link IllegalArgumentException} is told in the same way.
 *
 * <p>Immutable.
 */
public final class Json implements JsonMapper {
    private static final StreamReadConstraints LIMITS = StreamReadConstraints.builder()
            .maxNestingDepth(32)
            .maxStringLength(1 << 20)
            .maxNumberLength(40)
            .maxNameLength(200)
            .build();

    private static final tools.jackson.databind.json.JsonMapper MAPPER = tools.jackson.databind.json.JsonMapper.builder(
                    JsonFactory.builder().streamReadConstraints(LIMITS).build())
            .enable(
                    DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .addModule(new SimpleModule().addDeserializer(String.class, new Text()))
            .build();

    /** The one there has to be. */
    public Json() {}

    /**
     * The body of a request.
     *
     * @throws Problem 400 if it is no such thing, 413 if it is too large, 415 if it is not called JSON
     */
    public <T> T body(Context context, Class<T> type) {
        requireJson(context);
        return read(Bodies.bytes(context), type);
    }

    /** @throws Problem 415 if the body is not called JSON; a form of another site can't call it so */
    public static void requireJson(Context context) {
        String type = context.contentType();
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw Problem.unsupported("the body must be JSON; say so by Content-Type: application/json");
        }
    }

    /**
     * A value out of JSON.
     *
     * @throws Problem 400 if it is no such thing
     */
    public <T> T read(byte[] json, Class<T> type) {
        try {
            T value = MAPPER.readValue(json, type);
            if (value == null) {
                throw Problem.badRequest("the body is null where an object is expected");
            }
            return value;
        } catch (JacksonException e) {
            throw problem(e, place(e, json));
        }
    }

    /** A value as JSON. */
    public byte[] bytes(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    /** A value as JSON. */
    public String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** For what needs Jackson itself. */
    public tools.jackson.databind.json.JsonMapper mapper() {
        return MAPPER;
    }

    // ---- Javalin's ----

    @Override
    public String toJsonString(Object object, Type type) {
        return object instanceof String text ? text : text(object);
    }

    @Override
    public InputStream toJsonStream(Object object, Type type) {
        return new java.io.ByteArrayInputStream(
                object instanceof String text ? text.getBytes(java.nio.charset.StandardCharsets.UTF_8) : bytes(object));
    }

    @Override
    public <T> T fromJsonString(String json, Type targetType) {
        return MAPPER.readValue(json, MAPPER.constructType(targetType));
    }

    @Override
    public <T> T fromJsonStream(InputStream json, Type targetType) {
        try (json) {
            return MAPPER.readValue(json, MAPPER.constructType(targetType));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- what is wrong ----

    private static @Nullable TokenStreamLocation place(JacksonException wrong, byte[] json) {
        TokenStreamLocation at = wrong.getLocation();
        if (at != null && at.getLineNr() > 0) {
            return at;
        }
        try (JsonParser parser = MAPPER.createParser(json)) {
            return JsonPlace.of(parser, wrong.getPath());
        } catch (JacksonException none) {
            return null;
        }
    }

    private static Problem problem(JacksonException wrong, @Nullable TokenStreamLocation at) {
        String field = field(wrong);
        String detail = (field.isEmpty() ? "the body" : field) + " " + what(wrong);
        Problem problem = Problem.badRequest(detail + where(at));
        if (!field.isEmpty()) {
            problem.with("field", field);
        }
        if (at != null && at.getLineNr() > 0) {
            problem.with("line", at.getLineNr()).with("column", at.getColumnNr());
        }
        return problem;
    }

    private static String what(JacksonException wrong) {
        return switch (wrong) {
            case StreamConstraintsException limit ->
                "is beyond a limit: numbers of 40 digits, texts of 1 MiB, 32 levels";
            case InputCoercionException beyond -> "is beyond the numbers that are possible";
            case StreamReadException malformed -> "is no JSON";
            case UnrecognizedPropertyException unknown ->
                "is no field that is known; there are "
                        + unknown.getKnownPropertyIds().stream()
                                .map(String::valueOf)
                                .sorted()
                                .collect(Collectors.joining(", "));
            case ValueInstantiationException refused -> reason(refused);
            case MismatchedInputException mismatched -> "must be " + word(mismatched.getTargetType());
            default -> reason(wrong);
        };
    }

    private static String reason(JacksonException refused) {
        Throwable cause = refused.getCause();
        return cause instanceof IllegalArgumentException || cause instanceof NullPointerException
                ? "is refused: " + cause.getMessage()
                : "can't be read";
    }

    private static String word(@Nullable Class<?> type) {
        if (type == null) {
            return "of another type";
        }
        if (type.isEnum()) {
            return "one of "
                    + java.util.Arrays.stream(type.getEnumConstants())
                            .map(String::valueOf)
                            .collect(Collectors.joining(", "));
        }
        if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
            return "a whole number";
        }
        if (type == double.class || type == Double.class) {
            return "a number";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (type == String.class) {
            return "text";
        }
        return java.util.Collection.class.isAssignableFrom(type) || type.isArray() ? "a list" : "an object";
    }

    private static String field(JacksonException wrong) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : wrong.getPath()) {
            if (step.getPropertyName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            }
        }
        return path.toString();
    }

    private static String where(@Nullable TokenStreamLocation at) {
        return at == null || at.getLineNr() <= 0 ? "" : ", at line " + at.getLineNr() + ", column " + at.getColumnNr();
    }

    /** Takes text for text, and nothing else; the standard one takes numbers too. */
    private static final class Text extends StdScalarDeserializer<String> {
        Text() {
            super(String.class);
        }

        @Override
        public String deserialize(JsonParser parser, DeserializationContext context) {
            return parser.hasToken(JsonToken.VALUE_STRING)
                    ? parser.getString()
                    : (String) context.handleUnexpectedToken(context.constructType(String.class), parser);
        }
    }
}
