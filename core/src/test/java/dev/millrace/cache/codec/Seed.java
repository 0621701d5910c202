package dev.millrace.cache.codec;

import java.util.concurrent.ThreadLocalRandom;

/** Where random tests begin: at {@code -Dmillrace.seed=…}, else anywhere. Printed, so that a failure can be made again. */
public final class Seed {
    private Seed() {}

    public static long next(String test) {
        long seed = Long.getLong("millrace.seed", ThreadLocalRandom.current().nextLong());
        System.out.println(test + ": seed " + seed);
        return seed;
    }
}
