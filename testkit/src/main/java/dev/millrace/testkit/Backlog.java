package dev.millrace.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;

/**
 * Bytes that are to be written and that the receiving socket has not taken yet.
 *
 * <p>Not thread-safe; guarded by the lock of its {@link Flow}.
 */
final class Backlog {

    private final SocketChannel target;
    private final Direction direction;
    private final FaultProxy proxy;
    private final ArrayDeque<ByteBuffer> chunks = new ArrayDeque<>();
    private long size;

    Backlog(SocketChannel target, Direction direction, FaultProxy proxy) {
        this.target = target;
        this.direction = direction;
        this.proxy = proxy;
    }

    boolean isEmpty() {
        return chunks.isEmpty();
    }

    /** How many bytes wait. */
    long size() {
        return size;
    }

    /** Writes what the socket takes and keeps a copy of the rest; the buffer is free afterwards. */
    void write(ByteBuffer bytes) throws IOException {
        if (chunks.isEmpty()) {
            send(bytes);
        }
        if (bytes.hasRemaining()) {
            size += bytes.remaining();
            chunks.addLast(ByteBuffer.allocate(bytes.remaining()).put(bytes).flip());
        }
    }

    /** Writes what the socket takes now. */
    void flush() throws IOException {
        while (!chunks.isEmpty()) {
            ByteBuffer first = chunks.getFirst();
            size -= send(first);
            if (first.hasRemaining()) {
                return;
            }
            chunks.removeFirst();
        }
    }

    void clear() {
        chunks.clear();
        size = 0;
    }

    private int send(ByteBuffer bytes) throws IOException {
        int before = bytes.remaining();
        int end = bytes.limit();
        boolean taken = true;
        while (taken && bytes.position() < end) {
            bytes.limit(proxy.isSplitting() ? bytes.position() + 1 : end);
            taken = target.write(bytes) > 0;
        }
        bytes.limit(end);
        int sent = before - bytes.remaining();
        proxy.counters().addBytes(direction, sent);
        return sent;
    }
}
