package dev.millrace.bench.jmh;

import dev.millrace.command.Command;
import dev.millrace.command.Strings;
import dev.millrace.resp.RespWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** How long it takes to encode a command into the write buffer. Scores are per command. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RespWriterBenchmark {
    private static final int COMMANDS = 100;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final List<Command<?>> gets = new ArrayList<>();
    private final List<Command<?>> sets = new ArrayList<>();
    private final RespWriter writer;
    private long written;

    /** Commands with keys of 16 characters and values of 64. */
    public RespWriterBenchmark() {
        String value = "v".repeat(64);
        for (int i = 0; i < COMMANDS; i++) {
            String key = "mlr:%012d".formatted(i);
            gets.add(Strings.get(key));
            sets.add(Strings.set(key, value));
        }
        writer = new RespWriter((bytes, offset, length) -> written += length, BUFFER_BYTES);
    }

    /** GET, a hundred to a write. */
    @Benchmark
    @OperationsPerInvocation(COMMANDS)
    public long encodeGet() throws IOException {
        return encode(gets);
    }

    /** SET, a hundred to a write. */
    @Benchmark
    @OperationsPerInvocation(COMMANDS)
    public long encodeSet() throws IOException {
        return encode(sets);
    }

    private long encode(List<Command<?>> commands) throws IOException {
        for (Command<?> command : commands) {
            writer.write(command);
        }
        writer.flush();
        return written;
    }
}
