package dev.millrace.cache.sql;

import com.google.errorprone.annotations.ThreadSafe;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Types;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Runs statements by JDBC: a connection for each call, all parameters bound, and a limit on the time of each. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // data sources are
final class Database {
    private final DataSource source;
    private final int timeoutSeconds;

    /** @param timeout of each statement; JDBC counts whole seconds, so it is rounded up */
    Database(DataSource source, Duration timeout) {
        this.source = source;
        this.timeoutSeconds =
                (int) Math.min(Integer.MAX_VALUE, timeout.plusNanos(999_999_999).toSeconds());
    }

    Rows read(Query query) throws SQLException {
        try (Connection connection = source.getConnection()) {
            Rows rows;
            try (PreparedStatement statement = prepared(connection, query);
                    ResultSet result = statement.executeQuery()) {
                rows = rows(result);
            }
            if (!connection.getAutoCommit()) {
                connection.rollback(); // ends the transaction that reading has begun
            }
            return rows;
        }
    }

    /** Runs statements as one transaction. Answers how many rows each has changed. */
    List<Integer> change(List<Query> statements) throws SQLException {
        try (Connection connection = source.getConnection()) {
            boolean byItself = connection.getAutoCommit();
            if (byItself && statements.size() == 1) {
                return run(connection, statements);
            }
            connection.setAutoCommit(false);
            try {
                List<Integer> changed = run(connection, statements);
                connection.commit();
                return changed;
            } catch (SQLException | RuntimeException e) {
                rollBack(connection, e);
                throw e;
            } finally {
                if (byItself) {
                    restore(connection);
                }
            }
        }
    }

    private static void rollBack(Connection connection, Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private static void restore(Connection connection) {
        try {
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            // The connection is broken, as its pool will find; what was committed stays so.
        }
    }

    private List<Integer> run(Connection connection, List<Query> statements) throws SQLException {
        List<Integer> changed = new ArrayList<>(statements.size());
        for (Query each : statements) {
            try (PreparedStatement statement = prepared(connection, each)) {
                changed.add(statement.executeUpdate());
            }
        }
        return changed;
    }

    private PreparedStatement prepared(Connection connection, Query query) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(query.sql());
        try {
            statement.setQueryTimeout(timeoutSeconds);
            List<@Nullable Object> parameters = query.parameters();
            for (int i = 0; i < parameters.size(); i++) {
                bind(statement, i + 1, parameters.get(i));
            }
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    private static void bind(PreparedStatement statement, int at, @Nullable Object value) throws SQLException {
        switch (value) {
            case null -> statement.setNull(at, Types.NULL);
            case String text -> statement.setString(at, text);
            case Boolean truth -> statement.setBoolean(at, truth);
            case Integer number -> statement.setInt(at, number);
            case Long number -> statement.setLong(at, number);
            case Float number -> statement.setFloat(at, number);
            case Double number -> statement.setDouble(at, number);
            case BigDecimal number -> statement.setBigDecimal(at, number);
            case byte[] bytes -> statement.setBytes(at, bytes.clone());
            default -> statement.setObject(at, value);
        }
    }

    private static Rows rows(ResultSet result) throws SQLException {
        ResultSetMetaData about = result.getMetaData();
        int width = about.getColumnCount();
        List<String> names = new ArrayList<>(width);
        ColumnReader[] readers = new ColumnReader[width];
        for (int i = 0; i < width; i++) {
            names.add(about.getColumnLabel(i + 1));
            readers[i] = reader(about, i + 1);
        }
        Columns columns = new Columns(names);
        List<Row> rows = new ArrayList<>();
        while (result.next()) {
            @Nullable Object[] values = new @Nullable Object[width];
            for (int i = 0; i < width; i++) {
                Object value = readers[i].read(result, i + 1);
                values[i] = result.wasNull() ? null : value;
            }
            rows.add(new Row(columns, values));
        }
        return new Rows(columns, rows);
    }

    @FunctionalInterface
    private interface ColumnReader {
        @Nullable
        Object read(ResultSet result, int at) throws SQLException;
    }

    private static ColumnReader reader(ResultSetMetaData about, int at) throws SQLException {
        String typeName = about.getColumnTypeName(at);
        if (typeName.equalsIgnoreCase("uuid")) { // which has no number of its own: OTHER, BINARY, CHAR
            return (result, column) -> result.getObject(column, UUID.class);
        }
        return switch (about.getColumnType(at)) {
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER -> ResultSet::getLong;
            case Types.BIGINT -> about.isSigned(at) ? ResultSet::getLong : ResultSet::getBigDecimal;
            case Types.REAL, Types.FLOAT, Types.DOUBLE -> ResultSet::getDouble;
            case Types.DECIMAL, Types.NUMERIC -> ResultSet::getBigDecimal;
            case Types.BOOLEAN, Types.BIT -> ResultSet::getBoolean;
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> ResultSet::getBytes;
            case Types.DATE -> (result, column) -> result.getObject(column, LocalDate.class);
            case Types.TIME -> (result, column) -> result.getObject(column, LocalTime.class);
            case Types.TIMESTAMP ->
                // PostgreSQL gives both of its kinds this number.
                typeName.equalsIgnoreCase("timestamptz")
                        ? Database::moment
                        : (result, column) -> result.getObject(column, LocalDateTime.class);
            case Types.TIMESTAMP_WITH_TIMEZONE -> Database::moment;
            case Types.ARRAY, Types.STRUCT, Types.REF, Types.REF_CURSOR, Types.JAVA_OBJECT ->
                throw new SQLFeatureNotSupportedException(
                        "the column " + about.getColumnLabel(at) + " is of type " + about.getColumnTypeName(at)
                                + ", which a cached row can't hold; the query can cast it to text");
            default -> ResultSet::getString;
        };
    }

    private static @Nullable Object moment(ResultSet result, int at) throws SQLException {
        return result.getObject(at, OffsetDateTime.class);
    }
}
