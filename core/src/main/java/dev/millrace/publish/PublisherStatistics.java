package dev.millrace.publish;

/**
 * What a publisher has counted since it was made, and what waits in it now.
 *
 * @param published messages that the server has taken
 * @param received how many clients got them, all together; on a cluster only what the answering node knows
 * @param failed messages that the server has not taken, or may not have
 * @param rejected messages that were not taken in: no room, or closed
 * @param trips batches that were sent
 * @param waiting messages that wait for a trip
 * @param underWay messages that are in one
 * @param bytes bytes of both
 */
public record PublisherStatistics(
        long published, long received, long failed, long rejected, long trips, int waiting, int underWay, long bytes) {}
