/**
 * Results of SQL queries, cached with the tables they depend on. Entry type: {@link dev.millrace.cache.sql.QueryCache}.
 * Uses {@code cache}, {@code cache.codec}, {@code command} and JDBC.
 *
 * <p>Reading order: {@code Query}, {@code QueryKey}, {@code QueryCache}, {@code OwedInvalidations}, {@code Database},
 * {@code RowCodec}.
 */
@NullMarked
package dev.millrace.cache.sql;

import org.jspecify.annotations.NullMarked;
