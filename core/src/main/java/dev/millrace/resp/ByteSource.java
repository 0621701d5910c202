package dev.millrace.resp;

import java.io.IOException;

/** Where a reader's bytes come from: one call is one read from the socket. */
@FunctionalInterface
public interface ByteSource {
    /** Reads at least one byte into {@code bytes[offset, offset + length)}; -1 at the end of the stream. */
    int read(byte[] bytes, int offset, int length) throws IOException;
}
