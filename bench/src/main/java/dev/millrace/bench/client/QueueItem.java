package dev.millrace.bench.client;

/**
 * A job as the workloads know it.
 *
 * @param id names its run and its place
 * @param priority 0 to 511; the higher leaves first
 * @param payload what it carries, ASCII
 */
public record QueueItem(String id, int priority, String payload) {}
