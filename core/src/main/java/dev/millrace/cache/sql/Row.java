package dev.millrace.cache.sql;

import com.google.errorprone.annotations.Immutable;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of a result. Columns are named without regard to case; each getter answers null for SQL's NULL and widens
 * numbers without loss, and converts nothing else.
 *
 * <p>Immutable; bytes are handed out as copies. Every getter throws {@link IllegalArgumentException} if there is no such
 * column, or if it holds something of another type.
 */
@Immutable
@SuppressWarnings("Immutable") // nobody else has the array, nor the arrays in it
public final class Row {
    private final Columns columns;
    private final @Nullable Object[] values;

    Row(Columns columns, @Nullable Object[] values) {
        this.columns = columns;
        this.values = values;
    }

    /** The names of the columns, in order. */
    public List<String> columns() {
        return columns.names();
    }

    /** Whether a column is NULL. */
    public boolean isNull(String column) {
        return value(column) == null;
    }

    /**
     * What a column holds: a String, Boolean, Long, Double, {@link BigDecimal}, byte array, {@link LocalDate}, {@link
     * LocalTime}, {@link LocalDateTime}, {@link OffsetDateTime}, {@link UUID}, or null.
     */
    public @Nullable Object get(String column) {
        return value(column) instanceof byte[] bytes ? bytes.clone() : value(column);
    }

    /** As {@link #get(String)}, by position from 0; for columns of one name. */
    public @Nullable Object get(int position) {
        if (position < 0 || position >= values.length) {
            throw new IllegalArgumentException("there is no column " + position + "; there are " + values.length);
        }
        return values[position] instanceof byte[] bytes ? bytes.clone() : values[position];
    }

    private @Nullable Object value(String column) {
        return values[columns.position(column)];
    }

    private <T> @Nullable T of(String column, Class<T> type) {
        Object value = value(column);
        if (value == null || type.isInstance(value)) {
            return type.cast(value);
        }
        throw mismatch(column, value, type);
    }

    private static IllegalArgumentException mismatch(String column, Object value, Class<?> wanted) {
        return new IllegalArgumentException("the column " + column + " holds a "
                + value.getClass().getSimpleName() + ", and not a " + wanted.getSimpleName());
    }

    /** Text: CHAR, VARCHAR, CLOB, JSON, enumerations. */
    public @Nullable String getString(String column) {
        return of(column, String.class);
    }

    /** A whole number; of a decimal only if it is one and fits. */
    public @Nullable Long getLong(String column) {
        Object value = value(column);
        if (value instanceof BigDecimal decimal) {
            try {
                return decimal.longValueExact();
            } catch (ArithmeticException e) {
                throw mismatch(column, value, Long.class);
            }
        }
        return of(column, Long.class);
    }

    /** A floating-point number; of whole numbers and decimals the nearest. */
    public @Nullable Double getDouble(String column) {
        Object value = value(column);
        return value instanceof Long || value instanceof BigDecimal
                ? (Double) ((Number) value).doubleValue()
                : of(column, Double.class);
    }

    /** A decimal, or a whole number as one. */
    public @Nullable BigDecimal getDecimal(String column) {
        return value(column) instanceof Long whole ? BigDecimal.valueOf(whole) : of(column, BigDecimal.class);
    }

    /** A boolean. */
    public @Nullable Boolean getBoolean(String column) {
        return of(column, Boolean.class);
    }

    /** A copy of bytes: BINARY, VARBINARY, BLOB. */
    public byte @Nullable [] getBytes(String column) {
        byte[] bytes = of(column, byte[].class);
        return bytes == null ? null : bytes.clone();
    }

    /** A date. */
    public @Nullable LocalDate getDate(String column) {
        return of(column, LocalDate.class);
    }

    /** A time of day. */
    public @Nullable LocalTime getTime(String column) {
        return of(column, LocalTime.class);
    }

    /** A date and time without a zone: TIMESTAMP. */
    public @Nullable LocalDateTime getDateTime(String column) {
        return of(column, LocalDateTime.class);
    }

    /** A moment with its offset: TIMESTAMP WITH TIME ZONE. */
    public @Nullable OffsetDateTime getOffsetDateTime(String column) {
        return of(column, OffsetDateTime.class);
    }

    /** A moment: TIMESTAMP WITH TIME ZONE. */
    public @Nullable Instant getInstant(String column) {
        OffsetDateTime moment = getOffsetDateTime(column);
        return moment == null ? null : moment.toInstant();
    }

    /** A UUID. */
    public @Nullable UUID getUuid(String column) {
        return of(column, UUID.class);
    }

    /** The very array. */
    @Nullable
    Object[] values() {
        return values;
    }

    /** Of the names of the columns, in order, and what they hold. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Row row
                && columns.names().equals(row.columns.names())
                && Arrays.deepEquals(values, row.values);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(values);
    }

    /** The names of the columns; what they hold may be secret. */
    @Override
    public String toString() {
        return "Row" + columns.names();
    }
}
