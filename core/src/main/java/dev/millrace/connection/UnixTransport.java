package dev.millrace.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A Unix domain socket. */
final class UnixTransport implements Transport {
    private final SocketChannel channel;

    UnixTransport(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return channel.read(ByteBuffer.wrap(bytes, offset, length));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    @Override
    public boolean isReadable() {
        return false;
    }

    @Override
    public boolean canPoll() {
        return false;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The descriptor is released whatever close says, and there is nobody left to tell.
        }
    }
}
