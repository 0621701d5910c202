package dev.millrace.bench.client;

/** This client cannot run on this machine, whatever the server: it is left out, which is no failure. */
public final class PeerUnavailable extends Exception {
    private static final long serialVersionUID = 1L;

    /** Says in one line why. */
    public PeerUnavailable(String reason, Throwable cause) {
        super(reason, cause);
    }
}
