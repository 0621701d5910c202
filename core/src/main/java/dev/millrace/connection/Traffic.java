package dev.millrace.connection;

import dev.millrace.resp.RespReader;
import dev.millrace.resp.RespWriter;

/** What went over the connections of one kind; added to by the one thread that writes, or that reads. */
final class Traffic {
    final Counter commands = new Counter();
    final Counter writes = new Counter();
    final Counter bytesOut = new Counter();
    final Counter bytesIn = new Counter();

    private long seenWrites;
    private long seenBytesOut;
    private long seenBytesIn;

    /** Adds what an encoder's own counters have grown by; answers the bytes. */
    int written(RespWriter writer, int commandsWritten) {
        commands.add(commandsWritten);
        writes.add(writer.writes() - seenWrites);
        long bytes = writer.bytes() - seenBytesOut;
        bytesOut.add(bytes);
        seenWrites = writer.writes();
        seenBytesOut = writer.bytes();
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    /** Adds what a decoder's own counter has grown by. */
    void read(RespReader reader) {
        bytesIn.add(reader.bytes() - seenBytesIn);
        seenBytesIn = reader.bytes();
    }

    /** A new connection's encoder counts from what its handshake took. */
    void rebase(OpenConnection connection) {
        seenWrites = connection.writer().writes();
        seenBytesOut = connection.writer().bytes();
        seenBytesIn = connection.reader().bytes();
    }
}
