package dev.millrace.connection;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;

/** How many interleavings the tests of hand-off code look at. */
final class Interleavings {
    private Interleavings() {}

    /**
     * A few thousand of three threads; {@code -Dmillrace.interleavings=100} looks at a hundred times as many scenarios.
     */
    static ModelCheckingOptions some() {
        return new ModelCheckingOptions()
                .threads(3)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(10 * Integer.getInteger("millrace.interleavings", 1))
                .invocationsPerIteration(400)
                .minimizeFailedScenario(false);
    }
}
