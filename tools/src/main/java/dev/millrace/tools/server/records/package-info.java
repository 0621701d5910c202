/**
 * Records of patients: rows of a database, read through a cache of two levels, written to the database and then through the cache,
 * so that all processes see a change at once. Entry: {@link dev.millrace.tools.server.records.RecordsService}.
 *
 * <p>Reading order: {@code Patient}, {@code PatientTable}, {@code PatientCache}, {@code OwedKeys}, {@code RecordRoutes}. Uses {@code
 * cache}, {@code cache.sql} and the server's kernel.
 */
@NullMarked
package dev.millrace.tools.server.records;

import org.jspecify.annotations.NullMarked;
