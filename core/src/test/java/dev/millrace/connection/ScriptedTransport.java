package dev.millrace.connection;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;

/** The client's end of a socket whose other end is the test: it says what is read, and sees what was written. */
final class ScriptedTransport implements Transport {
    private static final byte[] END = {};

    private final LinkedBlockingQueue<byte[]> incoming = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private volatile boolean closed;

    /** The next read answers these bytes. */
    void answer(String resp) {
        incoming.add(resp.getBytes(StandardCharsets.UTF_8));
    }

    /** What was written so far. */
    synchronized String written() {
        return written.toString(StandardCharsets.UTF_8);
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            byte[] next = incoming.take();
            if (next == END) {
                throw new IOException("closed");
            }
            System.arraycopy(next, 0, bytes, offset, next.length);
            return next.length;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        written.write(bytes, offset, length);
    }

    @Override
    public boolean isReadable() {
        return !incoming.isEmpty();
    }

    @Override
    public boolean canPoll() {
        return true;
    }

    @Override
    public void close() {
        closed = true;
        incoming.add(END);
    }
}
