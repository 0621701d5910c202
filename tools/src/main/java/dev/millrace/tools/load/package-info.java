/**
 * Fills a queue from a file: points as JSON lines, a flight, or what was exported from another queue.
 *
 * <p>Entry: {@link dev.millrace.tools.load.LoadCommand}. A file is read twice, line by line, and never held: once to find
 * what is wrong with it and what its content hash is, which makes the ids, and once to enqueue. {@link
 * dev.millrace.tools.load.ExportFormat} is the format of exports, both ways.
 */
@NullMarked
package dev.millrace.tools.load;

import org.jspecify.annotations.NullMarked;
