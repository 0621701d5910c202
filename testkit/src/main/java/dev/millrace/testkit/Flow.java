package dev.millrace.testkit;

import dev.millrace.testkit.DelayLine.Kind;
import dev.millrace.testkit.DelayLine.Parcel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * One direction of one connection.
 *
 * <p>A reader takes chunks from the source. While nothing delays them it writes them on itself: one thread, two system
 * calls a chunk. From the first chunk that has to wait, a second thread, the deliverer, takes them from the {@link
 * DelayLine} when they are due; the reader goes back to writing by itself as soon as the line is empty and nothing
 * delays any more. Reading never waits for delivering (until the line is full), so a delay costs no throughput.
 */
final class Flow {

    private final Direction direction;
    private final ProxyLink link;
    private final FaultProxy proxy;
    private final SocketChannel source;
    private final SocketChannel target;
    private final DelayLine line = new DelayLine();
    private final Outlet outlet;

    /** Confined to the reader. */
    private boolean delivererStarted;

    Flow(Direction direction, ProxyLink link, FaultProxy proxy, SocketChannel source, SocketChannel target) {
        this.direction = direction;
        this.link = link;
        this.proxy = proxy;
        this.source = source;
        this.target = target;
        this.outlet = new Outlet(target, direction, proxy, link::cut);
    }

    /** The reader's loop; returns when the source or the connection has ended. */
    void read() throws InterruptedException {
        Kind end = Kind.RESET;
        try {
            ByteBuffer buffer = line.readBuffer();
            while (true) {
                awaitReadable();
                int count = source.read(buffer.clear());
                long arrived = System.nanoTime();
                if (count < 0) {
                    end = Kind.FIN;
                    break;
                }
                awaitReadable();
                if (direction == Direction.TO_SERVER) {
                    proxy.counters().requestWrites.increment();
                }
                buffer = pass(buffer.flip(), arrived);
            }
        } catch (IOException reset) {
            // Told apart by the end that goes down the line; when the proxy itself closed the socket nobody listens.
        }
        if (!link.isClosed()) {
            passEnd(end);
        }
    }

    private void awaitReadable() throws InterruptedException {
        proxy.gate().await(Gate.reading(direction), link::isClosed);
    }

    private boolean passesAtOnce() {
        return line.isEmpty() && proxy.delayNanos() == 0 && !proxy.gate().isDown(Gate.delivering(direction));
    }

    private ByteBuffer pass(ByteBuffer bytes, long arrived) throws InterruptedException {
        if (passesAtOnce()) {
            deliver(bytes);
            return bytes;
        }
        startDeliverer();
        return line.put(bytes, arrived + proxy.delayNanos());
    }

    private void passEnd(Kind end) {
        if (passesAtOnce()) {
            deliverEnd(end);
        } else {
            startDeliverer();
            line.putEnd(end, System.nanoTime() + proxy.delayNanos());
        }
    }

    private void startDeliverer() {
        if (!delivererStarted) {
            delivererStarted = true;
            link.startThread(direction, "deliverer", this::deliverDue);
        }
    }

    private void deliverDue() throws InterruptedException {
        PreciseWait.sharpen();
        while (true) {
            Parcel parcel = line.first();
            if (parcel == null) {
                return;
            }
            PreciseWait.until(parcel.dueNanos(), link::isClosed);
            proxy.gate().await(Gate.delivering(direction), link::isClosed);
            if (link.isClosed()) {
                return;
            }
            if (parcel.kind() == Kind.BYTES) {
                deliver(parcel.bytes());
                line.delivered();
            } else {
                deliverEnd(parcel.kind());
                return;
            }
        }
    }

    /**
     * A receiver that is gone ends this direction only. What it said before it went may still be on its way in the
     * other direction, whose reader will see the same end in its turn.
     */
    private void deliver(ByteBuffer bytes) {
        try {
            outlet.deliver(bytes);
        } catch (IOException receiverGone) {
            outlet.mute();
            link.ended(direction, true);
        }
    }

    private void deliverEnd(Kind end) {
        if (end == Kind.RESET) {
            link.reset();
            return;
        }
        shutOutput();
        link.ended(direction, false);
    }

    /** Ends the direction towards its receiver now; what still comes is thrown away. */
    void halfClose() {
        outlet.mute();
        shutOutput();
    }

    private void shutOutput() {
        try {
            target.shutdownOutput();
        } catch (IOException alreadyEnded) {
            // The receiver has gone: it needs no notice of the end.
        }
    }

    /** The connection is closed: threads waiting at the line return. */
    void shut() {
        line.shut();
    }
}
