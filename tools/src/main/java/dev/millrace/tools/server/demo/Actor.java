package dev.millrace.tools.server.demo;

import java.util.List;

/** Somebody who gives the server something to do until the demonstration is over. Thread-safe, all of them. */
interface Actor {
    /** What he does, in a word or two. */
    String name();

    /** The routes that he can't do without, such as {@code GET /api/rooms}. */
    List<String> needs();

    /** Does it; returns soon after the pace has ended. */
    void act(Stage stage) throws InterruptedException;
}
