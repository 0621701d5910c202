package dev.millrace.connection;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;

/** How many interleavings the tests of hand-off code look at. */
public final class Interleavings {
    private Interleavings() {}

    /**
     * A few thousand of three threads; {@code -Dmillrace.interleavings=100} looks at a hundred times as many scenarios.
     */
    public static ModelCheckingOptions some() {
        return options(6 * Integer.getInteger("millrace.interleavings", 1));
    }

    /** For what must be caught: stops at the first fault, and looks long enough to find one. */
    public static ModelCheckingOptions untilCaught() {
        return options(500);
    }

    private static ModelCheckingOptions options(int scenarios) {
        return new ModelCheckingOptions()
                .threads(3)
                .actorsPerThread(2)
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(scenarios)
                .invocationsPerIteration(400)
                .minimizeFailedScenario(false);
    }
}
