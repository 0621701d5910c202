package dev.millrace.tools.server.game;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.state.State;
import dev.millrace.state.StateHealth;
import dev.millrace.state.StateListener;
import dev.millrace.state.StateMetrics;
import dev.millrace.state.StateMode;
import dev.millrace.state.StateOptions;
import dev.millrace.state.StateRecord;
import dev.millrace.tools.server.Platform;
import dev.millrace.tools.server.ServeOptions;
import dev.millrace.tools.server.Service;
import dev.millrace.tools.server.http.Routes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Connection state as a game has it: {@link Game} says what players can do, over TCP ({@link TelnetServer}) and WebSocket ({@link
 * GameSocket}), and {@link ConnectionRoutes} shows it over HTTP. All processes on one Redis have the same players.
 *
 * <p><b>A restart.</b> The records of a process that has died are removed when it is started again under its name, or by others
 * {@link StateOptions.Builder#deadAfter 15 s} later. What its players had stays: {@code login NAME} puts a player back into the room
 * where he was, with his score, and {@code resume ID SECRET} makes a connection the one it was before, in any process, for a day.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class ConnectionsService implements Service {
    /** Players notice sooner than this that others do not see what they do. */
    private static final Duration DEGRADED_AFTER = Duration.ofSeconds(2);

    private static final long TO_LEAVE = 1_000_000_000L;
    private static final Duration TO_SAVE = Duration.ofMillis(500);

    private final Platform platform;
    private final @Nullable TelnetServer telnet;
    private final State<GameConnection> state;
    private final StateMetrics metrics;
    private final Profiles profiles;
    private final Game game;
    private final Audience audience;

    /**
     * Listens, and reads all there is.
     *
     * @throws IllegalStateException if the game's port can't be had
     * @throws dev.millrace.command.MillraceException if Redis can't be read
     */
    public ConnectionsService(Platform platform) {
        this(platform, GameLimits.ofDefaults());
    }

    ConnectionsService(Platform platform, GameLimits limits) {
        this.platform = platform;
        ServeOptions options = platform.options();
        this.telnet = options.gamePort() < 0
                ? null
                : TelnetServer.listen(options.http().host(), options.gamePort(), limits);
        try {
            this.state = platform.redis().state(options(options));
        } catch (RuntimeException e) {
            if (telnet != null) {
                telnet.close();
            }
            throw e;
        }
        this.profiles = new Profiles(platform.redis());
        this.metrics = StateMetrics.of(platform.registry(), state);
        Players players = new Players(state, profiles);
        this.game = new Game(state, limits, players, new Admission(options.http()));
        this.audience = new Audience(limits, players, game);
        platform.switches()
                .add(
                        "state.mode",
                        "where connections are read and written: hybrid, redis-only or read-through:MILLISECONDS",
                        "redis-only",
                        () -> StateModes.text(state.mode()),
                        value -> state.mode(StateModes.of(value)));
        audience.start();
        if (telnet != null) {
            telnet.start(audience);
        }
    }

    private StateOptions<GameConnection> options(ServeOptions options) {
        StateMode mode;
        try {
            mode = StateModes.of(options.stateMode());
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException("MILLRACE_STATE_MODE: " + refused.getMessage());
        }
        return StateOptions.<GameConnection>builder("game")
                .fields(
                        GameFields.LOGGED_IN,
                        GameFields.ROOM,
                        GameFields.SCORE,
                        GameFields.LAST_SEEN,
                        GameFields.SINCE,
                        GameFields.LINES)
                .owner(GameFields.PLAYER)
                .index(GameFields.ROOM)
                .process(process(options))
                .mode(mode)
                .degradedAfter(DEGRADED_AFTER)
                .messages(Sayings::deliver)
                .listener(new StateListener<>() {
                    @Override
                    public void lost(StateRecord<GameConnection> record, Reason reason) {
                        ConnectionsService.lost(record, reason);
                    }
                })
                .build();
    }

    private static void lost(StateRecord<GameConnection> record, StateListener.Reason reason) {
        GameConnection connection = record.attachment();
        if (connection != null) {
            connection.end(
                    reason == StateListener.Reason.REPLACED
                            ? "* you have come back on another connection; good bye"
                            : "* you were disconnected; good bye");
        }
    }

    /** One port can't be two processes', so that a name made of it is the same after a restart; a free one says nothing. */
    private static String process(ServeOptions options) {
        String named = options.process();
        if (named != null) {
            return named;
        }
        int port = options.http().port();
        return machine(options) + ":"
                + (port == 0 ? UUID.randomUUID().toString().substring(0, 8) : Integer.toString(port));
    }

    private static String machine(ServeOptions options) {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return options.http().host();
        }
    }

    @Override
    public String name() {
        return "connections";
    }

    @Override
    public void routes(Routes routes) {
        new ConnectionRoutes(platform.json(), state, profiles, game).add(routes);
        routes.socket("/api/connections/socket", new GameSocket(audience)::configure);
    }

    /** The port of the game over TCP; -1 for none. */
    public int port() {
        return telnet == null ? -1 : telnet.port();
    }

    @Override
    public Map<String, Object> figures() {
        StateHealth health = state.health();
        StateHealth.Counters counters = health.counters();
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("status", health.status().name().toLowerCase(Locale.ROOT));
        figures.put("reasons", health.reasons());
        figures.put("mode", StateModes.text(health.mode()));
        figures.put("connections", health.records());
        figures.put("local", health.local());
        if (game.roster().isFree()) { // else it would be a trip for each of them
            figures.put(
                    "players",
                    state.all().stream()
                            .map(StateRecord::owner)
                            .filter(owner -> owner != null)
                            .distinct()
                            .count());
        }
        figures.put("unwritten", health.unwritten());
        figures.put("oldestUnwrittenMs", health.oldestUnwritten().toMillis());
        figures.put("written", counters.written());
        figures.put("coalesced", counters.coalesced());
        figures.put("failed", counters.failed());
        figures.put("dropped", counters.dropped());
        figures.put("conflicts", counters.conflicts());
        return figures;
    }

    @Override
    public void quiesce() {
        if (telnet != null) {
            telnet.close();
        }
        audience.quiesce();
    }

    /** Ends all connections, saves their players, and writes what is unwritten. */
    @Override
    public void close() {
        quiesce();
        audience.close(TO_LEAVE);
        boolean unused = state.flush(TO_SAVE);
        profiles.close(TO_SAVE);
        metrics.close();
        state.close();
    }
}
