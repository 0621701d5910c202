package dev.millrace.storage;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A plugin as far as {@link RoomPlugins} shows it: which of its keys a room's component is made of, and how.
 *
 * @param <C> what is shown of it
 */
public interface RoomPlugin<C> {
    /** Its name, by which its storage is found; 1 to 512 bytes. */
    String name();

    /** The keys that its component is made of; strings, always the same. */
    List<String> componentKeys();

    /**
     * The component of a room.
     *
     * @param values what was found, by key; keys without a value are not in it
     * @return null for none
     * @throws RuntimeException if it can't be made of that; the other plugins' components are not touched
     */
    @Nullable
    C component(Map<String, String> values);
}
