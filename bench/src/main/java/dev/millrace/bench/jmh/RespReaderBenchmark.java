package dev.millrace.bench.jmh;

import dev.millrace.command.Command;
import dev.millrace.command.Strings;
import dev.millrace.resp.ByteSource;
import dev.millrace.resp.RespReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** How long it takes to find and decode a reply in the read buffer. Scores are per reply. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RespReaderBenchmark {
    private static final int REPLIES = 100;
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int LARGEST_REPLY_BYTES = 1024 * 1024;

    private final Command<String> get = Strings.get("key");
    private final Command<String> set = Strings.set("key", "value");
    private final RespReader reader = new RespReader(BUFFER_BYTES, LARGEST_REPLY_BYTES);
    private final Replay acknowledgements = new Replay("+OK\r\n");

    /** Replies of GET. */
    @State(Scope.Thread)
    public static class Values {
        /** How long the values are, in bytes. */
        @Param({"64", "1024"})
        public int valueBytes = 64;

        private Replay replies = new Replay("");

        /** Lays out the replies as the server would send them. */
        @Setup
        public void layOut() {
            replies = new Replay("$" + valueBytes + "\r\n" + "v".repeat(valueBytes) + "\r\n");
        }
    }

    /** Replies of GET, decoded to strings. */
    @Benchmark
    @OperationsPerInvocation(REPLIES)
    public void decodeValues(Values values, Blackhole sink) throws IOException {
        decode(values.replies, get, sink);
    }

    /** Replies of SET. */
    @Benchmark
    @OperationsPerInvocation(REPLIES)
    public void decodeAcknowledgements(Blackhole sink) throws IOException {
        decode(acknowledgements, set, sink);
    }

    private void decode(Replay replies, Command<?> command, Blackhole sink) throws IOException {
        replies.rewind();
        while (replies.hasMore()) {
            reader.fill(replies);
            while (reader.next()) {
                sink.consume(command.decode(reader));
            }
        }
    }

    /** A socket from which the same replies come again and again. */
    private static final class Replay implements ByteSource {
        private final byte[] replies;
        private int position;

        Replay(String reply) {
            replies = reply.repeat(REPLIES).getBytes(StandardCharsets.US_ASCII);
        }

        void rewind() {
            position = 0;
        }

        boolean hasMore() {
            return position < replies.length;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            int count = Math.min(length, replies.length - position);
            System.arraycopy(replies, position, bytes, offset, count);
            position += count;
            return count;
        }
    }
}
