package dev.millrace.state;

import java.time.Duration;
import java.util.List;

/**
 * How a state is.
 *
 * @param status the sum of it
 * @param reasons why it is not well, one line each; empty if it is
 * @param mode where reads and writes go
 * @param records connections that are known, of all processes
 * @param local connections of this process
 * @param unwritten records that have something that Redis does not have
 * @param oldestUnwritten how long the oldest of it has waited: what a crash now would lose is no older; zero for nothing
 * @param lastHeard how long ago Redis last said where the stream of changes stands
 * @param counters what has happened since the state was opened
 */
public record StateHealth(
        Status status,
        List<String> reasons,
        StateMode mode,
        int records,
        int local,
        int unwritten,
        Duration oldestUnwritten,
        Duration lastHeard,
        Counters counters) {
    /** How well it is. */
    public enum Status {
        /** All is as it should be. */
        OK,
        /** It works, and more is unwritten, or memory may be older, than it should. */
        DEGRADED,
        /** It takes no writes: it is closed, or another process has its name. */
        STOPPED
    }

    /**
     * Numbers since the state was opened.
     *
     * @param coalesced changes behind that needed no write of their own
     * @param written fields that were written to Redis
     * @param failed writes behind that failed, by record; what they were to write is kept and tried again
     * @param dropped changes that stay in memory only: lossy ones over the limit, and values that a codec refuses
     * @param malformed values in Redis that can't be read, and count as absent
     * @param followed changes by other processes that were taken over
     * @param reread records that were read again because a change of them was missed
     * @param reconciled times that all was read again, the first at the start
     * @param reaped records of dead processes that this one removed
     * @param conflicts writes that met a newer version and were made again
     */
    public record Counters(
            long coalesced,
            long written,
            long failed,
            long dropped,
            long malformed,
            long followed,
            long reread,
            long reconciled,
            long reaped,
            long conflicts) {}

    /** Copies the reasons. */
    public StateHealth {
        reasons = List.copyOf(reasons);
    }
}
