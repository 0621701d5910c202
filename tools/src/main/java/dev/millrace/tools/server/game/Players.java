package dev.millrace.tools.server.game;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.MillraceException;
import dev.millrace.state.Changes;
import dev.millrace.state.State;
import dev.millrace.state.StateMode;
import dev.millrace.state.StateRecord;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The coming and going of connections and players: what is registered, bound, resumed, saved and removed. A login is one trip: the
 * binding and the player's profile travel together, unless this process has yet to save him. Moving costs none in hybrid mode.
 *
 * <p>Thread-safe; each connection's methods are called by the thread that reads its lines.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Players {
    /** Where players are who have been nowhere before. */
    static final String LOBBY = "lobby";

    private static final Duration PATIENCE = Duration.ofSeconds(6);

    private final State<GameConnection> state;
    private final Profiles profiles;

    Players(State<GameConnection> state, Profiles profiles) {
        this.state = state;
        this.profiles = profiles;
    }

    // ---- connections ----

    /**
     * Tells all processes of a connection, in one trip.
     *
     * @throws MillraceException if Redis can't be told; the connection has no record then
     */
    void register(GameConnection connection) {
        long now = System.currentTimeMillis();
        connection.record = state.register(
                connection.id,
                connection,
                change -> change.set(GameFields.SINCE, now).set(GameFields.LAST_SEEN, now));
    }

    /** Reads and touches a connection's state, as every line does: in hybrid mode in memory, else in one trip or two. */
    void touch(GameConnection connection) {
        StateRecord<GameConnection> record = connection.record;
        connection.lines++;
        if (record == null) {
            return;
        }
        long now = System.currentTimeMillis();
        if (isHybrid()) {
            boolean unused = record.set(GameFields.LAST_SEEN, now);
        } else {
            StateRecord<GameConnection> unused = state.touch(connection.id, GameFields.LAST_SEEN, now);
        }
        boolean unused = record.set(GameFields.LINES, connection.lines);
    }

    private boolean isHybrid() {
        return state.mode().kind() == StateMode.Kind.HYBRID;
    }

    /** Saves what its player has, and removes it. Waits for nothing in hybrid mode; does nothing the second time. */
    void disconnect(GameConnection connection) {
        StateRecord<GameConnection> record = connection.record;
        if (record == null) {
            return;
        }
        try {
            if (record.isGone()) {
                saveMoves(connection); // he has come back on another connection, which knows better where he is
                return;
            }
            save(connection);
            boolean unused = record.disconnect();
        } catch (MillraceException e) {
            // The process's heartbeat is what keeps records: this one goes with it at the latest.
        }
    }

    // ---- players ----

    /** Who plays a connection; null for nobody. */
    static @Nullable String player(GameConnection connection) {
        StateRecord<GameConnection> record = connection.record;
        return record == null ? null : record.get(GameFields.PLAYER);
    }

    /** Where its player is; null for nowhere. */
    static @Nullable String room(GameConnection connection) {
        StateRecord<GameConnection> record = connection.record;
        return record == null ? null : record.get(GameFields.ROOM);
    }

    /**
     * Binds a player to a connection, who is put where he was last.
     *
     * @return false if his profile could not be read
     * @throws MillraceException if the binding is not known to be in Redis
     */
    boolean login(GameConnection connection, String player) {
        Profiles.Reading reading = profiles.begin(player);
        Consumer<Changes> binding =
                change -> change.set(GameFields.PLAYER, player).set(GameFields.LOGGED_IN, true);
        StateRecord<GameConnection> record = connection.record;
        if (record == null || record.isGone()) {
            connection.record = state.register(
                    connection.id,
                    connection,
                    binding.andThen(change -> change.set(GameFields.SINCE, System.currentTimeMillis())
                            .set(GameFields.LAST_SEEN, System.currentTimeMillis())));
        } else {
            boolean unused = record.update(binding);
        }
        Profiles.Profile profile = reading.await(PATIENCE);
        place(connection, profile);
        profiles.allowResuming(connection.id, connection.secret, player);
        save(connection);
        return profile != null;
    }

    /** Puts him where he was; behind in hybrid mode, else in one trip. */
    private void place(GameConnection connection, Profiles.@Nullable Profile profile) {
        StateRecord<GameConnection> record = connection.record;
        if (record == null) {
            return;
        }
        connection.isPlaced = profile != null;
        String known = profile == null || profile.room() == null ? null : PlainText.name(profile.room());
        String room = known == null ? LOBBY : known;
        long score = profile == null ? 0 : profile.score();
        if (isHybrid()) {
            boolean unused = record.set(GameFields.ROOM, room) && record.set(GameFields.SCORE, score);
        } else {
            boolean unused =
                    record.update(change -> change.set(GameFields.ROOM, room).set(GameFields.SCORE, score));
        }
    }

    /** Takes the player away from a connection, in one trip. */
    void logout(GameConnection connection) {
        save(connection);
        profiles.forbidResuming(connection.id);
        StateRecord<GameConnection> record = connection.record;
        if (record != null) {
            boolean unused = record.update(change -> change.set(GameFields.PLAYER, null)
                    .set(GameFields.LOGGED_IN, false)
                    .set(GameFields.ROOM, null)
                    .set(GameFields.SCORE, 0));
        }
    }

    /** Puts a player into another room; in hybrid mode nothing waits for Redis. */
    void move(GameConnection connection, String room) {
        StateRecord<GameConnection> record = connection.record;
        if (record != null && record.set(GameFields.ROOM, room)) {
            connection.isPlaced = true;
            earn(connection);
            save(connection);
        }
    }

    /** Counts a move. */
    void earn(GameConnection connection) {
        StateRecord<GameConnection> record = connection.record;
        if (record != null) {
            connection.earned.incrementAndGet();
            boolean unused = record.set(GameFields.SCORE, record.get(GameFields.SCORE) + 1);
        }
    }

    /** Saves its player's profile, without waiting for that. */
    void save(GameConnection connection) {
        String player = player(connection);
        if (player != null) {
            String room = connection.isPlaced ? room(connection) : null;
            profiles.save(player, connection.id, room, connection.earned.getAndSet(0));
        }
    }

    private void saveMoves(GameConnection connection) {
        String player = player(connection);
        long moves = connection.earned.getAndSet(0);
        if (player != null && moves > 0) {
            profiles.save(player, connection.id, null, moves);
        }
    }

    /**
     * Makes a connection another one, whose secret it has: the record gets its id, and its player is where he was. Whoever has that
     * connection now, in whatever process, loses it. Two trips.
     *
     * @return the player; null if nothing is resumed by that
     * @throws MillraceException if it is not known to be in Redis
     */
    @Nullable
    String resume(GameConnection connection, String id, String secret) {
        String player = profiles.resumed(id, secret);
        if (player == null) {
            return null;
        }
        Profiles.Reading reading = profiles.begin(player);
        long now = System.currentTimeMillis();
        StateRecord<GameConnection> before = connection.record;
        StateRecord<GameConnection> record = state.register(
                id,
                connection,
                change -> change.set(GameFields.PLAYER, player)
                        .set(GameFields.LOGGED_IN, true)
                        .set(GameFields.SINCE, now)
                        .set(GameFields.LAST_SEEN, now));
        connection.id = id;
        connection.record = record;
        if (before != null) {
            boolean unused = before.disconnect();
        }
        connection.secret = secret;
        place(connection, reading.await(PATIENCE));
        return player;
    }
}
