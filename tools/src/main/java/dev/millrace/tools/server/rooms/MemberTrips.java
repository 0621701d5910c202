package dev.millrace.tools.server.rooms;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.Millrace;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Rejected;
import dev.millrace.command.Script;
import dev.millrace.command.Value;
import dev.millrace.tools.server.http.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Joins, departures and looks at the listeners of rooms. Who asks of one room at the same time shares trips: the first leaves at
 * once, who comes during the trip leaves with the next. When that shows a storm, what follows gathers until nobody has come for
 * the time of two trips (8 to 50 ms), and for no longer than that of ten (100 to 250 ms); so a hundred joins are a handful of
 * trips, and a lone one waits for nothing.
 *
 * <p>Bounded: {@value #WAITING} wait for one room, more are rejected. Thread-safe; a room has a thread only while somebody asks.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // lines are changed only inside the map's compute, which is exclusive for each
final class MemberTrips {
    private static final int WAITING = 2_000;
    private static final int BATCH = 250;
    private static final long MS = 1_000_000;

    /** How many may listen to one room. */
    static final int MOST_LISTENERS = 10_000;

    /** Who has not joined again for so long is gone. */
    private static final Duration LONGEST = Duration.ofDays(1);

    private static final Duration WITHIN = Duration.ofSeconds(2);

    private static final Script<Value> MEMBERS = Script.of(Script.source(MemberTrips.class, "members.lua"));

    /** What is asked; the script knows them by their names. */
    enum What {
        /** 1 new, 0 there before, -1 full. */
        JOIN,
        /** 1 was there, 0 not. */
        LEAVE,
        /** 1 there, 0 not. */
        HAS,
        /** 1. */
        LOOK;

        private final String inScript = name().toLowerCase(java.util.Locale.ROOT);
    }

    /**
     * What became of it.
     *
     * @param members the room after the trip
     * @param result by what was asked
     */
    record Answered(Members members, int result) {}

    private record Asked(What what, String listener, CompletableFuture<Answered> answer) {}

    private static final class Line {
        private final List<Asked> waiting = new ArrayList<>();
    }

    private final Millrace redis;
    private final ConcurrentHashMap<String, Line> lines = new ConcurrentHashMap<>();

    MemberTrips(Millrace redis) {
        this.redis = redis;
    }

    /** Asks, and does not wait; {@link #await} does. */
    CompletableFuture<Answered> ask(String room, What what, String listener) {
        Asked asked = new Asked(what, listener, new CompletableFuture<>());
        lines.compute(room, (name, known) -> {
            Line line = known;
            if (line == null) {
                line = new Line();
                Thread.ofVirtual().name("millrace-members").start(() -> serve(name));
            }
            if (line.waiting.size() >= WAITING) {
                asked.answer.completeExceptionally(
                        new Rejected("as many wait for the room's listeners as may, " + WAITING));
            } else {
                line.waiting.add(asked);
            }
            return line;
        });
        return asked.answer;
    }

    /**
     * Waits for an answer.
     *
     * @throws Problem 404 if there is no such room
     * @throws MillraceException if Redis did not do its part in time
     */
    static Answered await(CompletableFuture<Answered> answer) {
        try {
            return answer.get(2 * WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutcomeUnknown("the calling thread was interrupted while its trip was under way", e);
        } catch (TimeoutException e) {
            throw new OutcomeUnknown("no answer about the room's listeners came within " + WITHIN.multipliedBy(2), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MillraceException failure) {
                throw failure.raised();
            }
            throw e.getCause() instanceof Problem problem ? problem : new IllegalStateException(e.getCause());
        }
    }

    // ---- the thread of a room ----

    private void serve(String room) {
        boolean storm = false;
        long tripNanos = 0;
        while (true) {
            if (storm) {
                gather(room, tripNanos);
            }
            List<Asked> batch = take(room);
            if (batch.isEmpty()) {
                return;
            }
            storm = batch.size() > 1;
            long began = System.nanoTime();
            try {
                run(room, batch);
            } catch (RuntimeException | Error failed) {
                batch.forEach(asked -> asked.answer.completeExceptionally(failed));
            }
            tripNanos = System.nanoTime() - began;
        }
    }

    private void gather(String room, long tripNanos) {
        long quiet = Math.clamp(2 * tripNanos, 8 * MS, 50 * MS);
        long end = System.nanoTime() + Math.clamp(10 * tripNanos, 100 * MS, 250 * MS);
        int before = -1;
        for (int now = waiting(room);
                now != before && now < BATCH && end - System.nanoTime() > 0;
                now = waiting(room)) {
            before = now;
            LockSupport.parkNanos(quiet);
        }
    }

    private int waiting(String room) {
        int[] size = {0};
        lines.computeIfPresent(room, (name, line) -> {
            size[0] = line.waiting.size();
            return line;
        });
        return size[0];
    }

    /** What leaves next; with nothing, the room has no thread any more. */
    private List<Asked> take(String room) {
        List<Asked> batch = new ArrayList<>();
        lines.computeIfPresent(room, (name, line) -> {
            if (line.waiting.isEmpty()) {
                return null;
            }
            List<Asked> next = line.waiting.subList(0, Math.min(BATCH, line.waiting.size()));
            batch.addAll(next);
            next.clear();
            return line;
        });
        return batch;
    }

    private void run(String room, List<Asked> batch) {
        List<Object> arguments = new ArrayList<>(List.of(
                RoomKeys.CHANNEL,
                room,
                Integer.toString(MOST_LISTENERS),
                Long.toString(LONGEST.toMillis()),
                Integer.toString(Members.NAMED)));
        for (Asked asked : batch) {
            arguments.add(asked.what.inScript);
            arguments.add(asked.listener);
        }
        Object[] keys = {RoomKeys.room(room), RoomKeys.listeners(room)};
        // Who joins twice listens once: it may be sent again.
        Value value = redis.run(MEMBERS.call(keys, arguments.toArray()).idempotent(), WITHIN);
        List<Value> answer = Objects.requireNonNull(value).asList();
        if (answer.getFirst().asLong() == 0) {
            throw noSuchRoom(room);
        }
        Members members = Members.of(answer);
        List<Value> results = answer.get(5).asList();
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).answer.complete(new Answered(members, (int)
                    results.get(i).asLong()));
        }
    }

    static Problem noSuchRoom(String room) {
        return Problem.notFound("there is no room of this name; POST /api/rooms makes one")
                .with("room", room);
    }

    /** Fails whoever still waits. */
    void close() {
        NotSent closed = new NotSent("the server is stopping");
        lines.replaceAll((room, line) -> {
            line.waiting.forEach(asked -> asked.answer.completeExceptionally(closed));
            line.waiting.clear();
            return line;
        });
    }
}
