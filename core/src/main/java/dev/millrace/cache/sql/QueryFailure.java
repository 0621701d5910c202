package dev.millrace.cache.sql;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.Set;

/**
 * The database did not carry out a statement. The cause is what the driver said, which may quote the SQL and the values;
 * the message does not.
 */
public final class QueryFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final SQLException failure;

    QueryFailure(String what, Set<String> tables, Duration limit, SQLException failure) {
        super(message(what, tables, limit, failure), failure);
        this.failure = failure;
    }

    private static String message(String what, Set<String> tables, Duration limit, SQLException failure) {
        String how = failure instanceof SQLTimeoutException ? "took longer than " + limit : "failed";
        return what + " " + how + ", on the tables " + tables + ": "
                + failure.getClass().getSimpleName() + ", SQLState " + failure.getSQLState() + ", error "
                + failure.getErrorCode();
    }

    /** What the driver said. */
    public SQLException failure() {
        return failure;
    }
}
