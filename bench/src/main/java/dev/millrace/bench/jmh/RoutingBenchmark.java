package dev.millrace.bench.jmh;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.command.Command;
import dev.millrace.command.Strings;
import dev.millrace.testkit.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What routing through a cluster adds to a blocking GET: the same commands from the same callers to the same server, a
 * cluster of one master, once by a client that takes it for one server and once by one that knows it for a cluster.
 * Scores are per command; callers are virtual threads, 500 at once.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(5)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
public class RoutingBenchmark {
    private static final int CALLERS = 500;
    private static final int COMMANDS = 100;
    private static final int SLOTS_AT_ONCE = 1_024;

    private final List<Command<String>> gets = new ArrayList<>();
    private final RedisServer server;
    private final Millrace one;
    private final Millrace cluster;

    /** Starts the server, gives it every slot, and stores what is read. */
    public RoutingBenchmark() {
        server = RedisServer.builder().config("cluster-enabled", "yes").start();
        for (int from = 0; from < 16_384; from += SLOTS_AT_ONCE) {
            String[] command = new String[2 + SLOTS_AT_ONCE];
            command[0] = "CLUSTER";
            command[1] = "ADDSLOTS";
            for (int i = 0; i < SLOTS_AT_ONCE; i++) {
                command[2 + i] = Integer.toString(from + i);
            }
            server.ask(command);
        }
        one = Millrace.connect(server.url());
        cluster = Millrace.connect(MillraceOptions.cluster(server.url()).build());
        for (int i = 0; i < COMMANDS; i++) {
            String key = "mlr:%012d".formatted(i);
            cluster.run(Strings.set(key, "v".repeat(64)));
            gets.add(Strings.get(key));
        }
    }

    /** Ends the clients and the server. */
    @TearDown(Level.Trial)
    public void stop() {
        one.close();
        cluster.close();
        server.close();
    }

    /** A client that takes the server for the only one. */
    @Benchmark
    @OperationsPerInvocation(CALLERS * COMMANDS)
    public void oneServer() throws InterruptedException {
        read(one);
    }

    /** A client that knows it for a cluster. */
    @Benchmark
    @OperationsPerInvocation(CALLERS * COMMANDS)
    public void cluster() throws InterruptedException {
        read(cluster);
    }

    private void read(Millrace client) throws InterruptedException {
        List<Thread> callers = new ArrayList<>(CALLERS);
        for (int i = 0; i < CALLERS; i++) {
            callers.add(Thread.ofVirtual().start(() -> {
                for (Command<String> get : gets) {
                    if (client.run(get) == null) {
                        throw new IllegalStateException("a value is absent");
                    }
                }
            }));
        }
        for (Thread caller : callers) {
            caller.join();
        }
    }
}
