package dev.millrace.tools.server.game;

import java.io.IOException;
import java.util.List;

/** How lines reach one who plays. Thread-safe, but for {@link #write}, which one thread calls. */
interface Wire {
    /**
     * Sends texts, each of one or more lines, and waits for as long as it takes to hand them over.
     *
     * @throws IOException if the connection is gone
     */
    void write(List<String> texts) throws IOException;

    /** Ends the connection once what was written has been sent; never blocks for long. */
    void end();

    /** Ends the connection as it stands: whoever is in {@link #write} gets an exception. */
    void cut();
}
