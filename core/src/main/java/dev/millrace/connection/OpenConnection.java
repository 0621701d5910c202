package dev.millrace.connection;

import dev.millrace.resp.RespReader;
import dev.millrace.resp.RespWriter;
import java.io.IOException;
import java.io.InterruptedIOException;

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
     * Opens a socket and shakes hands.
     *
     * @param opening ends the attempt when its time is over
     */
    static OpenConnection open(ConnectionOptions options, Opening opening) throws IOException {
        try {
            Transport transport = Connector.open(options, opening);
            try {
                RespWriter writer = new RespWriter(transport, options.limits().writeBuffer());
                RespReader reader = new RespReader(READ_BUFFER, options.limits().replyBytes());
                ServerFacts facts = new Handshake(transport, writer, reader).run(options.login());
                if (!opening.opened()) {
                    throw new InterruptedIOException("the socket was closed");
                }
                return new OpenConnection(transport, writer, reader, facts);
            } catch (IOException | RuntimeException | Error e) {
                transport.close();
                throw e;
            }
        } catch (IOException e) {
            throw opening.explain(e);
        }
    }
}
