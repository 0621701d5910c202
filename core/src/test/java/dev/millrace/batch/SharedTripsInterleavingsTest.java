package dev.millrace.batch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import dev.millrace.connection.Interleavings;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callers that come at once, in every order of steps: each job goes in one trip, and nobody waits for ever. */
@Timeout(120)
class SharedTripsInterleavingsTest {
    private static final long FOR_EVER = Long.MAX_VALUE / 4;

    @Test
    void callers_inEveryOrderOfSteps_endAndAreTakenOnce() {
        check(Interleavings.some(), HandOff.class);
    }

    /** Negative control of "whoever has waited longest makes the next trip": who waits then waits for ever. */
    @Test
    void tripThatIsPassedOnToNobody_isCaught() {
        assertThatThrownBy(() -> check(Interleavings.untilCaught(), PassesOnToNobody.class))
                .isInstanceOf(LincheckAssertionError.class);
    }

    private static void check(ModelCheckingOptions options, Class<?> tested) {
        options.threads(2)
                .actorsPerThread(2)
                .actorsBefore(0)
                .actorsAfter(0)
                .invocationsPerIteration(150)
                .addGuarantee(
                        forClasses(name -> name.startsWith("java.util.") && !name.startsWith("java.util.concurrent."))
                                .allMethods()
                                .treatAsAtomic())
                .sequentialSpecification(EachIsTaken.class)
                .check(tested);
    }

    /** One trip may be under way at once, so that two callers meet. */
    public static class HandOff {
        private final AtomicInteger sent = new AtomicInteger();
        private final AtomicInteger asked = new AtomicInteger();
        private final SharedTrips<SharedTripsTest.Parcel, String> shared = shared(parcels -> {
            sent.addAndGet(parcels.size());
            return new SharedTrips.Answered<>(
                    parcels.stream().map(parcel -> SharedTripsTest.TAKEN).toList(), null);
        });

        SharedTrips<SharedTripsTest.Parcel, String> shared(SharedTrips.Trip<SharedTripsTest.Parcel, String> trip) {
            return new SharedTrips<>(new SharedTripsTest.KindLoad(), trip, new SharedTrips.Width(1, 1, 50));
        }

        @Operation
        public String enqueue() {
            asked.incrementAndGet();
            return shared.send(new SharedTripsTest.Parcel("job", 1, "kind"), FOR_EVER);
        }

        @Validate
        public void eachWasSentOnce() {
            if (sent.get() != asked.get()) {
                throw new IllegalStateException(asked + " jobs, and " + sent + " were sent");
            }
        }
    }

    /** Forgets who waits. */
    public static class PassesOnToNobody extends HandOff {
        @Override
        SharedTrips<SharedTripsTest.Parcel, String> shared(SharedTrips.Trip<SharedTripsTest.Parcel, String> trip) {
            return new SharedTrips<>(new SharedTripsTest.KindLoad(), trip, new SharedTrips.Width(1, 1, 50)) {
                @Override
                void passOn() {}
            };
        }
    }

    /** What it must look like. */
    public static class EachIsTaken {
        public String enqueue() {
            return SharedTripsTest.TAKEN;
        }
    }
}
