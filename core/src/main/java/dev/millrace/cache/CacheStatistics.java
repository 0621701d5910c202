package dev.millrace.cache;

/**
 * The counters of a cache since it was made, and what it holds at this moment. Each is exact; together they may be a few
 * calls apart, for nothing is stopped to read them.
 *
 * @param totalEntries entries in memory
 * @param validEntries of those, the ones that would be served
 * @param expiredEntries of those, the ones whose time is over, or of which nobody knows whether they are current
 * @param weight what memory holds: entries, or bytes where it is bounded by bytes
 * @param hits reads that memory answered
 * @param misses reads that it did not
 * @param remoteHits values found at the server
 * @param remoteMisses values not found there
 * @param loads values that were loaded, or found not to exist
 * @param loadFailures loads that failed
 * @param loadNanos what all loads took together, in nanoseconds
 * @param coalesced reads that joined one under way
 * @param refreshes loads before the end of a value
 * @param staleServed reads answered with what is not known to be current, by {@link OutagePolicy.StaleOk}
 * @param invalidations changes of this cache's keys that servers have announced
 * @param evictions entries that had to make room
 * @param writes entries written
 * @param writeFailures of those, the ones that failed, or whose outcome is unknown
 * @param readFailures reads that the server did not answer
 * @param unreadable stored values that could not be decoded
 */
public record CacheStatistics(
        long totalEntries,
        long validEntries,
        long expiredEntries,
        long weight,
        long hits,
        long misses,
        long remoteHits,
        long remoteMisses,
        long loads,
        long loadFailures,
        long loadNanos,
        long coalesced,
        long refreshes,
        long staleServed,
        long invalidations,
        long evictions,
        long writes,
        long writeFailures,
        long readFailures,
        long unreadable) {
    /** The part of reads that memory answered, from 0 to 1; 0 before the first. */
    public double hitRatio() {
        return hits + misses == 0 ? 0 : (double) hits / (hits + misses);
    }

    /** What a load takes on average, in nanoseconds; 0 before the first. */
    public double averageLoadNanos() {
        return loads == 0 ? 0 : (double) loadNanos / loads;
    }
}
