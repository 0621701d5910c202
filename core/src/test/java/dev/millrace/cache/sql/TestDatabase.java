package dev.millrace.cache.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.h2.jdbcx.JdbcDataSource;

/** A database of H2 in memory, for one test. */
final class TestDatabase implements AutoCloseable {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final JdbcDataSource source = new JdbcDataSource();

    TestDatabase() {
        source.setURL("jdbc:h2:mem:queries" + NUMBER.incrementAndGet() + ";DB_CLOSE_DELAY=-1");
    }

    WatchedSource source() {
        return new WatchedSource(source, true);
    }

    /** As some pools hand them out. */
    WatchedSource sourceWithoutAutoCommit() {
        return new WatchedSource(source, false);
    }

    /** Past every cache. */
    void run(String... statements) {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        run("SHUTDOWN");
    }
}
