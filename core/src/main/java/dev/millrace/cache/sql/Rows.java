package dev.millrace.cache.sql;

import java.util.List;

/** A whole result, as it is cached. Immutable. */
record Rows(Columns columns, List<Row> rows) {
    Rows {
        rows = List.copyOf(rows);
    }
}
