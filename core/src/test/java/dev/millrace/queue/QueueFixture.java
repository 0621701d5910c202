package dev.millrace.queue;

import dev.millrace.MillraceOptions;
import dev.millrace.TestDeployment;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.Command;
import dev.millrace.command.Value;
import dev.millrace.metrics.ClientListener;
import dev.millrace.topology.Cluster;
import dev.millrace.topology.Deployment;
import dev.millrace.topology.Dispatch;
import dev.millrace.topology.Sentinel;
import dev.millrace.topology.Standalone;
import dev.millrace.topology.Topology;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** A client whose queues have a clock that the test sets, and a look at their keys as they are. Confined to one thread. */
final class QueueFixture implements AutoCloseable {
    static final Duration PATIENT = Duration.ofSeconds(30);

    private final Topology topology;
    private final Dispatch dispatch;
    /** The time in ms that the scripts are told; some time in 2023 at first. */
    volatile long now = 1_700_000_000_000L;

    QueueFixture(MillraceOptions options) {
        topology = switch (options.deployment()) {
            case Deployment.OneServer one -> new Standalone(options.connection(), ClientListener.NONE);
            case Deployment.Cluster cluster ->
                new Cluster(cluster, options.connection(), options.reads(), ClientListener.NONE);
            case Deployment.Sentinel sentinel ->
                new Sentinel(sentinel, options.connection(), options.reads(), ClientListener.NONE);
        };
        dispatch = new Dispatch(topology, options.retry(), ClientListener.NONE);
    }

    static QueueFixture of(TestDeployment server) {
        return new QueueFixture(server.options().commandTimeout(PATIENT).build());
    }

    <T> JobQueue<T> queue(QueueOptions<T> options) {
        return new JobQueue<>(dispatch, PATIENT, options, () -> Long.toString(now), () -> now * 1_000_000);
    }

    <T> PartitionedQueue<T> partitions(QueueOptions<T> options, int partitions) {
        return new PartitionedQueue<>(dispatch, PATIENT, options, partitions, () -> Long.toString(now));
    }

    /** A queue that goes by the server's clock. */
    <T> JobQueue<T> realTime(QueueOptions<T> options) {
        return new JobQueue<>(dispatch, PATIENT, options);
    }

    void advance(Duration time) {
        now += time.toMillis();
    }

    /** A key of a queue by the name that ends it: meta, ready:0, … */
    static byte[] key(QueueOptions<?> options, String end) {
        return Arrays.stream(QueueKeys.of(options.name(), options.lanes().size()))
                .map(byte[].class::cast)
                .filter(key -> new String(key, StandardCharsets.US_ASCII).endsWith("}:" + end))
                .findFirst()
                .orElseThrow();
    }

    Value run(Command<Value> command) {
        return Objects.requireNonNull(dispatch.run(command, PATIENT.toNanos()));
    }

    List<Value> runAll(List<Command<Value>> commands) {
        Batch batch = new Batch(dispatch::run, PATIENT);
        List<Reply<Value>> replies = new ArrayList<>();
        commands.forEach(command -> replies.add(batch.add(command)));
        batch.run();
        return replies.stream().map(Reply::get).toList();
    }

    @Override
    public void close() {
        dispatch.close();
        topology.close();
    }
}
