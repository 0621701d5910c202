package dev.millrace.connection;

import dev.millrace.resp.ByteSink;
import dev.millrace.resp.ByteSource;
import java.io.IOException;

/**
 * An open socket: bytes in, bytes out. One thread may read while another writes. {@link #close()} may be called by any
 * thread at any time, ends both at once with an {@link IOException}, and never fails.
 */
interface Transport extends ByteSource, ByteSink, AutoCloseable {
    /**
     * Whether bytes can be read without waiting; false where that can't be told (TLS). Asked by a lone caller before it
     * gives the processor away.
     */
    boolean isReadable() throws IOException;

    /** Whether {@link #isReadable()} can be told. */
    boolean canPoll();

    @Override
    void close();
}
