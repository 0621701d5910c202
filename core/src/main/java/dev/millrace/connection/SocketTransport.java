package dev.millrace.connection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import javax.net.ssl.SSLSocket;

/**
 * TCP, plain or secured, by the platform's sockets; blocking calls park a virtual thread and no carrier.
 *
 * <p>Closing closes the TCP socket itself, also under TLS: an orderly end of TLS waits for the lock of whoever is
 * writing, who may be stuck until the socket is closed. Commands and replies have frames of their own, so an end that
 * nobody announced is not taken for a complete answer.
 */
final class SocketTransport implements Transport {
    private final Socket tcp;
    private final InputStream in;
    private final OutputStream out;
    private final boolean pollable;

    /** Plain TCP. */
    SocketTransport(Socket tcp) throws IOException {
        this(tcp, tcp, true);
    }

    /** TLS over a TCP socket. */
    SocketTransport(SSLSocket secured, Socket tcp) throws IOException {
        this(secured, tcp, false);
    }

    private SocketTransport(Socket streams, Socket tcp, boolean pollable) throws IOException {
        this.tcp = tcp;
        this.in = streams.getInputStream();
        this.out = streams.getOutputStream();
        this.pollable = pollable;
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

    @Override
    public void close() {
        try {
            tcp.close();
        } catch (IOException e) {
            // The descriptor is released whatever close says, and there is nobody left to tell.
        }
    }
}
