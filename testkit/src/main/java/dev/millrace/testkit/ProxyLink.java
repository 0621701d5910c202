package dev.millrace.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One connection through the proxy: the client's socket, the server's socket, and a {@link Flow} each way.
 *
 * <p>Thread-safe. It closes once, whoever asks first; then its threads end by themselves.
 */
final class ProxyLink {

    private final FaultProxy proxy;
    private final long number;
    private final SocketChannel client;
    private final SocketChannel server;
    private final Flow toServer;
    private final Flow toClient;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Set<Direction> ended = EnumSet.noneOf(Direction.class);

    ProxyLink(FaultProxy proxy, long number, SocketChannel client) throws IOException {
        this.proxy = proxy;
        this.number = number;
        this.client = client;
        this.server = SocketChannel.open();
        this.toServer = new Flow(Direction.TO_SERVER, this, proxy, client, server);
        this.toClient = new Flow(Direction.TO_CLIENT, this, proxy, server, client);
    }

    /** Connects to the server on a thread of its own, so that a slow connect holds up no other client. */
    void start(InetSocketAddress upstream) {
        startThread(Direction.TO_SERVER, "reader", () -> {
            if (connect(upstream)) {
                startThread(Direction.TO_CLIENT, "reader", toClient::read);
                toServer.read();
            }
        });
    }

    private boolean connect(InetSocketAddress upstream) {
        try {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            server.setOption(StandardSocketOptions.TCP_NODELAY, true);
            server.connect(upstream);
            return true;
        } catch (IOException refused) {
            reset();
            return false;
        }
    }

    void startThread(Direction direction, String role, ProxyThreads.Work work) {
        proxy.threads().start("connection-%d-%s-%s".formatted(number, direction.label(), role), work);
    }

    boolean isClosed() {
        return closed.get();
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
        toServer.shut();
        toClient.shut();
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
