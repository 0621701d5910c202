package dev.millrace.tools.server.game;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.MillraceException;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.state.Delivery;
import dev.millrace.state.State;
import dev.millrace.state.StateHealth;
import dev.millrace.state.StateRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands, the same over TCP and WebSocket. Each line reads and touches its connection's state first. Answers begin with an
 * asterisk, and with an exclamation mark where something was not done; what is said in a room begins with its name.
 *
 * <p>Thread-safe; each connection's lines come from one thread.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Game {
    private static final Logger LOG = LoggerFactory.getLogger(Game.class);
    private static final int MOST_SHOWN = 200;
    private static final long NANOS = 1_000_000_000L;
    private static final String NAMES =
            "has 1 to 32 letters, digits, or any of _ . - and no spaces; it is not protected: whoever says it has it";

    private static final List<String> HELP = List.of(
            "* login NAME            play as NAME, in the room you were in last",
            "* join ROOM             go to a room",
            "* say TEXT              to everyone in the room",
            "* tell NAME TEXT        to one player, wherever he is",
            "* who                   all players of all processes",
            "* look                  where you are, and who else",
            "* stats                 you, and how the game is",
            "* idle [NAME]           since when you, or another, have said nothing",
            "* resume ID SECRET      come back as the connection you were",
            "* logout, quit, help");

    private final State<GameConnection> state;
    private final GameLimits limits;
    private final Players players;
    private final Roster roster;
    private final Sayings sayings;
    private final Admission admission;

    Game(State<GameConnection> state, GameLimits limits, Players players, Admission admission) {
        this.state = state;
        this.limits = limits;
        this.players = players;
        this.roster = new Roster(state);
        this.sayings = new Sayings(state, roster);
        this.admission = admission;
    }

    Roster roster() {
        return roster;
    }

    Sayings sayings() {
        return sayings;
    }

    /** Greets one who connects, and tells all processes of him, once he is admitted. */
    void begin(GameConnection connection, boolean isAdmitted) {
        boolean unused = connection.offer("* Millrace, on " + state.options().process() + ". Say help.");
        if (!isAdmitted && admission.isAsked()) {
            unused = connection.offer("* this server has a token; begin with: token TOKEN");
            return;
        }
        admit(connection);
    }

    private void admit(GameConnection connection) {
        connection.isAdmitted = true;
        try {
            players.register(connection);
        } catch (MillraceException e) {
            boolean unused = connection.offer("! Redis is away: nobody sees you yet; login tries again");
        }
        boolean unused =
                connection.offer("* you are connection " + connection.id + "; once you have logged in you can come"
                        + " back by: resume " + connection.id + " " + connection.secret);
    }

    /** The connection has ended. */
    void end(GameConnection connection) {
        players.disconnect(connection);
    }

    /** A line was refused for its length. */
    void tooLong(GameConnection connection) {
        line(connection, " ");
        boolean unused =
                connection.offer("! a line has up to " + limits.lineLength() + " characters; that one is dropped");
    }

    /** A line came. */
    void line(GameConnection connection, String raw) {
        long now = System.nanoTime();
        long silent = connection.silentNanos(now);
        connection.heard(now);
        if (!connection.rate.takes(now)) {
            if (connection.rate.isFirstRefusal()) {
                boolean unused = connection.offer("! slow down: up to " + limits.linesPerSecond()
                        + " lines a second; what comes faster is dropped");
            }
            return;
        }
        String text = PlainText.of(raw).strip();
        try {
            if (connection.isAdmitted) {
                players.touch(connection);
                command(connection, text, silent);
            } else {
                knock(connection, text);
            }
        } catch (OutcomeUnknown e) {
            boolean unused =
                    connection.offer("! Redis did not answer: whether that is done nobody knows yet; see stats");
        } catch (MillraceException e) {
            boolean unused =
                    connection.offer("! Redis did not do its part in time, so that is not done; try again later");
        } catch (RuntimeException e) {
            LOG.error("a line of the game failed", e);
            boolean unused = connection.offer("! that failed; the server's log says more");
        }
    }

    /** What one may say before he has shown the token. */
    private void knock(GameConnection connection, String text) {
        String[] words = text.split(" +", 2);
        if (words[0].equalsIgnoreCase("quit")) {
            connection.end("* good bye");
        } else if (words[0].equalsIgnoreCase("token") && words.length == 2 && admission.admits(words[1].strip())) {
            admit(connection);
        } else if (++connection.wrongTokens >= 3) {
            connection.end("! that is not the token either; good bye");
        } else if (!text.isEmpty()) {
            boolean unused = connection.offer("! this server has a token, and that is not it; begin with: token TOKEN");
        }
    }

    private void command(GameConnection connection, String text, long silentNanos) {
        int space = text.indexOf(' ');
        String word = (space < 0 ? text : text.substring(0, space)).toLowerCase(Locale.ROOT);
        String rest = space < 0 ? "" : text.substring(space + 1).strip();
        switch (word) {
            case "" -> {}
            case "help" -> {
                boolean unused = connection.offer(HELP);
            }
            case "login" -> login(connection, rest);
            case "logout" -> logout(connection);
            case "resume" -> resume(connection, rest);
            case "join" -> join(connection, rest);
            case "say" -> say(connection, rest);
            case "tell" -> tell(connection, rest);
            case "who" -> who(connection);
            case "look" -> look(connection);
            case "stats" -> stats(connection);
            case "idle" -> idle(connection, rest, silentNanos);
            case "quit" -> connection.end("* good bye");
            default -> refuse(connection, "there is no command \"" + shortened(word) + "\"; say help");
        }
    }

    private static String shortened(String word) {
        return word.length() <= 20 ? word : word.substring(0, word.offsetByCodePoints(0, 10)) + "…";
    }

    private static void answer(GameConnection connection, String text) {
        boolean unused = connection.offer("* " + text);
    }

    private static void refuse(GameConnection connection, String text) {
        boolean unused = connection.offer("! " + text);
    }

    // ---- who one is ----

    private void login(GameConnection connection, String wanted) {
        String name = PlainText.name(wanted);
        String before = Players.player(connection);
        if (name == null) {
            refuse(connection, "a player's name " + NAMES);
        } else if (before != null) {
            refuse(connection, "you are " + before + "; logout first");
        } else {
            boolean isKnown = players.login(connection, name);
            if (!isKnown) {
                refuse(connection, "where you were last could not be read; it is kept until you join a room");
            }
            arrived(connection, name);
        }
    }

    private void arrived(GameConnection connection, String player) {
        String room = Players.room(connection);
        StateRecord<GameConnection> record = connection.record;
        answer(
                connection,
                "you are " + player + ", in " + room + ", score "
                        + (record == null ? 0 : record.get(GameFields.SCORE)));
        if (room != null) {
            told(connection, sayings.toRoom(room, "* " + player + " is here"));
        }
    }

    private void resume(GameConnection connection, String rest) {
        String[] words = rest.split(" +");
        if (words.length != 2 || words[0].length() > 64 || words[1].length() > 64) {
            refuse(connection, "write resume ID SECRET, as they were told when you connected");
        } else if (Players.player(connection) != null) {
            refuse(connection, "you are " + Players.player(connection) + "; logout first");
        } else {
            String player = players.resume(connection, words[0], words[1]);
            if (player == null) {
                refuse(connection, "nothing is resumed by that; after a day, or a logout, use login NAME");
            } else {
                arrived(connection, player);
            }
        }
    }

    private void logout(GameConnection connection) {
        String player = Players.player(connection);
        String room = Players.room(connection);
        if (player == null) {
            refuse(connection, "you have not logged in");
            return;
        }
        players.logout(connection);
        answer(connection, "you have logged out");
        if (room != null) {
            told(connection, sayings.toRoom(room, "* " + player + " has left"));
        }
    }

    // ---- rooms and words ----

    private void join(GameConnection connection, String wanted) {
        String room = PlainText.name(wanted);
        String player = Players.player(connection);
        String before = Players.room(connection);
        if (player == null) {
            refuse(connection, "login first");
        } else if (room == null) {
            refuse(connection, "a room's name has 1 to 32 letters, digits, or any of _ . - and no spaces");
        } else if (room.equals(before)) {
            answer(connection, "you are in " + room + " already");
        } else {
            players.move(connection, room);
            if (before != null) {
                told(connection, sayings.toRoom(before, "* " + player + " has gone to " + room));
            }
            told(connection, sayings.toRoom(room, "* " + player + " is here, in " + room));
        }
    }

    private void say(GameConnection connection, String text) {
        String player = Players.player(connection);
        String room = Players.room(connection);
        if (player == null) {
            refuse(connection, "login first");
        } else if (room == null) {
            refuse(connection, "join a room first");
        } else if (text.isEmpty()) {
            refuse(connection, "say what? write say TEXT");
        } else {
            players.earn(connection);
            told(connection, sayings.toRoom(room, "[" + room + "] " + player + ": " + text));
        }
    }

    private void tell(GameConnection connection, String rest) {
        String player = Players.player(connection);
        int space = rest.indexOf(' ');
        String to = PlainText.name(space < 0 ? rest : rest.substring(0, space));
        if (player == null) {
            refuse(connection, "login first");
        } else if (space < 0 || to == null) {
            refuse(connection, "write tell NAME TEXT; a name has no spaces");
        } else {
            Delivery delivery = sayings.toPlayer(
                    to, player + " tells you: " + rest.substring(space + 1).strip());
            if (delivery.local() + delivery.remote() > 0) {
                players.earn(connection);
                answer(connection, "told " + to);
            } else if (delivery.failed() == 0) {
                refuse(connection, to + " is not here");
            }
            told(connection, delivery);
        }
    }

    /** Says of those who did not get a message. */
    private static void told(GameConnection connection, Delivery delivery) {
        if (delivery.failed() > 0) {
            refuse(
                    connection,
                    "Redis did not take it for " + delivery.failed()
                            + " connections of other processes, who did not get it");
        }
    }

    // ---- who is where ----

    private void who(GameConnection connection) {
        List<Roster.Seat> seats = roster.all();
        List<Roster.Seat> playing = seats.stream()
                .filter(seat -> seat.player() != null)
                .sorted(Comparator.comparing(seat -> String.valueOf(seat.player())))
                .toList();
        List<String> lines = new ArrayList<>();
        for (Roster.Seat seat : playing.subList(0, Math.min(playing.size(), MOST_SHOWN))) {
            String where = seat.room() == null ? "arriving" : "in " + seat.room(); // the room is written behind
            lines.add("* " + seat.player() + " " + where + " on " + seat.process() + ", idle " + seat.idleSeconds()
                    + " s");
        }
        if (playing.size() > MOST_SHOWN) {
            lines.add("* and " + (playing.size() - MOST_SHOWN) + " more; GET /api/connections has all");
        }
        lines.add("* " + playing.size() + " play, " + (seats.size() - playing.size()) + " have not logged in");
        boolean unused = connection.offer(lines);
    }

    private void look(GameConnection connection) {
        String room = Players.room(connection);
        if (room == null) {
            answer(connection, "you are nowhere; login first");
            return;
        }
        List<String> others = roster.inRoom(room).stream()
                .map(seat -> String.valueOf(seat.player()))
                .distinct()
                .sorted()
                .toList();
        String more = others.size() > MOST_SHOWN ? " and " + (others.size() - MOST_SHOWN) + " more" : "";
        answer(
                connection,
                "you are in " + room + " with "
                        + String.join(", ", others.subList(0, Math.min(MOST_SHOWN, others.size()))) + more);
    }

    private void stats(GameConnection connection) {
        StateHealth health = state.health();
        String player = Players.player(connection);
        StateRecord<GameConnection> record = connection.record;
        List<String> lines = new ArrayList<>();
        if (record == null) {
            lines.add("* you are connection " + connection.id + ", which nobody else sees yet");
        } else {
            long seconds = (System.currentTimeMillis() - record.get(GameFields.SINCE)) / 1_000;
            lines.add("* you are " + (player == null ? "nobody yet" : player) + ", connection " + record.id() + " on "
                    + record.process() + " since " + seconds + " s, in " + Players.room(connection) + ", score "
                    + record.get(GameFields.SCORE) + ", " + record.get(GameFields.LINES) + " lines");
        }
        lines.add("* " + health.records() + " connections, " + health.local() + " of them here; the state is "
                + StateModes.text(health.mode()) + ", " + health.status().name().toLowerCase(Locale.ROOT)
                + (health.reasons().isEmpty() ? "" : ": " + String.join("; ", health.reasons())));
        boolean unused = connection.offer(lines);
    }

    private void idle(GameConnection connection, String name, long silentNanos) {
        if (name.isEmpty()) {
            answer(connection, "your last line before was " + silentNanos / NANOS + " s ago");
            return;
        }
        @Nullable String player = PlainText.name(name);
        List<Roster.Seat> seats = player == null ? List.of() : roster.of(state.ofOwner(player));
        if (seats.isEmpty()) {
            refuse(connection, shortened(name) + " is not here");
        } else {
            long least =
                    seats.stream().mapToLong(Roster.Seat::idleSeconds).min().orElse(0);
            answer(connection, player + " said something " + least + " s ago");
        }
    }
}
