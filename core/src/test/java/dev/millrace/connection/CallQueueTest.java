package dev.millrace.connection;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every interleaving of pushes, takes and a close is one that a queue under a lock could have shown. */
@Timeout(120)
class CallQueueTest {
    private static final int MAX_CALLS = 3;
    private static final int MAX_BYTES = 6;

    @Test
    void queue_allInterleavings_behaveAsOneUnderALock() {
        Interleavings.some().sequentialSpecification(LockedQueue.class).check(Queue.class);
    }

    /** Negative control: a push that forgets to compare must be caught. */
    @Test
    void queueThatOverwritesItsTop_isCaught() {
        assertThatThrownBy(() -> Interleavings.untilCaught()
                        .sequentialSpecification(LockedQueue.class)
                        .check(OverwritingQueue.class))
                .isInstanceOf(LincheckAssertionError.class);
    }

    /** Negative control: bounds that are checked apart from the push must be caught. */
    @Test
    void queueThatChecksItsBoundsFirst_isCaught() {
        assertThatThrownBy(() -> Interleavings.untilCaught()
                        .sequentialSpecification(LockedQueue.class)
                        .check(CheckThenPushQueue.class))
                .isInstanceOf(LincheckAssertionError.class);
    }

    private static int weightOf(int number) {
        return 1 + number % 3;
    }

    private static List<Integer> numbers(@Nullable Call newest) {
        List<Integer> numbers = new ArrayList<>();
        for (Call call = newest; call != null; call = call.below) {
            numbers.add(((NumberedCall) call).number);
        }
        return numbers;
    }

    /** What is tested. */
    @Param(name = "number", gen = IntGen.class, conf = "0:8")
    public static class Queue {
        final CallQueue queue = new CallQueue(MAX_CALLS, MAX_BYTES);

        @Operation
        public String push(@Param(name = "number") int number) {
            return queue.push(new NumberedCall(number, weightOf(number))).name();
        }

        @Operation
        public List<Integer> takeAll() {
            return numbers(queue.takeAll());
        }

        @Operation
        public List<Integer> close() {
            return numbers(queue.close());
        }

        @Operation
        public int size() {
            return queue.size();
        }

        @Operation
        public boolean isFullFor(@Param(name = "number") int number) {
            return queue.isFullFor(weightOf(number));
        }
    }

    /** The same in the plainest way there is. */
    public static class LockedQueue {
        private final List<Integer> newestFirst = new ArrayList<>();
        private boolean closed;

        public String push(int number) {
            if (closed) {
                return "CLOSED";
            }
            if (isFullFor(number)) {
                return "FULL";
            }
            newestFirst.addFirst(number);
            return newestFirst.size() == 1 ? "FIRST" : "BEHIND";
        }

        public List<Integer> takeAll() {
            List<Integer> taken = new ArrayList<>(newestFirst);
            newestFirst.clear();
            return taken;
        }

        public List<Integer> close() {
            closed = true;
            return takeAll();
        }

        public int size() {
            return newestFirst.size();
        }

        public boolean isFullFor(int number) {
            int bytes = newestFirst.stream().mapToInt(CallQueueTest::weightOf).sum();
            return !newestFirst.isEmpty() && (newestFirst.size() >= MAX_CALLS || bytes + weightOf(number) > MAX_BYTES);
        }
    }

    /** The queue with a plain store where the compare-and-set belongs: a call can vanish. */
    public static class OverwritingQueue extends Broken {
        @Operation
        public String push(@Param(name = "number") int number) {
            NumberedCall call = new NumberedCall(number, weightOf(number));
            Call before = top;
            String outcome = link(call, before);
            if (outcome.equals("FIRST") || outcome.equals("BEHIND")) {
                top = call;
            }
            return outcome;
        }
    }

    /** The queue with its bounds looked at once, before the loop: they can be passed. */
    public static class CheckThenPushQueue extends Broken {
        @Operation
        public String push(@Param(name = "number") int number) {
            NumberedCall call = new NumberedCall(number, weightOf(number));
            Call first = top;
            if (first != null && (first.depth >= MAX_CALLS || first.stackedWeight + call.weight > MAX_BYTES)) {
                return "FULL";
            }
            while (true) {
                Call before = top;
                call.below = before;
                call.depth = before == null ? 1 : before.depth + 1;
                call.stackedWeight = call.weight + (before == null ? 0 : before.stackedWeight);
                synchronized (this) {
                    if (top == before) {
                        top = call;
                        return before == null ? "FIRST" : "BEHIND";
                    }
                }
            }
        }
    }

    /** What the broken ones share; nothing here ever closes. */
    @Param(name = "number", gen = IntGen.class, conf = "0:8")
    public abstract static class Broken {
        volatile @Nullable Call top;

        static String link(Call call, @Nullable Call before) {
            if (before == null) {
                call.depth = 1;
                call.stackedWeight = call.weight;
                return "FIRST";
            }
            if (before.depth >= MAX_CALLS || before.stackedWeight + call.weight > MAX_BYTES) {
                return "FULL";
            }
            call.below = before;
            call.depth = before.depth + 1;
            call.stackedWeight = before.stackedWeight + call.weight;
            return "BEHIND";
        }

        @Operation
        public List<Integer> takeAll() {
            synchronized (this) {
                Call taken = top;
                top = null;
                return numbers(taken);
            }
        }
    }
}
