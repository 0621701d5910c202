package dev.millrace.connection;

import dev.millrace.command.MillraceException;
import dev.millrace.resp.RespReader;
import dev.millrace.resp.RespWriter;
import java.io.IOException;

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
     * Opens a socket, secures it and shakes hands, within the connect timeout.
     *
     * @param watch closes the socket when the timeout passes
     * @throws MillraceException if the server refuses, or answers what Redis does not
     * @throws ConnectFailure if it can't be opened for any other reason
     */
    static OpenConnection open(ConnectionOptions options, DeadlineWatch watch) throws ConnectFailure {
        return open(options, watch, System.nanoTime() + options.timeouts().connect().toNanos());
    }

    /** As {@link #open(ConnectionOptions, DeadlineWatch)}, and by {@code deadline} if that is earlier. */
    static OpenConnection open(ConnectionOptions options, DeadlineWatch watch, long deadline) throws ConnectFailure {
        long started = System.nanoTime();
        long limit = Math.min(options.timeouts().connect().toNanos(), Math.max(0, deadline - started));
        Transport socket;
        try {
            socket = Connector.open(options, limit);
        } catch (IOException | RuntimeException e) {
            throw ConnectFailure.at(ConnectFailure.Step.SOCKET, options.endpoint(), e);
        }
        DeadlineWatch.Guard guard = watch.guard(socket, started + limit);
        ConnectFailure.Step step = ConnectFailure.Step.TLS;
        try {
            Transport transport = Connector.secure(socket, options.endpoint());
            step = ConnectFailure.Step.HANDSHAKE;
            RespWriter writer = new RespWriter(transport, options.limits().writeBuffer());
            RespReader reader = new RespReader(READ_BUFFER, options.limits().replyBytes());
            ServerFacts facts = new Handshake(transport, writer, reader).run(options.login());
            if (!guard.release()) {
                throw new IOException("the handshake ended as its time did");
            }
            return new OpenConnection(transport, writer, reader, facts);
        } catch (IOException | RuntimeException e) {
            socket.close();
            if (!guard.release()) {
                throw ConnectFailure.late(step, limit / 1_000_000, e);
            }
            if (e instanceof MillraceException refused) {
                throw refused;
            }
            throw ConnectFailure.at(step, options.endpoint(), e);
        }
    }
}
