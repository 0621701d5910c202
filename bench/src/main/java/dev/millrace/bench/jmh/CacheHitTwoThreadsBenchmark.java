package dev.millrace.bench.jmh;

import org.openjdk.jmh.annotations.Threads;

/** As {@link CacheHitBenchmark}, by two threads at once on the same keys. */
@Threads(2)
public class CacheHitTwoThreadsBenchmark extends CacheHitBenchmark {
    /** Starts the server and puts every key into everything. */
    public CacheHitTwoThreadsBenchmark() {}
}
