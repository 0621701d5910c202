package dev.millrace.connection;

/** Epochs for tests of what is kept under them: begun and ended by hand, without a connection. */
public final class Epochs {
    private Epochs() {}

    /** One that begins now. */
    public static Epoch begun(long boundNanos) {
        return new Epoch(boundNanos);
    }

    /** Ends one, as a lost connection does. */
    public static void end(Epoch epoch) {
        epoch.end();
    }

    /** What takes its place on the same connection, as after a flush; the one before is to be ended. */
    public static Epoch successor(Epoch epoch) {
        return epoch.successor();
    }
}
