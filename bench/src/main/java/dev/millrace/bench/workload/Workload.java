package dev.millrace.bench.workload;

import dev.millrace.tools.report.ThreadKind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One kind of work that every client does in the same way. */
public enum Workload {
    /** Each caller sends one GET and waits for its reply. */
    BLOCKING_GET(Shape.BLOCKING, false, "each caller waits for the reply of every GET"),
    /** Each caller sends one SET and waits for its reply. */
    BLOCKING_SET(Shape.BLOCKING, true, "each caller waits for the reply of every SET"),
    /** One producer keeps up to {@link #WINDOW} GETs under way. */
    ASYNC_GET(Shape.ASYNCHRONOUS, false, "one producer, up to 1,000 GETs under way"),
    /** One caller sends explicit batches of GETs, one batch at a time. */
    BATCH_GET(Shape.BATCH, false, "one caller, explicit batches of 10, 100 and 500 GETs"),
    /** One caller sends explicit batches of SETs, one batch at a time. */
    BATCH_SET(Shape.BATCH, true, "one caller, explicit batches of 10, 100 and 500 SETs"),
    /** Callers read keys that are in the memory of a cache. */
    CACHE_HIT(Shape.CACHE, false, "reads of 1,000 keys that a cache has in memory, by one caller and by two"),
    /** One caller writes batches through a cache. */
    CACHE_SET(Shape.BATCH, true, "one caller, 100 entries at once through a cache"),
    /** Callers read through a memory of a tenth, as a Zipf distribution has it, while another client writes. */
    CACHE_ZIPF(Shape.CACHE, false, "16 callers, Zipf reads of 100,000 keys, 10,000 in memory, 1,000 foreign writes/s"),
    /** Another client changes what is in memory; the latency is how long reads still give what was there. */
    CACHE_PROPAGATION(Shape.CACHE, false, "from a foreign write's acknowledgement until a read gives the new value"),
    /** One caller enqueues batches of jobs. */
    QUEUE_ENQUEUE(
            Shape.QUEUE, true, "one caller, 50 jobs at once with priority, id and 5/3 retention where there is any"),
    /** One consumer takes jobs and acknowledges them. */
    QUEUE_SETTLE(Shape.QUEUE, true, "one consumer, jobs acknowledged, 50 a trip; BullMQ's worker with concurrency 100"),
    /** A worker calls a handler that does nothing. */
    QUEUE_WORKER(Shape.QUEUE, true, "jobs acknowledged by a worker with concurrency 100, by clients that have one"),
    /** Many callers enqueue one job each at a time. */
    QUEUE_CALLERS(Shape.QUEUE, true, "1,000 callers at once, each enqueues one job at a time");

    /** The most commands that the asynchronous producer has under way. */
    public static final int WINDOW = 1_000;

    private static final int ZIPF_CALLERS = 16;
    private static final int CACHE_BATCH = 100;
    private static final int QUEUE_BATCH = 50;
    private static final int WORKER_CONCURRENCY = 100;
    private static final int QUEUE_CALLERS_AT_ONCE = 1_000;

    private final Shape shape;
    private final boolean writes;
    private final String summary;

    Workload(Shape shape, boolean writes, String summary) {
        this.shape = shape;
        this.writes = writes;
        this.summary = summary;
    }

    /** How the commands are handed to the client. */
    public Shape shape() {
        return shape;
    }

    /** Whether the workload changes data: SET instead of GET. */
    public boolean writes() {
        return writes;
    }

    /** The workload's name on the command line and in reports, for example {@code blocking-get}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it is done through a cache, by clients that have one. */
    public boolean isCache() {
        return label().startsWith("cache-");
    }

    /** Whether it is done through a queue of jobs, by clients that have one. */
    public boolean isQueue() {
        return shape == Shape.QUEUE;
    }

    /** Whether it belongs to the table of clients, which is measured when nothing else is named. */
    boolean isOfClients() {
        return !isCache() && !isQueue();
    }

    /** What the workload does, in a few words. */
    public String summary() {
        return summary;
    }

    /** Finds a workload by {@link #label()}. */
    public static Optional<Workload> named(String label) {
        return Arrays.stream(values()).filter(w -> w.label().equals(label)).findFirst();
    }

    /** The cells of this workload when nothing is left out, fewest callers or commands first. */
    public List<Cell> cells() {
        return switch (shape) {
            case BLOCKING ->
                Arrays.stream(ThreadKind.values())
                        .flatMap(threads -> Cell.callerCounts(threads).stream()
                                .map(callers -> new Cell(this, callers, threads, Cell.NO_BATCH)))
                        .toList();
            case ASYNCHRONOUS -> List.of(new Cell(this, 1, ThreadKind.PLATFORM, Cell.NO_BATCH));
            case CACHE ->
                (this == CACHE_HIT ? List.of(1, 2) : List.of(this == CACHE_ZIPF ? ZIPF_CALLERS : 1))
                        .stream()
                                .map(callers -> new Cell(this, callers, ThreadKind.PLATFORM, Cell.NO_BATCH))
                                .toList();
            case BATCH ->
                (this == CACHE_SET ? List.of(CACHE_BATCH) : Cell.BATCH_SIZES)
                        .stream()
                                .map(batch -> new Cell(this, 1, ThreadKind.PLATFORM, batch))
                                .toList();
            case QUEUE ->
                List.of(
                        switch (this) {
                            case QUEUE_WORKER -> new Cell(this, WORKER_CONCURRENCY, ThreadKind.VIRTUAL, Cell.NO_BATCH);
                            case QUEUE_CALLERS ->
                                new Cell(this, QUEUE_CALLERS_AT_ONCE, ThreadKind.VIRTUAL, Cell.NO_BATCH);
                            default -> new Cell(this, 1, ThreadKind.PLATFORM, QUEUE_BATCH);
                        });
        };
    }

    /** How commands are handed to a client. */
    public enum Shape {
        /** One call, one reply, one waiting caller. */
        BLOCKING,
        /** Calls that return at once, replies that come later. */
        ASYNCHRONOUS,
        /** Commands gathered by the caller and sent together. */
        BATCH,
        /** Reads through a cache. */
        CACHE,
        /** Jobs through a queue. */
        QUEUE
    }
}
