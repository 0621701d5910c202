package dev.millrace.cache.sql;

/** Makes something of a row. Called by the thread that asked, for each row of each answer: it should be quick. */
@FunctionalInterface
public interface RowMapper<T> {
    /** What the row stands for; what it throws, the caller gets. */
    T map(Row row);
}
