package dev.millrace.queue;

/**
 * What became of the operations that a {@link QueueObserver} was to be told of.
 *
 * @param told it was told of, and returned
 * @param failed it was told of, and threw
 * @param dropped it was not told of, because it was too slow
 * @param waiting it is yet to be told of, or is being told of now
 * @param pointsFailed times that {@link QueueOptions#points()} threw; the job counted as one point
 */
public record ObserverStatistics(long told, long failed, long dropped, long waiting, long pointsFailed) {}
