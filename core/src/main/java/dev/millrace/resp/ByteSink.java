package dev.millrace.resp;

import java.io.IOException;

/** Where a writer's bytes go: one call is one write to the socket. */
@FunctionalInterface
public interface ByteSink {
    /** Writes all of {@code bytes[offset, offset + length)}; blocks until the socket has taken them. */
    void write(byte[] bytes, int offset, int length) throws IOException;
}
