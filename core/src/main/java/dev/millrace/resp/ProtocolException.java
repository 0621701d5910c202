package dev.millrace.resp;

import java.io.IOException;
import java.io.Serial;

/**
 * The bytes that came are not RESP, or a reply is larger than allowed. Whoever sees it closes the connection: after
 * it, nothing tells where the next reply begins.
 */
public final class ProtocolException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    /** The rule that the bytes broke; never the bytes themselves. */
    public ProtocolException(String message) {
        super(message);
    }
}
