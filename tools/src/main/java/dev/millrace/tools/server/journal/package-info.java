/**
 * The operations journal: every operation of a queue as a row of a SQL table, and what is asked of it. Entry: {@link
 * dev.millrace.tools.server.journal.OperationJournal}. Uses the database and the queue's observer; knows no service.
 */
@NullMarked
package dev.millrace.tools.server.journal;

import org.jspecify.annotations.NullMarked;
