package dev.millrace.cache.sql;

import dev.millrace.cache.Written;
import java.util.List;

/**
 * What became of a change. It is committed; whether others know that the tables have changed is another matter.
 *
 * @param rows for each statement, how many rows it has changed
 * @param invalidated whether the results that depend on the tables have been deleted everywhere. If not, this process
 *     asks the database past the cache until they are, which it keeps trying; other processes may see the old results
 *     until then, for as long as those live at the most
 */
public record Updated(List<Integer> rows, Written invalidated) {
    /** Copies the list. */
    public Updated {
        rows = List.copyOf(rows);
    }

    /** How many rows were changed in all. */
    public long total() {
        return rows.stream().mapToLong(Integer::longValue).sum();
    }
}
