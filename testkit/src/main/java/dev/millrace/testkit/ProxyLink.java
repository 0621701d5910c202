package dev.millrace.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One connection through the proxy: the client's socket, the server's socket, and a {@link Flow} each way.
 *
 * <p>Thread-safe. It closes once, whoever asks first.
 */
final class ProxyLink {

    private final FaultProxy proxy;
    private final SocketChannel client;
    private final SocketChannel server;
    private final Conveyor towardsServer;
    private final Conveyor towardsClient;
    private final Flow toServer;
    private final Flow toClient;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Set<Direction> ended = EnumSet.noneOf(Direction.class);

    ProxyLink(FaultProxy proxy, SocketChannel client, SocketChannel server) {
        this.proxy = proxy;
        this.client = client;
        this.server = server;
        this.towardsServer = proxy.conveyor(Direction.TO_SERVER);
        this.towardsClient = proxy.conveyor(Direction.TO_CLIENT);
        this.toServer = new Flow(towardsServer, this, proxy, client, server);
        this.toClient = new Flow(towardsClient, this, proxy, server, client);
    }

    /** Connects to the server without waiting for it; a failure resets the client. */
    void connect(InetSocketAddress upstream) {
        try {
            for (SocketChannel socket : new SocketChannel[] {client, server}) {
                socket.configureBlocking(false);
                socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            if (server.connect(upstream)) {
                towardsClient.execute(this::open);
            } else {
                towardsClient.execute(this::awaitConnect);
            }
        } catch (IOException refused) {
            reset();
        }
    }

    private void awaitConnect() {
        try {
            server.register(towardsClient.selector(), SelectionKey.OP_CONNECT, this);
        } catch (ClosedChannelException closedMeanwhile) {
            // Cut before it was connected.
        }
    }

    /** The loop's, of the direction to the client: the server has answered the connect. */
    void finishConnect() {
        try {
            if (server.finishConnect()) {
                open();
            }
        } catch (IOException refused) {
            reset();
        }
    }

    private void open() {
        toClient.open();
        towardsServer.execute(toServer::open);
    }

    /** A direction has come to its end; the second one closes the connection. */
    void ended(Direction direction, boolean receiverGone) {
        boolean both;
        synchronized (ended) {
            ended.add(direction);
            both = ended.size() == Direction.values().length;
        }
        if (both) {
            close(receiverGone);
        }
    }

    void halfClose(Direction direction) {
        (direction == Direction.TO_SERVER ? toServer : toClient).halfClose();
    }

    /** Closes both sockets in the ordinary way (FIN). */
    void cut() {
        close(false);
    }

    /** Closes both sockets with RST. */
    void reset() {
        close(true);
    }

    private void close(boolean abruptly) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        closeSocket(client, abruptly);
        closeSocket(server, abruptly);
        toServer.closed();
        toClient.closed();
        proxy.linkClosed(this);
    }

    private static void closeSocket(SocketChannel socket, boolean abruptly) {
        try (socket) {
            if (abruptly) {
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
            } else if (socket.isConnected()) {
                // Said before the close: a close with unread bytes sends RST, and the FIN should come first.
                socket.shutdownOutput();
            }
        } catch (IOException alreadyGone) {
            // The peer has ended the connection itself.
        }
    }
}
