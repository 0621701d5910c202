package dev.millrace.command;

import org.jspecify.annotations.Nullable;

/**
 * Where COPY copies to, and over what. Immutable: {@code CopyOptions.ofDefaults().replacing()}.
 *
 * @param database the number of the database to copy into, 0 or more; null, the default, for the connection's own. A
 *     cluster has database 0 only
 * @param replace whether a key that is there already is replaced; false by default
 */
public record CopyOptions(@Nullable Integer database, boolean replace) {
    private static final CopyOptions DEFAULTS = new CopyOptions(null, false);

    /** @throws IllegalArgumentException if the database is negative */
    public CopyOptions {
        if (database != null && database < 0) {
            throw new IllegalArgumentException("a database's number is 0 or more, not " + database);
        }
    }

    /** Into the same database, and not over another key. */
    public static CopyOptions ofDefaults() {
        return DEFAULTS;
    }

    /** The same options, copying into this database. @throws IllegalArgumentException if it is negative */
    public CopyOptions intoDatabase(int number) {
        return new CopyOptions(number, replace);
    }

    /** The same options, replacing a key that is there already. */
    public CopyOptions replacing() {
        return new CopyOptions(database, true);
    }

    void addTo(Arguments arguments) {
        if (database != null) {
            arguments.add("DB").add(database);
        }
        if (replace) {
            arguments.add("REPLACE");
        }
    }
}
