package dev.millrace.tools.server.rooms;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Value;
import dev.millrace.storage.Answer;
import dev.millrace.storage.PlaylistDemocracy;
import dev.millrace.storage.PlaylistDemocracy.Vote;
import dev.millrace.storage.Storage;
import dev.millrace.tools.server.Platform;
import dev.millrace.tools.server.Recent;
import dev.millrace.tools.server.Service;
import dev.millrace.tools.server.http.Problem;
import dev.millrace.tools.server.http.Routes;
import dev.millrace.tools.server.rooms.MemberTrips.What;
import dev.millrace.tools.server.rooms.Rooms.Shown;
import io.javalin.http.Context;
import io.micrometer.core.instrument.FunctionCounter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Listening rooms over HTTP: join, leave, vote, skip, play, configure plugins, and follow a room's changes. Reads answer what
 * memory has while Redis is away, and say so.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class RoomsService implements Service {
    /** A room to be made; without a name it is called as its id. */
    record NewRoom(String room, @Nullable String name) {
        NewRoom {
            RoomKeys.checkedPart("room", room);
            if (name != null) {
                RoomKeys.checked("name", name);
            }
        }
    }

    /** Who joins. */
    record Joining(String listener) {
        Joining {
            RoomKeys.checkedPart("listener", listener);
        }
    }

    /** What is to be played. */
    record Playing(String track) {
        Playing {
            RoomKeys.checked("track", track);
        }
    }

    /** A vote for skipping a track. */
    record Voting(String listener, String track) {
        Voting {
            RoomKeys.checked("listener", listener);
            RoomKeys.checked("track", track);
        }
    }

    private final Platform platform;
    private final Storage storage;
    private final PlaylistDemocracy democracy;
    private final Chatter chatter;
    private final MemberTrips trips;
    private final Rooms rooms;
    private final RoomCatalog catalog;
    private final RoomEvents events;
    private final Recent<Long> count;
    private final LongAdder joins = new LongAdder();
    private final LongAdder votes = new LongAdder();
    private final LongAdder skips = new LongAdder();

    /** On a platform. Nothing is sent yet. */
    public RoomsService(Platform platform) {
        this.platform = platform;
        this.storage = platform.redis().storage();
        this.democracy = new PlaylistDemocracy(storage);
        this.trips = new MemberTrips(platform.redis());
        this.chatter = new Chatter(storage, this::changed);
        this.rooms = new Rooms(
                trips, storage, List.of(new DemocracyPlugin(democracy), new Lights(storage, platform.json()), chatter));
        this.catalog = new RoomCatalog(platform.redis(), storage, rooms);
        this.events = new RoomEvents(platform.redis(), room -> platform.json().text(rooms.look(room)));
        this.count = new Recent<>(catalog::count, Duration.ofSeconds(1));
        meter("joins", "listeners that joined a room", joins);
        meter("votes", "votes that were counted", votes);
        meter("skips", "tracks that were skipped", skips);
    }

    private void meter(String name, String description, LongAdder counter) {
        FunctionCounter.builder("millrace.rooms." + name, counter, LongAdder::sum)
                .description(description)
                .register(platform.registry());
    }

    @Override
    public String name() {
        return "rooms";
    }

    @Override
    public void routes(Routes routes) {
        String room = "/api/rooms/{room}";
        routes.post("/api/rooms", this::create);
        routes.get("/api/rooms", context -> context.json(catalog.list()));
        routes.get(room, context -> context.json(rooms.look(room(context))));
        routes.post(room + "/listeners", this::join);
        routes.delete(room + "/listeners/{listener}", this::leave);
        routes.get(room + "/plugins/components", this::components);
        routes.post(room + "/track", this::play);
        routes.post(room + "/votes", this::vote);
        routes.post(room + "/skip", this::skip);
        routes.get(room + "/plugins/{plugin}/config", context -> config(context, plugin(context)));
        routes.put(room + "/plugins/{plugin}/config", context -> configure(context, plugin(context)));
        routes.get(room + "/events", this::follow);
    }

    private static String room(Context context) {
        return RoomKeys.ofPath("room", context.pathParam("room"));
    }

    private Plugin<?, ?> plugin(Context context) {
        return rooms.plugin(context.pathParam("plugin"));
    }

    private void changed(String room) {
        events.changed(room);
    }

    // ---- rooms and listeners ----

    private void create(Context context) {
        NewRoom wanted = platform.json().body(context, NewRoom.class);
        String name = Objects.requireNonNullElse(wanted.name(), wanted.room());
        if (!catalog.create(wanted.room(), name, System.currentTimeMillis())) {
            throw Problem.conflict("there is a room of this name already").with("room", wanted.room());
        }
        context.status(201).json(rooms.after(wanted.room(), What.LOOK, "").view());
    }

    private void join(Context context) {
        String room = room(context);
        String listener = platform.json().body(context, Joining.class).listener();
        Shown shown = rooms.after(room, What.JOIN, listener);
        if (shown.result() < 0) {
            throw Problem.conflict("the room is full: " + MemberTrips.MOST_LISTENERS + " listen");
        }
        if (shown.result() > 0) {
            joins.increment();
            chatter.joined(room);
        }
        context.json(shown.view());
    }

    private void leave(Context context) {
        String listener = RoomKeys.ofPath("listener", context.pathParam("listener"));
        if (rooms.after(room(context), What.LEAVE, listener).result() == 0) {
            throw Problem.notFound("this listener is not in the room");
        }
        context.status(204);
    }

    private void components(Context context) {
        String room = room(context);
        rooms.requireIfKnown(room);
        Map<String, Answer<?>> components = rooms.components(room);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("room", room);
        answer.put("components", rooms.shown(components));
        answer.put("partial", components.values().stream().anyMatch(Answer::isFailed));
        context.json(answer);
    }

    private void follow(Context context) {
        String room = room(context);
        events.prepare(room);
        events.answer(context, room, platform.json().text(rooms.look(room)));
    }

    // ---- what is playing ----

    private void play(Context context) {
        String room = room(context);
        String track = platform.json().body(context, Playing.class).track();
        rooms.require(room);
        Value unused = democracy.play(room, track).orThrow();
        changed(room);
        context.json(Map.of("room", room, "track", track));
    }

    private void vote(Context context) {
        String room = room(context);
        Voting voting = platform.json().body(context, Voting.class);
        Shown shown = rooms.after(room, What.HAS, voting.listener());
        if (shown.result() == 0) {
            throw Problem.conflict("this listener is not in the room; only who listens may vote");
        }
        int listeners = (int) Math.max(1, shown.view().listeners());
        Vote vote = Objects.requireNonNull(democracy
                .vote(room, voting.track(), voting.listener(), listeners)
                .orThrow());
        boolean skips = vote.outcome() == PlaylistDemocracy.Outcome.SKIPS;
        if (skips || vote.outcome() == PlaylistDemocracy.Outcome.COUNTED) {
            votes.increment();
            if (skips) {
                this.skips.increment();
            }
            changed(room);
        }
        context.json(Map.of(
                "outcome",
                vote.outcome(),
                "votes",
                vote.votes(),
                "needed",
                vote.needed(),
                "skipped",
                skips || vote.outcome() == PlaylistDemocracy.Outcome.SKIPPED_ALREADY));
    }

    /** Whoever runs the room skips without a vote: there is silence until the next track. */
    private void skip(Context context) {
        String room = room(context);
        String track = rooms.after(room, What.LOOK, "").view().track();
        if (track == null) {
            throw Problem.conflict("nothing is playing that could be skipped");
        }
        Value unused = democracy.play(room, "").orThrow();
        skips.increment();
        changed(room);
        context.json(Map.of("room", room, "skipped", track));
    }

    // ---- plugins ----

    @SuppressWarnings("unchecked") // a plugin's answer is its component
    private <C> void config(Context context, Plugin<C, ?> plugin) {
        String room = room(context);
        rooms.requireIfKnown(room);
        Answer<?> component = Objects.requireNonNull(rooms.components(room).get(plugin.name()));
        context.json(plugin.config((C) Objects.requireNonNull(component.orThrow())));
    }

    private <G extends Record> void configure(Context context, Plugin<?, G> plugin) {
        String room = room(context);
        G config = platform.json().body(context, plugin.configType());
        rooms.require(room);
        plugin.configure(room, config);
        changed(room);
        context.json(config);
    }

    // ---- as a service ----

    @Override
    public Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        Long known = count.get();
        if (known != null) {
            figures.put("rooms", known);
        }
        figures.put("listeners", rooms.listeners());
        figures.put("joins", joins.sum());
        figures.put("votes", votes.sum());
        figures.put("skips", skips.sum());
        return figures;
    }

    @Override
    public void quiesce() {
        events.quiesce();
    }

    @Override
    public void close() {
        chatter.close();
        events.close();
        trips.close();
        storage.close();
    }
}
