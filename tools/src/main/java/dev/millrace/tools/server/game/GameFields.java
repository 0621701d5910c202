package dev.millrace.tools.server.game;

import dev.millrace.state.BooleanField;
import dev.millrace.state.Field;
import dev.millrace.state.LongField;

/**
 * What the game keeps of a connection. Who plays it is in Redis before a login is answered. Where and how is written behind: what a
 * crash loses of it is a tenth of a second, or stands in the player's {@link Profiles profile}. The number of lines may lag where
 * too much is unwritten. Constants.
 */
final class GameFields {
    /** The player, by whom connections are found. */
    static final Field<String> PLAYER = Field.ofString("pl").critical();

    /** Whether somebody has logged in. */
    static final BooleanField LOGGED_IN = Field.ofBoolean("in").critical();

    /** The room; absent for one who is not logged in. */
    static final Field<String> ROOM = Field.ofString("rm").async();

    /** Moves that the player has made, in all connections as far as this one knows. */
    static final LongField SCORE = Field.ofLong("sc").async();

    /** When the last line came, in ms since 1970. */
    static final LongField LAST_SEEN = Field.ofLong("ls").async();

    /** When it was connected, in ms since 1970. */
    static final LongField SINCE = Field.ofLong("si").async();

    /** Lines that came. */
    static final LongField LINES = Field.ofLong("ln").lossy();

    private GameFields() {}
}
