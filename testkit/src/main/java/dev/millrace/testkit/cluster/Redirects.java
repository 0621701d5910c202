package dev.millrace.testkit.cluster;

/**
 * How often servers sent clients elsewhere since they started or CONFIG RESETSTAT.
 *
 * @param moved replies MOVED
 * @param ask replies ASK
 */
public record Redirects(long moved, long ask) {

    /** What was added since an earlier count. */
    public Redirects since(Redirects earlier) {
        return new Redirects(moved - earlier.moved, ask - earlier.ask);
    }
}
