package dev.millrace.tools.server.flights;

import dev.millrace.queue.QueueMethod;

/**
 * That points are in the queue. Immutable.
 *
 * @param method how they got there
 * @param processed points that are in it
 */
record Receipt(QueueMethod method, int processed) {}
