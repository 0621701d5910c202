package dev.millrace.tools.server.database;

import com.google.errorprone.annotations.ThreadSafe;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The SQL database: an H2 of the process's own, or whatever a JDBC URL names (drivers of H2 and PostgreSQL are on the class path).
 * A pool of connections, opened when the first is needed; to wait for one has a deadline.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the pool is
public final class Database implements AutoCloseable {
    private static final Duration WAIT = Duration.ofSeconds(5);

    private final HikariDataSource pool;
    private final boolean postgres;

    /**
     * @param url of JDBC
     * @param user null for none
     * @param password null for none
     * @throws IllegalArgumentException if the URL is of no driver that is there
     */
    public Database(String url, @Nullable String user, @Nullable String password) {
        if (!url.startsWith("jdbc:h2:") && !url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException(
                    "MILLRACE_JDBC_URL must begin with jdbc:h2: or jdbc:postgresql:; other drivers are not there");
        }
        HikariConfig config = new HikariConfig();
        config.setPoolName("millrace");
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(8);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(WAIT.toMillis());
        config.setInitializationFailTimeout(-1); // a database that is away keeps nothing but itself from working
        this.pool = new HikariDataSource(config);
        this.postgres = url.startsWith("jdbc:postgresql:");
    }

    /** Connections of the pool. */
    public DataSource source() {
        return pool;
    }

    /** Whether it is PostgreSQL, where SQL differs. */
    public boolean isPostgres() {
        return postgres;
    }

    /**
     * Runs statements that make tables, each only if it is not there.
     *
     * @throws SQLException if one fails, or the database is away
     */
    public void create(String... statements) throws SQLException {
        try (Connection connection = pool.getConnection();
                var statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
