package dev.millrace.cache.sql;

import dev.millrace.cache.codec.Codec;
import dev.millrace.cache.codec.CodecException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One value with its type: a byte that names the type, and the value. Of different values no two are written alike, so
 * that 1, "1" and null stay apart in a key; each is read back as it was.
 */
final class TypedValue {
    private static final int NULL = 0;
    private static final int FALSE = 1;
    private static final int TRUE = 2;
    private static final int INT = 3;
    private static final int LONG = 4;
    private static final int FLOAT = 5;
    private static final int DOUBLE = 6;
    private static final int DECIMAL = 7;
    private static final int TEXT = 8;
    /** Text with half of a surrogate pair, which UTF-8 can't hold. */
    private static final int CHARS = 9;

    private static final int BYTES = 10;
    private static final int DATE = 11;
    private static final int TIME = 12;
    private static final int DATE_TIME = 13;
    private static final int OFFSET_DATE_TIME = 14;
    private static final int IDENTIFIER = 15;

    /** No database has more decimals; arithmetic on numbers with more could take forever. */
    private static final int MOST_SCALE = 100_000;

    private TypedValue() {}

    /** @throws CodecException if the value is of a type that can't be written */
    static void write(ByteSink sink, @Nullable Object value) {
        switch (value) {
            case null -> sink.put(NULL);
            case Boolean truth -> sink.put(truth ? TRUE : FALSE);
            case Integer number -> {
                sink.put(INT);
                sink.zigzag(number);
            }
            case Long number -> {
                sink.put(LONG);
                sink.zigzag(number);
            }
            case Float number -> {
                sink.put(FLOAT);
                sink.fixed(Float.floatToIntBits(number), Float.BYTES);
            }
            case Double number -> {
                sink.put(DOUBLE);
                sink.fixed(Double.doubleToLongBits(number), Double.BYTES);
            }
            case BigDecimal number -> {
                sink.put(DECIMAL);
                sink.zigzag(checked(number.scale()));
                sink.counted(number.unscaledValue().toByteArray());
            }
            case String text -> writeText(sink, text);
            case byte[] bytes -> {
                sink.put(BYTES);
                sink.counted(bytes);
            }
            case LocalDate date -> {
                sink.put(DATE);
                sink.zigzag(date.toEpochDay());
            }
            case LocalTime time -> {
                sink.put(TIME);
                sink.varint(time.toNanoOfDay());
            }
            case LocalDateTime dateTime -> {
                sink.put(DATE_TIME);
                writeDateTime(sink, dateTime);
            }
            case OffsetDateTime dateTime -> {
                sink.put(OFFSET_DATE_TIME);
                writeDateTime(sink, dateTime.toLocalDateTime());
                sink.zigzag(dateTime.getOffset().getTotalSeconds());
            }
            case UUID identifier -> {
                sink.put(IDENTIFIER);
                sink.fixed(identifier.getMostSignificantBits(), Long.BYTES);
                sink.fixed(identifier.getLeastSignificantBits(), Long.BYTES);
            }
            default ->
                throw new CodecException("no value of " + value.getClass().getName() + " can be written");
        }
    }

    private static int checked(int scale) {
        if (Math.abs((long) scale) > MOST_SCALE) {
            throw new CodecException("a number has a scale of " + scale + "; the limit is " + MOST_SCALE);
        }
        return scale;
    }

    private static void writeText(ByteSink sink, String text) {
        if (isUnicode(text)) {
            sink.put(TEXT);
            sink.counted(Codec.strings().encode(text));
            return;
        }
        sink.put(CHARS);
        sink.varint(text.length());
        for (int i = 0; i < text.length(); i++) {
            sink.fixed(text.charAt(i), Character.BYTES);
        }
    }

    /** Whether no half of a surrogate pair stands alone. */
    private static boolean isUnicode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (Character.charCount(text.codePointAt(i)) == 1) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private static void writeDateTime(ByteSink sink, LocalDateTime dateTime) {
        sink.zigzag(dateTime.toLocalDate().toEpochDay());
        sink.varint(dateTime.toLocalTime().toNanoOfDay());
    }

    /** @throws CodecException if there is none, whatever the bytes are */
    static @Nullable Object read(ByteSource source) {
        int type = source.one();
        try {
            return switch (type) {
                case NULL -> null;
                case FALSE -> false;
                case TRUE -> true;
                case INT -> source.zigzagInt();
                case LONG -> source.zigzag();
                case FLOAT -> Float.intBitsToFloat((int) source.fixed(Float.BYTES));
                case DOUBLE -> Double.longBitsToDouble(source.fixed(Double.BYTES));
                case DECIMAL -> readDecimal(source);
                case TEXT -> Codec.strings().decode(source.counted());
                case CHARS -> readChars(source);
                case BYTES -> source.counted();
                case DATE -> LocalDate.ofEpochDay(source.zigzag());
                case TIME -> LocalTime.ofNanoOfDay(source.varint());
                case DATE_TIME -> readDateTime(source);
                case OFFSET_DATE_TIME ->
                    OffsetDateTime.of(readDateTime(source), ZoneOffset.ofTotalSeconds(source.zigzagInt()));
                case IDENTIFIER -> new UUID(source.fixed(Long.BYTES), source.fixed(Long.BYTES));
                default -> throw new CodecException("a result holds a value of type " + type + ", which is unknown");
            };
        } catch (DateTimeException e) {
            throw new CodecException("a result holds a date or time that there is none of");
        }
    }

    private static BigDecimal readDecimal(ByteSource source) {
        int scale = checked(source.zigzagInt());
        byte[] unscaled = source.counted();
        if (unscaled.length == 0) {
            throw new CodecException("a result holds a number without digits");
        }
        return new BigDecimal(new BigInteger(unscaled), scale);
    }

    private static String readChars(ByteSource source) {
        int count = source.count();
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append((char) source.fixed(Character.BYTES));
        }
        return text.toString();
    }

    private static LocalDateTime readDateTime(ByteSource source) {
        return LocalDateTime.of(LocalDate.ofEpochDay(source.zigzag()), LocalTime.ofNanoOfDay(source.varint()));
    }
}
