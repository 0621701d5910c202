package dev.millrace.tools.server.rooms;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A room as whoever looks at it is shown. Immutable.
 *
 * @param room its id
 * @param name what it is called; null where nothing is known of it
 * @param created when it was made, ms; 0 where nothing is known of it
 * @param track what is playing; null for silence
 * @param listeners how many listen
 * @param newest those who joined last
 * @param components of all plugins, by name; null where one could not be read
 * @param stale whether Redis did not answer, and this is what it was like when it last did
 * @param partial whether something could not be read
 */
record RoomView(
        String room,
        @Nullable String name,
        long created,
        @Nullable String track,
        long listeners,
        List<String> newest,
        Map<String, @Nullable Object> components,
        boolean stale,
        boolean partial) {
    /** The same as what it was like. */
    RoomView asStale() {
        return new RoomView(room, name, created, track, listeners, newest, components, true, partial);
    }
}
