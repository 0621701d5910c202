package dev.millrace.tools.server.game;

import java.time.Duration;

/**
 * How much the game takes of one who plays, and of all. Immutable.
 *
 * @param lineLength characters of a line; longer ones are refused
 * @param outgoing lines that wait for one who reads slowly; with more the connection is ended
 * @param idle after so long without a line the connection is ended
 * @param connections of this process at once
 * @param linesPerSecond that one connection may send in the long run
 * @param burst lines that it may send at once
 */
record GameLimits(int lineLength, int outgoing, Duration idle, int connections, int linesPerSecond, int burst) {
    /** 1,000 characters, 256 lines, 10 min, 10,000 connections, 50 lines a second, 100 at once. */
    static GameLimits ofDefaults() {
        return new GameLimits(1_000, 256, Duration.ofMinutes(10), 10_000, 50, 100);
    }
}
