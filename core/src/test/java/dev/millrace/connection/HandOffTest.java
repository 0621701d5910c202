package dev.millrace.connection;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A call on its way from the queue into the FIFO and out of it is seen at every moment by whoever asks whether anything
 * is outstanding: the thread that keeps the deadlines goes to sleep on the answer.
 */
@Timeout(120)
class HandOffTest {
    @Test
    void call_onItsWay_isNeverOverlooked() {
        Interleavings.some().sequentialSpecification(NothingOverlooked.class).check(HandOff.class);
    }

    /** Negative control: taking and staging without telling must be caught. */
    @Test
    void handOffThatDoesNotTell_isCaught() {
        assertThatThrownBy(() -> Interleavings.untilCaught()
                        .sequentialSpecification(NothingOverlooked.class)
                        .check(SilentHandOff.class))
                .isInstanceOf(LincheckAssertionError.class);
    }

    /** Negative control: looking at the FIFO first, then at the queue, must be caught. */
    @Test
    void lookAgainstTheStream_isCaught() {
        assertThatThrownBy(() -> Interleavings.untilCaught()
                        .sequentialSpecification(NothingOverlooked.class)
                        .check(LookAgainstTheStream.class))
                .isInstanceOf(LincheckAssertionError.class);
    }

    /** What is tested; the writer and the reader are one thread each, as in a connection. */
    public static class HandOff {
        final CallQueue queue = new CallQueue(16, 1000);
        final InFlight inFlight = new InFlight(64);

        private final AtomicInteger pushed = new AtomicInteger();

        @Operation
        public void push() {
            queue.push(new NumberedCall(1, 1));
            pushed.incrementAndGet();
        }

        @Operation(nonParallelGroup = "writer")
        public void write() {
            inFlight.stageFrom(queue);
            markAllWritten();
        }

        void markAllWritten() {
            while (inFlight.unwritten() > 0) {
                Call call = inFlight.staged(0);
                call.trySend();
                inFlight.markWritten(call);
            }
        }

        /** Whether a call that was there before the look is not seen by it; none ever leaves. */
        @Operation
        public boolean overlooks() {
            return pushed.get() > 0 && isIdle();
        }

        boolean isIdle() {
            return inFlight.isIdle(queue);
        }
    }

    /** What must be. */
    public static class NothingOverlooked {
        public void push() {}

        public void write() {}

        public boolean overlooks() {
            return false;
        }
    }

    /** Takes, and then stages: in between the call is nowhere. */
    public static class SilentHandOff extends HandOff {
        @Override
        @Operation(nonParallelGroup = "writer")
        public void write() {
            Call newest = queue.takeAll();
            if (newest != null) {
                inFlight.stage(newest);
            }
            markAllWritten();
        }
    }

    /** Looks where the call goes before it looks where it comes from. */
    public static class LookAgainstTheStream extends HandOff {
        @Override
        boolean isIdle() {
            return inFlight.size() == 0 && queue.isEmpty();
        }
    }
}
