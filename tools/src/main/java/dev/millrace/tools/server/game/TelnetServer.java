package dev.millrace.tools.server.game;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The game over TCP, for telnet and nc: a virtual thread reads each connection's lines.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class TelnetServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TelnetServer.class);
    private static final int BACKLOG = 1_024;

    /** What waits for a slow reader waits in his line, where it is counted. */
    private static final int SEND_BUFFER = 16 << 10;

    private final ServerSocket listening;
    private final GameLimits limits;

    private TelnetServer(ServerSocket listening, GameLimits limits) {
        this.listening = listening;
        this.limits = limits;
    }

    /**
     * Listens; nobody is let in before {@link #start}.
     *
     * @param port 0 for a free one
     * @throws IllegalStateException if the port can't be had
     */
    static TelnetServer listen(String host, int port, GameLimits limits) {
        try {
            ServerSocket socket = new ServerSocket();
            try {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getByName(host), port), BACKLOG);
                return new TelnetServer(socket, limits);
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        } catch (IOException e) {
            throw new IllegalStateException("the game's port " + port + " of " + host
                    + " can't be listened on: it is taken, or not this machine's; choose another by MILLRACE_GAME_PORT, or"
                    + " off for none");
        }
    }

    int port() {
        return listening.getLocalPort();
    }

    void start(Audience audience) {
        Thread.ofVirtual().name("millrace-game-accept").start(() -> accept(audience));
    }

    private void accept(Audience audience) {
        while (!listening.isClosed()) {
            try {
                Socket socket = listening.accept();
                Thread.ofVirtual().name("millrace-game-reader").start(() -> serve(socket, audience));
            } catch (IOException e) {
                if (!listening.isClosed()) {
                    LOG.warn("a connection of the game can't be taken: {}", e.toString());
                    LockSupport.parkNanos(this, 100_000_000); // no file descriptor is free, as a rule
                }
            }
        }
    }

    private void serve(Socket socket, Audience audience) {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.setKeepAlive(true);
            socket.setSendBufferSize(SEND_BUFFER);
            GameConnection connection = audience.join(new TelnetWire(socket), false);
            if (connection == null) {
                socket.getOutputStream().write((audience.full() + "\r\n").getBytes(StandardCharsets.UTF_8));
                return;
            }
            try {
                read(socket, connection, audience);
            } finally {
                audience.leave(connection);
            }
        } catch (IOException gone) {
            LOG.debug("a connection of the game broke: {}", gone.toString());
        } catch (RuntimeException e) {
            LOG.error("a connection of the game failed", e);
        }
    }

    private void read(Socket socket, GameConnection connection, Audience audience) throws IOException {
        LineReader lines = new LineReader(socket.getInputStream(), limits.lineLength());
        while (!connection.isEnding()) {
            LineReader.Input input = lines.next();
            if (input == null) {
                return;
            }
            audience.heard(connection, input);
        }
        // The writer has a last word to send, and closes the socket then.
        while (lines.next() != null) {}
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            LOG.debug("the game's port is closed: {}", e.toString());
        }
    }
}
