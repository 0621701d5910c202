package dev.millrace.cache.sql;

import com.google.errorprone.annotations.Immutable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A SQL statement, the parameters that are bound to its question marks, and the tables that it reads or changes.
 *
 * <pre>{@code
 * Query.of("SELECT name, price FROM product WHERE category = ? AND price < ?", "product").with("shoes", 100)
 * }</pre>
 *
 * <p>Parameters are bound by the driver and never become part of the SQL text; a text that was put together from what
 * users typed is not made safe by this class.
 *
 * <p>Tables are named by the application: all that the result depends on, those behind views and those that triggers and
 * cascades change included. Names are compared without regard to case, as they are written: {@code public.person} and
 * {@code person} are two.
 */
@Immutable
@SuppressWarnings("Immutable") // its collections are unmodifiable, and its arrays are copies that nobody is given
public final class Query {
    private static final Pattern TABLE = Pattern.compile("[\\p{L}\\p{N}_$#.-]{1,200}");

    private final String sql;
    private final List<@Nullable Object> parameters;
    private final Set<String> tables;

    private Query(String sql, List<@Nullable Object> parameters, Set<String> tables) {
        this.sql = sql;
        this.parameters = parameters;
        this.tables = tables;
    }

    /**
     * A statement without parameters.
     *
     * @throws IllegalArgumentException if it is blank, names no table, or names one that can't be one
     */
    public static Query of(String sql, String... tables) {
        return of(sql, List.of(tables));
    }

    /** As {@link #of(String, String...)}. */
    public static Query of(String sql, Collection<String> tables) {
        if (sql.isBlank()) {
            throw new IllegalArgumentException("a query needs its SQL");
        }
        if (tables.isEmpty()) {
            throw new IllegalArgumentException(
                    "a query names the tables that it depends on: nothing could tell when its result has changed");
        }
        Set<String> checked = new TreeSet<>();
        tables.forEach(table -> checked.add(table(table)));
        return new Query(sql, List.of(), Collections.unmodifiableSet(checked));
    }

    /**
     * The same with these parameters, in the order of the question marks: null, text, numbers, booleans, bytes, dates,
     * times and UUIDs.
     *
     * @throws IllegalArgumentException if one is of another type; the message gives its position and type
     */
    public Query with(@Nullable Object... values) {
        List<@Nullable Object> bound = new ArrayList<>(values.length);
        for (Object value : values) {
            bound.add(parameter(value, bound.size() + 1));
        }
        return new Query(sql, Collections.unmodifiableList(bound), tables);
    }

    private static @Nullable Object parameter(@Nullable Object value, int position) {
        return switch (value) {
            case null -> null;
            case byte[] bytes -> bytes.clone();
            case Byte small -> small.intValue();
            case Short small -> small.intValue();
            case BigInteger large -> new BigDecimal(large);
            case Instant instant -> instant.atOffset(ZoneOffset.UTC);
            case String same -> same;
            case Boolean same -> same;
            case Integer same -> same;
            case Long same -> same;
            case Float same -> same;
            case Double same -> same;
            case BigDecimal same -> same;
            case LocalDate same -> same;
            case LocalTime same -> same;
            case LocalDateTime same -> same;
            case OffsetDateTime same -> same;
            case UUID same -> same;
            default ->
                throw new IllegalArgumentException("parameter " + position + " is of "
                        + value.getClass().getName()
                        + "; it may be null, text, a number, a boolean, bytes, of java.time, or a UUID");
        };
    }

    /** The name of a table as it is compared. */
    static String table(String name) {
        if (!TABLE.matcher(name).matches()) {
            throw new IllegalArgumentException("a name of " + name.length()
                    + " characters is none of a table: it has 1 to 200 letters, digits, or any of _ $ # . -");
        }
        return name.toLowerCase(Locale.ROOT);
    }

    /** The SQL text. */
    public String sql() {
        return sql;
    }

    /** The tables, in lower case and alphabetical order. */
    public Set<String> tables() {
        return tables;
    }

    /** What is bound to the question marks; the arrays among it are not to be changed. */
    List<@Nullable Object> parameters() {
        return parameters;
    }

    /** Without the parameters, which may be secret. */
    @Override
    public String toString() {
        return "Query[" + sql + ", " + parameters.size() + " parameters, tables " + tables + "]";
    }
}
