package dev.millrace.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A socket that speaks text, for tests that look at single bytes; reads give up after five seconds. */
final class RawClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 5_000;

    final Socket socket;
    private final InputStream in;

    RawClient(int port) throws IOException {
        socket = new Socket(Loopback.ADDRESS, port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = socket.getInputStream();
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Exactly so many characters, or fewer when the stream ends. */
    String read(int length) throws IOException {
        return new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    /** Up to and with the next line break. */
    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        int next;
        do {
            next = in.read();
            if (next >= 0) {
                line.append((char) next);
            }
        } while (next >= 0 && next != '\n');
        return line.toString();
    }

    /** All that comes until the stream ends. */
    String rest() throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
