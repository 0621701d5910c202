package dev.millrace.connection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * TCP, plain or secured, by the platform's sockets; blocking calls park a virtual thread and no carrier.
 *
 * <p>Closing closes the TCP socket itself, also under TLS: an orderly end of TLS waits for the lock of whoever is
 * writing, who may be stuck until the socket is closed. Commands and replies have frames of their own, so an end that
 * nobody announced is not taken for a complete answer.
 */
final class SocketTransport implements Transport {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final boolean pollable;

    /** Plain text over a socket that is connected. */
    SocketTransport(Socket socket) throws IOException {
        this(socket, socket);
    }

    private SocketTransport(Socket socket, Socket spoken) throws IOException {
        this.socket = socket;
        this.in = spoken.getInputStream();
        this.out = spoken.getOutputStream();
        this.pollable = spoken == socket;
    }

    /**
     * The same socket, secured: shakes hands as a TLS client.
     *
     * @throws IOException if the peer is not trusted, or speaks no TLS; the socket stays open
     */
    SocketTransport secured(Endpoint.Tcp endpoint, Tls tls) throws IOException {
        SSLSocket secured = (SSLSocket)
                tls.context().getSocketFactory().createSocket(socket, endpoint.host(), endpoint.port(), true);
        if (tls.verifyHost()) {
            SSLParameters parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secured.setSSLParameters(parameters);
        }
        secured.startHandshake();
        return new SocketTransport(socket, secured);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return in.read(bytes, offset, length);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
    }

    @Override
    public boolean isReadable() throws IOException {
        return in.available() > 0;
    }

    @Override
    public boolean canPoll() {
        return pollable;
    }

    /**
     * Closes the TCP socket under TLS too, without TLS's own farewell: that would wait for a writer that is stuck, and
     * it is often the deadline's thread that closes.
     */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // The descriptor is released whatever close says, and there is nobody left to tell.
        }
    }
}
