/** The SQL database of the server. Entry: {@link dev.millrace.tools.server.database.Database}. Uses JDBC and a pool of connections. */
@NullMarked
package dev.millrace.tools.server.database;

import org.jspecify.annotations.NullMarked;
