package dev.millrace.tools.server.journal;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.queue.QueueOperation;
import dev.millrace.tools.server.database.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The table {@code queue_operations}, in SQL that H2 and PostgreSQL share. It is made when it is first needed, so that a database
 * that is away when the server begins keeps nothing but the journal from working.
 *
 * <p>Thread-safe; every call uses a connection of its own.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the database is
final class OperationTable {
    private static final String CREATE = """
            CREATE TABLE IF NOT EXISTS queue_operations (
              id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
              happened_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
              queue VARCHAR(512) NOT NULL,
              kind VARCHAR(16) NOT NULL,
              method VARCHAR(16) NOT NULL,
              operations INTEGER NOT NULL,
              points BIGINT NOT NULL,
              duration_micros BIGINT NOT NULL,
              outcome VARCHAR(32) NOT NULL)""";
    private static final String INDEX = """
            CREATE INDEX IF NOT EXISTS queue_operations_by_time
              ON queue_operations (happened_at)""";
    private static final String INSERT = """
            INSERT INTO queue_operations
              (happened_at, queue, kind, method, operations, points, duration_micros, outcome)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?)""";
    private static final String BATCHES = """
            SELECT FLOOR(EXTRACT(EPOCH FROM happened_at) / 60) AS in_minute, COUNT(*),
                AVG(CAST(operations AS DOUBLE PRECISION)), MAX(operations), SUM(points)
              FROM queue_operations
              WHERE kind = ? AND method = 'pipelined' AND happened_at >= ?
              GROUP BY FLOOR(EXTRACT(EPOCH FROM happened_at) / 60) ORDER BY in_minute""";
    private static final String METHODS = """
            SELECT method, COUNT(*), SUM(operations), SUM(points), SUM(duration_micros),
                SUM(CASE WHEN outcome = 'value' THEN 0 ELSE 1 END)
              FROM queue_operations
              WHERE kind = ? AND method IN ('pipelined', 'standard') AND happened_at >= ?
              GROUP BY method ORDER BY method""";
    private static final String DELETE_OLD = """
            DELETE FROM queue_operations WHERE id IN (
              SELECT id FROM queue_operations WHERE happened_at < ? ORDER BY happened_at LIMIT ?)""";
    private static final String DELETE_FIRST = """
            DELETE FROM queue_operations WHERE id IN (
              SELECT id FROM queue_operations
                WHERE id <= (SELECT MAX(id) FROM queue_operations) - ? ORDER BY id LIMIT ?)""";

    private final Database database;
    private volatile boolean made;

    OperationTable(Database database) {
        this.database = database;
    }

    private Connection connection() throws SQLException {
        if (!made) {
            database.create(CREATE, INDEX); // by several at once does no harm
            made = true;
        }
        return database.source().getConnection();
    }

    /** Appends rows, all or none. */
    void append(List<QueueOperation> operations) throws SQLException {
        try (Connection connection = connection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                for (QueueOperation operation : operations) {
                    insert.setObject(1, time(operation.at()));
                    insert.setString(2, operation.queue());
                    insert.setString(3, word(operation.kind()));
                    insert.setString(4, word(operation.method()));
                    insert.setInt(5, operation.operations());
                    insert.setLong(6, operation.points());
                    insert.setLong(7, operation.duration().toNanos() / 1_000);
                    insert.setString(8, word(operation.outcome()));
                    insert.addBatch();
                }
                int[] unused = insert.executeBatch();
                connection.commit();
            } catch (SQLException failed) {
                made = false; // the database may be another one, or empty, when it is back
                connection.rollback();
                throw failed;
            }
        }
    }

    /** Trips of the pipelined method by minute, the oldest first; minutes without any are not there. */
    List<BatchesOfMinute> batches(QueueOperation.Kind kind, Instant since) throws SQLException {
        List<BatchesOfMinute> minutes = new ArrayList<>();
        try (Connection connection = connection();
                PreparedStatement query = connection.prepareStatement(BATCHES)) {
            query.setString(1, word(kind));
            query.setObject(2, time(since));
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    minutes.add(new BatchesOfMinute(
                            rows.getLong(1) * 60_000,
                            rows.getLong(2),
                            Math.round(rows.getDouble(3) * 100) / 100.0,
                            rows.getLong(4),
                            rows.getLong(5)));
                }
            }
        }
        return minutes;
    }

    /** Trips by method; methods without any are not there. */
    List<MethodFigures> methods(QueueOperation.Kind kind, Instant since) throws SQLException {
        List<MethodFigures> methods = new ArrayList<>();
        try (Connection connection = connection();
                PreparedStatement query = connection.prepareStatement(METHODS)) {
            query.setString(1, word(kind));
            query.setObject(2, time(since));
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    long trips = rows.getLong(2);
                    long points = rows.getLong(4);
                    long micros = rows.getLong(5);
                    methods.add(new MethodFigures(
                            rows.getString(1),
                            trips,
                            rows.getLong(3),
                            points,
                            Math.round((double) micros / trips) / 1e3,
                            micros == 0 ? 0 : Math.round(points * 1e6 / micros),
                            rows.getLong(6)));
                }
            }
        }
        return methods;
    }

    /** Deletes up to {@code most} rows from before a time. @return how many */
    int deleteBefore(Instant time, int most) throws SQLException {
        try (Connection connection = connection();
                PreparedStatement delete = connection.prepareStatement(DELETE_OLD)) {
            delete.setObject(1, time(time));
            delete.setInt(2, most);
            return delete.executeUpdate();
        }
    }

    /** Deletes up to {@code most} of the rows that are not among the newest {@code kept}. @return how many */
    int deleteBeyond(long kept, int most) throws SQLException {
        try (Connection connection = connection();
                PreparedStatement delete = connection.prepareStatement(DELETE_FIRST)) {
            delete.setLong(1, kept);
            delete.setInt(2, most);
            return delete.executeUpdate();
        }
    }

    private static OffsetDateTime time(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
