package dev.millrace.tools.server.game;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.state.State;
import dev.millrace.state.StateMode;
import dev.millrace.state.StateRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Who is there. In hybrid mode it is read from memory. In the others each value is a trip, as that mode means it, and those who are
 * looked at are asked about at the same time, so that they share writes on the wire.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the state is
final class Roster {
    private static final int AT_ONCE = 500;
    private static final Duration LONGEST = Duration.ofSeconds(5);

    /**
     * A connection as it is at a moment.
     *
     * @param player null for one who has not logged in
     * @param room null for one who is in none
     * @param lastSeen in ms since 1970
     */
    record Seat(
            String id,
            @Nullable String player,
            String process,
            @Nullable String room,
            long score,
            long lastSeen,
            long since,
            boolean isLocal) {
        static Seat of(StateRecord<?> record) {
            return new Seat(
                    record.id(),
                    record.get(GameFields.PLAYER),
                    record.process(),
                    record.get(GameFields.ROOM),
                    record.get(GameFields.SCORE),
                    record.get(GameFields.LAST_SEEN),
                    record.get(GameFields.SINCE),
                    record.isLocal());
        }

        long idleSeconds() {
            return Math.max(0, (System.currentTimeMillis() - lastSeen) / 1_000);
        }
    }

    private final State<GameConnection> state;

    Roster(State<GameConnection> state) {
        this.state = state;
    }

    boolean isFree() {
        return state.mode().kind() == StateMode.Kind.HYBRID;
    }

    /** All that are known. */
    List<Seat> all() {
        return of(state.all());
    }

    /** All that are in a room. */
    List<Seat> inRoom(String room) {
        if (isFree()) {
            return of(state.having(GameFields.ROOM, room));
        }
        return all().stream().filter(seat -> room.equals(seat.room())).toList();
    }

    /**
     * Some of them.
     *
     * @throws dev.millrace.command.MillraceException if they have to be read from Redis, and can't be
     */
    List<Seat> of(Collection<StateRecord<GameConnection>> records) {
        if (isFree()) {
            return records.stream().map(Seat::of).toList();
        }
        List<StateRecord<GameConnection>> left = List.copyOf(records);
        List<Seat> seats = new ArrayList<>(left.size());
        try (ExecutorService asking = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("millrace-game-roster").factory())) {
            for (int from = 0; from < left.size(); from += AT_ONCE) {
                List<StateRecord<GameConnection>> some = left.subList(from, Math.min(left.size(), from + AT_ONCE));
                List<Future<Seat>> answers = asking.invokeAll(
                        some.stream()
                                .<java.util.concurrent.Callable<Seat>>map(record -> () -> Seat.of(record))
                                .toList(),
                        LONGEST.toMillis(),
                        TimeUnit.MILLISECONDS);
                for (Future<Seat> answer : answers) {
                    seats.add(answer.get());
                }
            }
        } catch (InterruptedException | CancellationException | ExecutionException e) {
            throw raised(e);
        }
        return seats;
    }

    private static RuntimeException raised(Exception e) {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        return e.getCause() instanceof RuntimeException cause
                ? cause
                : new IllegalStateException("who is there can't be read in time", e);
    }
}
