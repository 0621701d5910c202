package dev.millrace.testkit;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP proxy on loopback that stands between a client and a server and makes the network misbehave, on demand and
 * while traffic runs.
 *
 * <p>It reads the server's side as RESP2 or RESP3, so that whole replies can be dropped, sent twice or cut in the
 * middle. Traffic it can't read as RESP (TLS) passes all the same; only the faults of single replies do nothing then.
 *
 * <p>Without any fault a chunk costs one read and one write on the platform thread of its direction. With a {@linkplain
 * #roundTrip delay} chunks are pipelined: each is delivered half a round trip after it arrived, in order, and reading
 * goes on meanwhile, so the delay takes nothing from the throughput. A proxy has five threads at most, whatever the
 * number of connections.
 *
 * <p>Thread-safe; every fault may be set and lifted at any time and concerns all connections, present and future unless
 * it says otherwise.
 */
public final class FaultProxy implements AutoCloseable {

    private static final int PORT_TRIES = 8;
    private static final int BACKLOG = 1024;

    private final InetSocketAddress upstream;
    private final ServerSocketChannel listener;
    private final int port;
    private final Gate gate = new Gate();
    private final ProxyCounters counters = new ProxyCounters();
    private final ReplyFaults replyFaults = new ReplyFaults();
    private final Set<ProxyLink> links = ConcurrentHashMap.newKeySet();
    private final ProxyThreads threads;
    private final Conveyor towardsServer;
    private final Conveyor towardsClient;
    private volatile long delayNanos;
    private volatile boolean splitting;
    private volatile boolean refusing;
    private volatile boolean closed;

    private FaultProxy(InetSocketAddress upstream) {
        this.upstream = upstream;
        this.listener = listen();
        this.port = listener.socket().getLocalPort();
        this.threads = new ProxyThreads("fault-proxy-" + port);
        try {
            this.towardsServer = new Conveyor(Direction.TO_SERVER, this);
            this.towardsClient = new Conveyor(Direction.TO_CLIENT, this);
        } catch (IOException failed) {
            quietly(listener);
            throw new IllegalStateException("cannot open a selector: " + failed.getMessage(), failed);
        }
    }

    /** A proxy in front of a server of the test kit. */
    public static FaultProxy to(RedisServer server) {
        return to(server.host(), server.port());
    }

    /**
     * A proxy in front of any TCP server; it connects when a client does.
     *
     * @throws IllegalArgumentException if the host has no address
     * @throws IllegalStateException if no loopback port can be bound
     */
    public static FaultProxy to(String host, int port) {
        InetSocketAddress upstream = new InetSocketAddress(host, port);
        if (upstream.isUnresolved()) {
            throw new IllegalArgumentException("no address is known for host %s".formatted(host));
        }
        FaultProxy proxy = new FaultProxy(upstream);
        proxy.towardsServer.start();
        proxy.towardsClient.start();
        proxy.threads.start("accept", proxy::acceptAll);
        return proxy;
    }

    private static ServerSocketChannel listen() {
        for (int attempt = 1; ; attempt++) {
            int candidate = FreePorts.next();
            try {
                ServerSocketChannel listener = ServerSocketChannel.open();
                try {
                    listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                    return listener.bind(new InetSocketAddress(Loopback.ADDRESS, candidate), BACKLOG);
                } catch (IOException failed) {
                    listener.close();
                    throw failed;
                }
            } catch (BindException taken) {
                if (attempt == PORT_TRIES) {
                    throw new IllegalStateException("no loopback port could be bound: " + taken.getMessage(), taken);
                }
            } catch (IOException failed) {
                throw new IllegalStateException("cannot listen on loopback: " + failed.getMessage(), failed);
            }
        }
    }

    /** Where the proxy listens, on 127.0.0.1. */
    public int port() {
        return port;
    }

    /** {@code redis://127.0.0.1:PORT}. */
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /**
     * Adds a delay of this much to every round trip, half of it in each direction. Chunks on their way keep the delay
     * they set out with. Zero, the default, adds none.
     *
     * <p>Precision: each direction delivers within about 100 microseconds after its moment, never before it. Opening a
     * connection is not delayed.
     *
     * @throws IllegalArgumentException if negative
     */
    public FaultProxy roundTrip(Duration added) {
        if (added.isNegative()) {
            throw new IllegalArgumentException("a round trip of %s is negative".formatted(added));
        }
        delayNanos = added.toNanos() / 2;
        return this;
    }

    /** Closes all present connections, both sides, in the ordinary way (FIN). */
    public void cut() {
        links.forEach(ProxyLink::cut);
    }

    /** Closes all present connections, both sides, with RST. */
    public void reset() {
        links.forEach(ProxyLink::reset);
    }

    /**
     * Ends one direction of all present connections: the receiver sees the end of the stream, the other direction goes
     * on. What was on its way, and what the sender says from now on, is lost.
     */
    public void halfClose(Direction direction) {
        links.forEach(link -> link.halfClose(direction));
    }

    /** {@linkplain #freeze(Direction) Freezes} both directions. */
    public void freeze() {
        gate.letDown(Gate.delivering(Direction.TO_SERVER) | Gate.delivering(Direction.TO_CLIENT));
    }

    /**
     * Delivers nothing in this direction until {@link #thaw}: bytes are still accepted, up to 64 MiB a connection, and
     * delivered in order afterwards.
     */
    public void freeze(Direction direction) {
        gate.letDown(Gate.delivering(direction));
    }

    /**
     * Does not even read in this direction until {@link #thaw}: what the kernel's buffers don't hold, the sender can't
     * send. What was read before is still delivered.
     */
    public void stopReading(Direction direction) {
        gate.letDown(Gate.reading(direction));
        conveyor(direction).barriersMoved();
    }

    /** Ends {@link #freeze} and {@link #stopReading} in both directions. */
    public void thaw() {
        for (Direction direction : Direction.values()) {
            gate.lift(Gate.delivering(direction) | Gate.reading(direction));
            conveyor(direction).barriersMoved();
        }
    }

    /** Whether each byte is written by itself, in both directions (Nagle's algorithm is off). Default false. */
    public void splitEveryByte(boolean split) {
        splitting = split;
    }

    /**
     * Cuts the connection in the middle of the next reply that begins: its first bytes are delivered, then both sides
     * are closed. A reply that is no longer than that is delivered whole before the cut.
     *
     * @param afterBytes how much of the reply is delivered, 0 or more
     */
    public void cutMidReply(long afterBytes) {
        if (afterBytes < 0) {
            throw new IllegalArgumentException("cannot cut after %d bytes".formatted(afterBytes));
        }
        replyFaults.arm(new ReplyFaults.Verdict(ReplyFaults.Fate.CUT, afterBytes), false, 1);
    }

    /**
     * Drops the n-th complete reply that begins from now on, on whatever connection; 1 is the next. Push messages are
     * not counted.
     *
     * @throws IllegalArgumentException if n is less than 1
     */
    public void dropReply(long nth) {
        replyFaults.arm(new ReplyFaults.Verdict(ReplyFaults.Fate.DROP, 0), false, nth);
    }

    /**
     * Sends the n-th complete reply that begins from now on twice in a row; counted as in {@link #dropReply}.
     *
     * @throws IllegalArgumentException if n is less than 1
     */
    public void duplicateReply(long nth) {
        replyFaults.arm(new ReplyFaults.Verdict(ReplyFaults.Fate.DUPLICATE, 0), false, nth);
    }

    /**
     * Drops the n-th RESP3 push message that begins from now on; replies are not counted.
     *
     * @throws IllegalArgumentException if n is less than 1
     */
    public void dropPush(long nth) {
        replyFaults.arm(new ReplyFaults.Verdict(ReplyFaults.Fate.DROP, 0), true, nth);
    }

    /** Whether new connections are closed as soon as they are accepted. Default false. */
    public void refuse(boolean refuse) {
        refusing = refuse;
    }

    /** Whether new connections are left waiting: the client connects, but nobody answers. Default false. */
    public void stallAccept(boolean stall) {
        if (stall) {
            gate.letDown(Gate.ACCEPTING);
        } else {
            gate.lift(Gate.ACCEPTING);
        }
    }

    /** Lifts every fault: no delay, nothing armed, frozen, split, refused or stalled. Connections stay as they are. */
    public void heal() {
        roundTrip(Duration.ZERO);
        replyFaults.disarm();
        splitEveryByte(false);
        refuse(false);
        stallAccept(false);
        thaw();
    }

    /** Connections accepted so far; refused ones are not counted. */
    public long connectionsAccepted() {
        return counters.accepted();
    }

    public int openConnections() {
        return counters.open();
    }

    /** Bytes delivered to the server. */
    public long bytesToServer() {
        return counters.bytesToServer.sum();
    }

    /** Bytes delivered to clients. */
    public long bytesToClient() {
        return counters.bytesToClient.sum();
    }

    /** Complete replies delivered to clients, second copies included, push messages not. */
    public long repliesPassed() {
        return counters.repliesPassed.sum();
    }

    /**
     * Reads from clients that carried data: close to the number of writes of the clients, and never more than the
     * kernel made of them. Two writes in quick succession may be read as one.
     */
    public long requestWrites() {
        return counters.requestWrites.sum();
    }

    /**
     * Waits until at least so many connections are open.
     *
     * @throws AssertionError if they are not by the deadline, or the thread is interrupted (its flag stays set)
     */
    public void awaitConnections(int atLeast, Duration deadline) {
        counters.await(deadline, () -> counters.open() >= atLeast, "%d open connections".formatted(atLeast));
    }

    /**
     * Waits until no connection is open.
     *
     * @throws AssertionError as {@link #awaitConnections}
     */
    public void awaitNoConnections(Duration deadline) {
        counters.await(deadline, () -> counters.open() == 0, "no open connection");
    }

    /**
     * Waits until at least so many connections have been accepted since the start, for example a reconnect.
     *
     * @throws AssertionError as {@link #awaitConnections}
     */
    public void awaitAccepted(long atLeast, Duration deadline) {
        counters.await(deadline, () -> counters.accepted() >= atLeast, "%d accepted connections".formatted(atLeast));
    }

    /** Cuts all connections, stops listening, and returns when the proxy's threads have ended. */
    @Override
    public void close() {
        closed = true;
        quietly(listener);
        cut();
        gate.wake();
        towardsServer.wake();
        towardsClient.wake();
        threads.close();
    }

    @Override
    public String toString() {
        return "fault proxy on 127.0.0.1:%d to %s (open %d, accepted %d)"
                .formatted(port, upstream, openConnections(), connectionsAccepted());
    }

    ProxyThreads threads() {
        return threads;
    }

    Gate gate() {
        return gate;
    }

    ProxyCounters counters() {
        return counters;
    }

    ReplyFaults replyFaults() {
        return replyFaults;
    }

    long delayNanos() {
        return delayNanos;
    }

    boolean isSplitting() {
        return splitting;
    }

    boolean isClosed() {
        return closed;
    }

    Conveyor conveyor(Direction direction) {
        return direction == Direction.TO_SERVER ? towardsServer : towardsClient;
    }

    void linkClosed(ProxyLink link) {
        if (links.remove(link)) {
            counters.closed();
        }
    }

    private void acceptAll() throws InterruptedException {
        while (!closed) {
            SocketChannel client;
            try {
                client = listener.accept();
            } catch (IOException closing) {
                return;
            }
            gate.await(Gate.ACCEPTING, () -> closed);
            if (closed || refusing) {
                quietly(client);
                continue;
            }
            serve(client);
        }
    }

    private void serve(SocketChannel client) {
        try {
            ProxyLink link = new ProxyLink(this, client, SocketChannel.open());
            links.add(link);
            counters.opened();
            link.connect(upstream);
            if (closed) {
                link.cut();
            }
        } catch (IOException noSocket) {
            quietly(client);
        }
    }

    private static void quietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception alreadyGone) {
            // Nothing is left to close.
        }
    }
}
