package dev.millrace.tools.server.game;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.state.Delivery;
import dev.millrace.state.State;
import dev.millrace.state.StateRecord;
import java.nio.charset.StandardCharsets;

/**
 * What players and the server say to others, wherever those are: nothing goes to Redis for connections of this process, and one
 * message to each other process, however many of its connections it is for.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the state is
final class Sayings {
    private final State<GameConnection> state;
    private final Roster roster;

    Sayings(State<GameConnection> state, Roster roster) {
        this.state = state;
        this.roster = roster;
    }

    /** To all in a room. */
    Delivery toRoom(String room, String text) {
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        if (roster.isFree()) {
            return state.broadcast(GameFields.ROOM, room, message);
        }
        return state.broadcast(roster.inRoom(room).stream().map(Roster.Seat::id).toList(), message);
    }

    /** To all connections of a player. */
    Delivery toPlayer(String player, String text) {
        return state.sendToOwner(player, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A message has come for a connection of this process. */
    static void deliver(StateRecord<GameConnection> record, byte[] message) {
        GameConnection connection = record.attachment();
        if (connection != null) {
            boolean unused = connection.offer(new String(message, StandardCharsets.UTF_8));
        }
    }
}
