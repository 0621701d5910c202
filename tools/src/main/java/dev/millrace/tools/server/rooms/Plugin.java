package dev.millrace.tools.server.rooms;

import dev.millrace.storage.RoomPlugin;
import java.util.Collection;

/**
 * A plugin as the server runs it: a component that rooms show, of which one part is its configuration.
 *
 * <p>Thread-safe, all of them.
 *
 * @param <C> its component
 * @param <G> its configuration, as it is in requests and answers; a record that checks itself
 */
interface Plugin<C, G extends Record> {
    /** How the library shows it. */
    RoomPlugin<C> shown();

    /** Its name. */
    default String name() {
        return shown().name();
    }

    /** Its component as it is in answers. */
    Object view(C component);

    /** The configuration in a component. */
    G config(C component);

    /** What its configuration is made of. */
    Class<G> configType();

    /**
     * Changes the configuration of a room.
     *
     * @throws dev.millrace.command.MillraceException if it is not known to be changed
     */
    void configure(String room, G config);

    /** All keys that it has in a room, for who deletes the room. */
    Collection<String> keys();
}
