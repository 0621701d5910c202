package dev.millrace.tools.server.rooms;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.storage.Answer;
import dev.millrace.storage.Democracy;
import dev.millrace.storage.RoomPlugins;
import dev.millrace.storage.Storage;
import dev.millrace.tools.server.http.Problem;
import dev.millrace.tools.server.rooms.MemberTrips.Answered;
import dev.millrace.tools.server.rooms.MemberTrips.What;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What rooms are like now: listeners from Redis in shared trips, components from memory where it has them, and what both were like
 * at last while Redis is away.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Rooms {
    private static final int IN_MEMORY = 1_000;

    /** How long what a room was like is worth showing. */
    private static final Duration STALE = Duration.ofMinutes(10);

    private final MemberTrips trips;
    private final RoomPlugins plugins;
    private final Map<String, Plugin<?, ?>> byName = new TreeMap<>();
    private final Cache<String, RoomView> last =
            Caffeine.newBuilder().maximumSize(IN_MEMORY).expireAfterWrite(STALE).build();

    Rooms(MemberTrips trips, Storage storage, List<Plugin<?, ?>> all) {
        this.trips = trips;
        this.plugins = new RoomPlugins(storage);
        for (Plugin<?, ?> plugin : all) {
            plugins.register(plugin.shown());
            byName.put(plugin.name(), plugin);
        }
    }

    /** @throws Problem 404 if there is no such plugin */
    Plugin<?, ?> plugin(String name) {
        Plugin<?, ?> plugin = byName.get(name);
        if (plugin == null) {
            throw Problem.notFound("there is no such plugin; there are " + String.join(", ", byName.keySet()));
        }
        return plugin;
    }

    /** All plugins. */
    Iterable<Plugin<?, ?>> plugins() {
        return byName.values();
    }

    /**
     * Does something with the listeners, and shows the room as it is then.
     *
     * @throws Problem 404 if there is no such room
     * @throws MillraceException if Redis did not do its part
     */
    Shown after(String room, What what, String listener) {
        CompletableFuture<Answered> asked = trips.ask(room, what, listener);
        Map<String, Answer<?>> components = plugins.components(room); // at the same time, unless they are in memory
        Answered answered = MemberTrips.await(asked);
        return new Shown(view(room, answered.members(), components), answered.result());
    }

    /**
     * A room, and what became of what was asked.
     *
     * @param result as {@link What} says
     */
    record Shown(RoomView view, int result) {}

    /** A room as it is, or was if Redis does not answer. */
    RoomView look(String room) {
        try {
            return after(room, What.LOOK, "").view();
        } catch (Misuse bug) {
            throw bug;
        } catch (MillraceException away) {
            RoomView known = last.getIfPresent(room);
            return known != null ? known.asStale() : view(room, null, plugins.components(room));
        }
    }

    /** @throws Problem 404 if there is no such room; while Redis is away that is only known of rooms seen before */
    void require(String room) {
        if (last.getIfPresent(room) == null) {
            Shown unused = after(room, What.LOOK, "");
        }
    }

    /** As {@link #require}, for reads: a room that nobody can know of is believed to be there. */
    void requireIfKnown(String room) {
        try {
            require(room);
        } catch (Misuse bug) {
            throw bug;
        } catch (MillraceException away) {
            // its components are null, and say so
        }
    }

    /** A room is gone. */
    void forget(String room) {
        last.invalidate(room);
    }

    /** The listeners of rooms that this process has seen lately. */
    long listeners() {
        return last.asMap().values().stream().mapToLong(RoomView::listeners).sum();
    }

    // ---- views ----

    /** Components of all plugins, none shown yet. */
    Map<String, Answer<?>> components(String room) {
        return plugins.components(room);
    }

    /** Components as they are in answers; null where one could not be read. */
    Map<String, @Nullable Object> shown(Map<String, Answer<?>> components) {
        Map<String, @Nullable Object> shown = new TreeMap<>();
        components.forEach((name, answer) -> shown.put(name, shown(plugin(name), answer.value())));
        return Collections.unmodifiableMap(shown);
    }

    @SuppressWarnings("unchecked") // a plugin's answer is its component
    private static <C> @Nullable Object shown(Plugin<C, ?> plugin, @Nullable Object component) {
        return component == null ? null : plugin.view((C) component);
    }

    private RoomView view(String room, @Nullable Members members, Map<String, Answer<?>> components) {
        boolean partial = members == null || components.values().stream().anyMatch(Answer::isFailed);
        String track = null;
        for (Answer<?> each : components.values()) {
            if (each.value() instanceof Democracy democracy) {
                track = DemocracyPlugin.track(democracy);
            }
        }
        RoomView view = new RoomView(
                room,
                members == null ? null : members.name(),
                members == null ? 0 : members.created(),
                track,
                members == null ? 0 : members.count(),
                members == null ? List.of() : members.newest(),
                shown(components),
                false,
                partial);
        if (!partial) {
            last.put(room, view);
        }
        return view;
    }
}
