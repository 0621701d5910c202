/**
 * What an operator does to queues: lists them, looks into them, and sets them right. Entry: {@link
 * dev.millrace.tools.queue.QueueCommand}; a class for each of its commands.
 */
@NullMarked
package dev.millrace.tools.queue;

import org.jspecify.annotations.NullMarked;
