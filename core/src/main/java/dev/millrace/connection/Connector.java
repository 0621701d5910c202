package dev.millrace.connection;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;

/** Opens sockets: TCP, and Unix domain; secures them. Stateless and thread-safe. */
final class Connector {
    private Connector() {}

    /**
     * Opens a socket; nothing is sent yet, not even by TLS.
     *
     * @param opening ends the attempt by closing the socket when its time is over
     * @throws IOException if it can't be opened; the message says why, and how to mend it where that is known
     */
    static Transport open(ConnectionOptions options, Opening opening) throws IOException {
        return switch (options.endpoint()) {
            case Endpoint.Tcp tcp -> openTcp(tcp, options.timeouts(), opening);
            case Endpoint.Unix unix -> openUnix(unix, opening);
        };
    }

    /** Shakes hands by TLS where the endpoint asks for it; answers the transport to speak through. */
    static Transport secure(Transport opened, Endpoint endpoint) throws IOException {
        if (opened instanceof SocketTransport socket && endpoint instanceof Endpoint.Tcp tcp) {
            Tls tls = tcp.tls();
            return tls == null ? socket : socket.secured(tcp, tls);
        }
        return opened;
    }

    private static Transport openTcp(Endpoint.Tcp endpoint, Timeouts timeouts, Opening opening) throws IOException {
        Socket socket = new Socket();
        try {
            opening.attach(socket);
            socket.setTcpNoDelay(true);
            keepAlive(socket, timeouts.keepAlive());
            InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
            if (address.isUnresolved()) {
                throw new UnknownHostException("host " + endpoint.host() + " is unknown; check the name in the URL");
            }
            // Without a timeout of its own, for the attempt has one, and a socket that was given any is switched to
            // non-blocking for good: a platform thread then takes three system calls for a read instead of one.
            socket.connect(address);
            return new SocketTransport(socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static void keepAlive(Socket socket, Duration idle) throws IOException {
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        int seconds = (int) Math.max(1, Math.min(32_767, idle.toSeconds()));
        setIfSupported(socket, ExtendedSocketOptions.TCP_KEEPIDLE, seconds);
        setIfSupported(socket, ExtendedSocketOptions.TCP_KEEPINTERVAL, Math.max(1, seconds / 3));
        setIfSupported(socket, ExtendedSocketOptions.TCP_KEEPCOUNT, 3);
    }

    private static void setIfSupported(Socket socket, SocketOption<Integer> option, int value) throws IOException {
        if (socket.supportedOptions().contains(option)) {
            socket.setOption(option, value);
        }
    }

    private static Transport openUnix(Endpoint.Unix endpoint, Opening opening) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            opening.attach(channel);
            channel.connect(UnixDomainSocketAddress.of(endpoint.path()));
            return new UnixTransport(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }
}
