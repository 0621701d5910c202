package dev.millrace.connection;

import java.io.EOFException;
import java.io.IOException;
import java.io.Serial;
import java.net.SocketException;
import javax.net.ssl.SSLException;

/**
 * A connection could not be opened. The message is one whole line: why, and how to mend it where that is known.
 *
 * <p>Final is what waiting does not mend: a certificate that is not trusted, expired or another host's. Everything else
 * may be a server that restarts, and is tried again.
 */
final class ConnectFailure extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    private static final String NOT_RESP = "; is this port a Redis server, and is TLS set as it is there?";

    private final boolean isFinal;

    private ConnectFailure(String message, Throwable cause, boolean isFinal) {
        super(message, cause);
        this.isFinal = isFinal;
    }

    /** What {@code step} failed with, on the way to a connection to {@code endpoint}. */
    static ConnectFailure at(Step step, Endpoint endpoint, Throwable cause) {
        boolean lost = cause instanceof SocketException
                || cause instanceof EOFException
                || (cause instanceof SSLException && cause.getCause() instanceof EOFException)
                || (cause instanceof SSLException && cause.getCause() instanceof SocketException);
        String reason = Causes.deepest(cause);
        if (lost && step != Step.SOCKET) {
            boolean secured = endpoint instanceof Endpoint.Tcp tcp && tcp.tls() != null;
            String hint =
                    secured ? "; is TLS spoken on this port, and does it ask for a client certificate?" : NOT_RESP;
            return new ConnectFailure(
                    "the connection was lost during the handshake (" + reason + ")" + hint, cause, false);
        }
        if (cause instanceof SSLException) {
            String hint = reason.contains("SSL message")
                    ? "; is TLS spoken on this port?"
                    : "; check the certificate's names, dates and issuer, and the trust store";
            return new ConnectFailure("TLS to " + endpoint.name() + " failed: " + reason + hint, cause, true);
        }
        return new ConnectFailure(reason, cause, false);
    }

    /** The peer did not answer {@code step} in time. */
    static ConnectFailure late(Step step, long millis, Throwable cause) {
        String what = switch (step) {
            case SOCKET -> "the server did not accept the connection within " + millis + " ms";
            case TLS -> "the TLS handshake was not answered within " + millis + " ms; is TLS spoken on this port?";
            case HANDSHAKE ->
                "the server accepted the connection and did not answer the handshake within " + millis + " ms";
        };
        return new ConnectFailure(what, cause, false);
    }

    /** The client was closed meanwhile. */
    static ConnectFailure closed(Throwable cause) {
        return new ConnectFailure("the client was closed", cause, false);
    }

    /** Whether trying again is of no use before something is mended. */
    boolean isFinal() {
        return isFinal;
    }

    /** How far an attempt has come. */
    enum Step {
        SOCKET,
        TLS,
        HANDSHAKE
    }
}
