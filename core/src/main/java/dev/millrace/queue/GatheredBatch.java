package dev.millrace.queue;

import java.util.List;

/** Jobs of one type that leave together, in the order in which they are sent. */
record GatheredBatch<T>(Line<T> line, List<WaitingJob<T>> jobs) {}
