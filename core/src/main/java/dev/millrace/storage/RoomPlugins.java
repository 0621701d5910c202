package dev.millrace.storage;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The plugins that rooms run, and all their components of a room at once: what whoever joins a room is shown.
 *
 * <p>One round trip when nothing of it is in memory, none when all is; what others ask for at the same moment is asked for
 * once. Memory is told of every change, by whomever, and answers for no longer than {@link StorageOptions#memory}.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class RoomPlugins {
    private final Storage storage;
    private final Map<String, RoomPlugin<?>> plugins = new ConcurrentSkipListMap<>();

    /** Without any plugin. */
    public RoomPlugins(Storage storage) {
        this.storage = storage;
    }

    /**
     * Adds a plugin; rooms show it from now on.
     *
     * @throws IllegalArgumentException if there is one of its name, or its name or a key can't be one
     */
    public void register(RoomPlugin<?> plugin) {
        addresses("room", plugin); // refused here, and not when somebody joins
        if (plugins.putIfAbsent(plugin.name(), plugin) != null) {
            throw new IllegalArgumentException("there is a plugin of the name " + plugin.name() + " already");
        }
    }

    /** The plugins' names, in alphabetical order. */
    public List<String> names() {
        return List.copyOf(plugins.keySet());
    }

    /**
     * All plugins' components of a room, by name, in alphabetical order. One that could not be read, or made of what was
     * read, has null and its error.
     *
     * @throws IllegalArgumentException if the room's name is empty, longer than 512 bytes, or no text that UTF-8 can hold
     */
    public Map<String, Answer<?>> components(String room) {
        Map<RoomPlugin<?>, Map<String, String>> wanted = new LinkedHashMap<>();
        List<String> addresses = new ArrayList<>();
        for (RoomPlugin<?> plugin : plugins.values()) {
            Map<String, String> its = addresses(room, plugin);
            wanted.put(plugin, its);
            addresses.addAll(its.values());
        }
        Answer<Map<String, String>> read = storage.components(wanted.size(), addresses);
        Map<String, String> values = read.value();
        Map<String, Answer<?>> components = new LinkedHashMap<>();
        wanted.forEach((plugin, its) -> components.put(
                plugin.name(), values == null ? new Answer<>(null, read.error()) : component(plugin, its, values)));
        return components;
    }

    /** Where a plugin's keys lie, by key. */
    private static Map<String, String> addresses(String room, RoomPlugin<?> plugin) {
        Namespace namespace = Namespace.of(room, plugin.name());
        Map<String, String> addresses = new LinkedHashMap<>();
        plugin.componentKeys().forEach(key -> addresses.put(key, namespace.address(key)));
        return addresses;
    }

    private <C> Answer<C> component(RoomPlugin<C> plugin, Map<String, String> addresses, Map<String, String> values) {
        Map<String, String> its = new HashMap<>();
        addresses.forEach((key, address) -> {
            String value = values.get(address);
            if (value != null) {
                its.put(key, value);
            }
        });
        try {
            return Answer.of(plugin.component(its));
        } catch (RuntimeException e) {
            // Its message may hold what was read.
            MillraceException error = e instanceof MillraceException own
                    ? own
                    : new Misuse("the plugin " + plugin.name() + " threw "
                            + e.getClass().getSimpleName() + " when it made its component");
            storage.componentFailed(error);
            return Answer.failed(error);
        }
    }
}
