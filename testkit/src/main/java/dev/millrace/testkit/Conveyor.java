package dev.millrace.testkit;

import dev.millrace.testkit.DelayLine.Parcel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * One direction of all connections of a proxy, on two threads however many connections there are.
 *
 * <p>The loop waits on a selector, reads what has come and, while nothing delays it, writes it on at once. From the
 * first chunk that has to wait, the deliverer takes chunks from the {@link DelayLine} when they are due. All
 * connections share the line, for the delay is the same for all, so chunks are due in the order in which they came.
 * Threads for each connection were tried first: with fifty connections, waking them cost more than the traffic.
 *
 * <p>Neither thread ever waits for a receiver. What a socket doesn't take stays in the flow's {@link Backlog}, and the
 * loop writes it when the socket can take more.
 *
 * <p>Threads: what is marked as the loop's is confined to it; other threads hand it tasks by {@link #execute}. Locks are
 * taken in the order flow, then line.
 */
final class Conveyor {

    /** Under dense traffic the deliverer wakes no more often than this, and delivers what fell due meanwhile. */
    private static final long BATCH_NANOS = 40_000;

    /** After a pause of this length a chunk is worth spinning for: traffic is sparse, so spinning is cheap. */
    private static final long SPARSE_NANOS = 400_000;

    private final Direction direction;
    private final FaultProxy proxy;
    private final Selector selector;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final DelayLine line = new DelayLine();

    /** The loop's: what the next read fills. */
    private ByteBuffer readBuffer = line.readBuffer();

    /** The loop's. */
    private boolean delivererStarted;

    Conveyor(Direction direction, FaultProxy proxy) throws IOException {
        this.direction = direction;
        this.proxy = proxy;
        this.selector = Selector.open();
    }

    void start() {
        proxy.threads().start(direction.label() + "-loop", this::loop);
    }

    Direction direction() {
        return direction;
    }

    /** For registering with it; only the loop may. */
    Selector selector() {
        return selector;
    }

    /** Runs the task on the loop. */
    void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** Makes the loop look again at what it waits for. A closed socket really closes only then. */
    void wake() {
        selector.wakeup();
    }

    /** Lets every flow find out again what it waits for, after a barrier moved. */
    void barriersMoved() {
        execute(() -> {
            for (SelectionKey key : selector.keys()) {
                if (key.attachment() instanceof Flow flow) {
                    flow.updateInterest();
                }
            }
        });
    }

    /** Throws away what is on its way for a connection that is closed. */
    void discard(Flow flow) {
        line.discard(flow);
    }

    private void loop() {
        try (selector) {
            while (!proxy.isClosed()) {
                selector.select(this::handle);
                Runnable task = tasks.poll();
                while (task != null) {
                    task.run();
                    task = tasks.poll();
                }
            }
        } catch (IOException failed) {
            throw new IllegalStateException("the selector of " + proxy + " failed", failed);
        }
    }

    private void handle(SelectionKey key) {
        try {
            if (key.attachment() instanceof ProxyLink link) {
                link.finishConnect();
            } else if (key.attachment() instanceof Flow flow) {
                if (key.isReadable()) {
                    flow.read(readBuffer);
                }
                if (key.isWritable()) {
                    flow.flush();
                }
            }
        } catch (CancelledKeyException closedMeanwhile) {
            // The connection was closed between the selector's answer and now.
        }
    }

    /** The loop's: puts a chunk, read into the read buffer, on the line. */
    int enqueue(Flow flow, ByteBuffer bytes, long dueNanos) {
        startDeliverer();
        DelayLine.Held held = line.put(flow, bytes, dueNanos);
        readBuffer = held.next();
        return held.capacity();
    }

    /** The loop's: puts the end of a stream on the line. */
    void enqueueEnd(Flow flow, DelayLine.Kind end, long dueNanos) {
        startDeliverer();
        line.putEnd(flow, end, dueNanos);
    }

    private void startDeliverer() {
        if (!delivererStarted) {
            delivererStarted = true;
            proxy.threads().start(direction.label() + "-delay", this::deliverDue);
        }
    }

    private void deliverDue() throws InterruptedException {
        PreciseWait.sharpen();
        long last = System.nanoTime() - SPARSE_NANOS;
        while (!proxy.isClosed()) {
            long due = line.awaitFirst();
            boolean sparse = due - last > SPARSE_NANOS;
            PreciseWait.until(sparse ? due : Math.max(due, last + BATCH_NANOS), sparse);
            proxy.gate().await(Gate.delivering(direction), proxy::isClosed);
            last = System.nanoTime();
            Parcel parcel = line.pollDue(last);
            while (parcel != null) {
                parcel.flow().deliver(parcel);
                line.recycle(parcel);
                parcel = line.pollDue(last);
            }
        }
    }
}
