package dev.millrace.connection;

import dev.millrace.command.Command;
import dev.millrace.command.Strings;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.infra.Control;

/**
 * How long a call takes through the hand-off: onto the queue, from there to the FIFO, out of the FIFO; no socket, no
 * thread is woken. Scores are per call. It stands in the package of what it measures, for that is nobody's to use from
 * outside.
 */
@State(Scope.Group)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HandOffBenchmark {
    private static final int BATCH = 100;
    private static final int CAPACITY = 1 << 14;
    private static final long BYTES = 1L << 30;

    private final Command<String> command = Strings.get("mlr:000000000042");
    private final CallQueue queue = new CallQueue(CAPACITY, BYTES);
    private final InFlight inFlight = new InFlight(2 * CAPACITY);

    /** One thread alone: a hundred calls are pushed, staged, marked as written, and removed. */
    @Benchmark
    @Group("alone")
    @GroupThreads(1)
    @OperationsPerInvocation(BATCH)
    public void passHundred(Blackhole sink) {
        for (int i = 0; i < BATCH; i++) {
            sink.consume(queue.push(call()));
        }
        drain(sink);
    }

    /** Two callers push at the same time; see {@link #take}. A full queue is waited for. */
    @Benchmark
    @Group("contended")
    @GroupThreads(2)
    public void push(Control control) {
        CommandCall call = call();
        while (queue.push(call) == CallQueue.Push.FULL && !control.stopMeasurement) {
            Thread.onSpinWait();
        }
    }

    /** One writer takes all there is; its score is per taking, not per call. */
    @Benchmark
    @Group("contended")
    @GroupThreads(1)
    public void take(Blackhole sink) {
        drain(sink);
    }

    /** Leaves nothing behind for the next iteration. */
    @TearDown(Level.Iteration)
    public void empty() {
        queue.takeAll();
    }

    private CommandCall call() {
        return new CommandCall(command, Thread.currentThread(), Long.MAX_VALUE);
    }

    private void drain(Blackhole sink) {
        Call newest = queue.takeAll();
        if (newest == null) {
            return;
        }
        inFlight.stage(newest);
        int count = inFlight.unwritten();
        for (int i = 0; i < count; i++) {
            // What is marked moves out of the staged ones, so the next is always the first.
            inFlight.markWritten(inFlight.staged(0));
        }
        for (int i = 0; i < count; i++) {
            sink.consume(inFlight.first());
            inFlight.removeFirst();
        }
    }
}
