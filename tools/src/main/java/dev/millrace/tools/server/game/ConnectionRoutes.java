package dev.millrace.tools.server.game;

import dev.millrace.command.MillraceException;
import dev.millrace.state.Delivery;
import dev.millrace.state.State;
import dev.millrace.state.StateHealth;
import dev.millrace.state.StateRecord;
import dev.millrace.tools.server.http.Json;
import dev.millrace.tools.server.http.Parameters;
import dev.millrace.tools.server.http.Problem;
import dev.millrace.tools.server.http.Routes;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The game over HTTP: who is there, what becomes of messages to players, how the state is. Thread-safe. */
final class ConnectionRoutes {
    private static final int MOST = 500;
    private static final int USUAL = 100;

    /**
     * A message to a player.
     *
     * @param text one line
     */
    record Message(String text) {
        Message {
            if (text == null || text.isBlank() || text.length() > 1_000) {
                throw new IllegalArgumentException("text must be a line of 1 to 1000 characters");
            }
        }
    }

    private final Json json;
    private final State<GameConnection> state;
    private final Profiles profiles;
    private final Game game;

    ConnectionRoutes(Json json, State<GameConnection> state, Profiles profiles, Game game) {
        this.json = json;
        this.state = state;
        this.profiles = profiles;
        this.game = game;
    }

    void add(Routes routes) {
        routes.get("/api/connections", this::list);
        routes.get("/api/connections/health", context -> context.json(health()));
        routes.get("/api/connections/players/{player}", this::player);
        routes.post("/api/connections/players/{player}/messages", this::message);
    }

    /** A page of connections, in the order of their ids; hybrid mode answers from memory. */
    private void list(Context context) {
        int limit = Parameters.number(context, "limit", USUAL, 1, MOST);
        String after = context.queryParam("after");
        List<StateRecord<GameConnection>> page = state.all().stream()
                .filter(record -> after == null || record.id().compareTo(after) > 0)
                .sorted(Comparator.comparing(StateRecord::id))
                .limit(limit + 1L)
                .toList();
        boolean isMore = page.size() > limit;
        List<StateRecord<GameConnection>> shown = isMore ? page.subList(0, limit) : page;
        StateHealth health = state.health();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", status(health));
        answer.put("mode", StateModes.text(health.mode()));
        answer.put("process", state.options().process());
        answer.put("total", health.records());
        answer.put(
                "connections",
                game.roster().of(shown).stream()
                        .map(ConnectionRoutes::described)
                        .toList());
        if (isMore) {
            answer.put("next", shown.getLast().id());
        }
        context.json(answer);
    }

    private static Map<String, Object> described(Roster.Seat seat) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("id", seat.id());
        if (seat.player() != null) {
            described.put("player", seat.player());
        }
        described.put("process", seat.process());
        if (seat.room() != null) {
            described.put("room", seat.room());
        }
        described.put("score", seat.score());
        described.put("idleSeconds", seat.idleSeconds());
        described.put("since", seat.since());
        described.put("local", seat.isLocal());
        return described;
    }

    private void player(Context context) {
        String player = named(context);
        List<Roster.Seat> seats = game.roster().of(state.ofOwner(player));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("player", player);
        answer.put("online", !seats.isEmpty());
        answer.put(
                "connections", seats.stream().map(ConnectionRoutes::described).toList());
        try {
            Profiles.Profile profile = profiles.get(player);
            if (seats.isEmpty() && profile.lastSeen() == 0) {
                throw unknown();
            }
            answer.put("score", profile.score());
            answer.put("lastSeen", profile.lastSeen());
            if (profile.room() != null) {
                answer.put("room", profile.room());
            }
        } catch (MillraceException e) {
            if (seats.isEmpty()) {
                throw e;
            }
            answer.put("partial", true); // what memory knows of him, without what only Redis has
        }
        context.json(answer);
    }

    private static String named(Context context) {
        String player = PlainText.name(context.pathParam("player"));
        if (player == null) {
            throw unknown();
        }
        return player;
    }

    private static Problem unknown() {
        return Problem.notFound("there is no such player; GET /api/connections lists who is there");
    }

    private void message(Context context) {
        String player = named(context);
        String text = PlainText.of(json.body(context, Message.class).text()).strip();
        if (text.isEmpty()) {
            throw Problem.unprocessable("text has nothing that can be shown; send a line of letters");
        }
        Delivery delivery = game.sayings().toPlayer(player, "* message: " + text);
        int delivered = delivery.local() + delivery.remote();
        if (delivered == 0 && delivery.failed() > 0) {
            throw Problem.unavailable(
                    "Redis did not take the message for " + delivery.failed() + " connections of other processes",
                    Duration.ofSeconds(1));
        }
        if (delivered == 0) {
            throw Problem.notFound("that player is not here; GET /api/connections lists who is");
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("delivered", delivered);
        answer.put("local", delivery.local());
        answer.put("remote", delivery.remote());
        answer.put("processes", delivery.processes());
        answer.put("absent", delivery.absent());
        answer.put("failed", delivery.failed());
        context.json(answer);
    }

    private Map<String, Object> health() {
        StateHealth health = state.health();
        StateHealth.Counters counters = health.counters();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("status", status(health));
        answer.put("reasons", health.reasons());
        answer.put("mode", StateModes.text(health.mode()));
        answer.put("process", state.options().process());
        answer.put("connections", health.records());
        answer.put("local", health.local());
        answer.put("unwritten", health.unwritten());
        answer.put("oldestUnwrittenMs", health.oldestUnwritten().toMillis());
        answer.put("lastHeardMs", health.lastHeard().toMillis());
        answer.put("counters", counters);
        answer.put("profilesNotSaved", profiles.failed());
        return answer;
    }

    private static String status(StateHealth health) {
        return health.status().name().toLowerCase(Locale.ROOT);
    }
}
