package dev.millrace.connection;

import dev.millrace.command.MillraceException;
import dev.millrace.resp.RespReader;
import dev.millrace.resp.RespWriter;
import java.io.IOException;

/**
 * An open connection that has shaken hands: the socket with its encoder and decoder.
 *
 * @param node where it goes, for messages and the wire log
 * @param transport the socket
 * @param writer the encoder, for whoever writes
 * @param reader the decoder, for whoever reads
 * @param facts what the server said of itself
 */
record OpenConnection(String node, Transport transport, RespWriter writer, RespReader reader, ServerFacts facts) {
    private static final int READ_BUFFER = 64 * 1024;

    /**
     * Opens a socket, secures it and shakes hands.
     *
     * @param opening ends the attempt when its time is over
     * @throws MillraceException if the server refuses, or answers what Redis does not
     * @throws ConnectFailure if it can't be opened for any other reason
     */
    static OpenConnection open(ConnectionOptions options, Opening opening) throws ConnectFailure {
        ConnectFailure.Step step = ConnectFailure.Step.SOCKET;
        Transport transport = null;
        try {
            transport = Connector.open(options, opening);
            step = ConnectFailure.Step.TLS;
            transport = Connector.secure(transport, options.endpoint());
            step = ConnectFailure.Step.HANDSHAKE;
            RespWriter writer = new RespWriter(transport, options.limits().writeBuffer());
            RespReader reader = new RespReader(READ_BUFFER, options.limits().replyBytes());
            ServerFacts facts =
                    new Handshake(options.endpoint().name(), transport, writer, reader).run(options.login());
            if (!opening.opened()) {
                throw new IOException("the handshake ended as its time did");
            }
            return new OpenConnection(options.endpoint().name(), transport, writer, reader, facts);
        } catch (IOException | RuntimeException | Error e) {
            if (transport != null) {
                transport.close();
            }
            switch (e) {
                case MillraceException refused -> throw refused;
                case Error broken -> throw broken;
                default -> throw opening.explain(step, options.endpoint(), e);
            }
        }
    }
}
