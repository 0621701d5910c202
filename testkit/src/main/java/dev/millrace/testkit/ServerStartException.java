package dev.millrace.testkit;

import org.jspecify.annotations.Nullable;

/** A server could not be started; the message says why and carries the last lines the server printed. */
public class ServerStartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ServerStartException(String message) {
        super(message);
    }

    public ServerStartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether somebody else took a port meanwhile, so that the same start on other ports may do. */
    public boolean isPortTaken() {
        return false;
    }
}
