package dev.millrace.connection;

import dev.millrace.resp.RespReader;
import dev.millrace.resp.RespWriter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * An open connection that has shaken hands: the socket with its encoder and decoder.
 *
 * @param transport the socket
 * @param writer the encoder, for whoever writes
 * @param reader the decoder, for whoever reads
 * @param facts what the server said of itself
 */
record OpenConnection(Transport transport, RespWriter writer, RespReader reader, ServerFacts facts) {
    private static final int READ_BUFFER = 64 * 1024;

    /**
     * Opens a socket and shakes hands, within the connect timeout.
     *
     * @param watch closes the socket when the timeout passes
     */
    static OpenConnection open(ConnectionOptions options, DeadlineWatch watch) throws IOException {
        long deadline = System.nanoTime() + options.timeouts().connect().toNanos();
        Transport transport = Connector.open(options);
        DeadlineWatch.Guard guard = watch.guard(transport, deadline);
        try {
            RespWriter writer = new RespWriter(transport, options.limits().writeBuffer());
            RespReader reader = new RespReader(READ_BUFFER, options.limits().replyBytes());
            ServerFacts facts = new Handshake(transport, writer, reader).run(options.login());
            if (!guard.release()) {
                throw new InterruptedIOException("");
            }
            return new OpenConnection(transport, writer, reader, facts);
        } catch (IOException | RuntimeException e) {
            transport.close();
            if (!guard.release()) {
                Duration timeout = options.timeouts().connect();
                throw new IOException(
                        "the server accepted the connection and did not answer the handshake within "
                                + timeout.toMillis() + " ms",
                        e);
            }
            throw e;
        }
    }
}
