package dev.millrace.tools.server.flights;

import static dev.millrace.command.Hashes.hgetAll;
import static dev.millrace.command.Hashes.hvalsBytes;
import static dev.millrace.command.Lists.lrange;
import static dev.millrace.command.SortedSetRanges.zremRangeByRank;
import static dev.millrace.command.SortedSets.zadd;
import static dev.millrace.command.SortedSets.zcard;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.Millrace;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Script;
import dev.millrace.command.SortedSetRanges;
import dev.millrace.tools.flight.Problems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tracks of flights in Redis. A track is a hash with a field for each part that was stored, so that storing costs one short command a
 * part and a part that comes twice is there once; parts are put in the order of their times when the track is read. Beside it stand
 * the flight's counters and the first of its problems. A flight is gone 30 days after its last points.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the client is
final class TrackStore {
    /** Flights that are listed; older ones can still be read by their ids. */
    static final int MOST_LISTED = 10_000;

    /** Points of one flight: ten a second for eight hours. What comes beyond is rejected, and told by the flight's problems. */
    static final int MOST_POINTS = 300_000;

    static final Duration KEPT = Duration.ofDays(30);

    private static final Script<Long> STORE = Script.returningLong(Script.source(TrackStore.class, "store.lua"));

    private final Millrace redis;
    private final int mostPoints;

    TrackStore(Millrace redis) {
        this(redis, MOST_POINTS);
    }

    /** @param mostPoints of one flight */
    TrackStore(Millrace redis, int mostPoints) {
        this.redis = redis;
        this.mostPoints = mostPoints;
    }

    // ---- storing ----

    /**
     * What became of parts.
     *
     * @param points stored that were not there before
     * @param failures by flight; flights that are not in it are stored
     */
    record Stored(long points, Map<String, MillraceException> failures) {}

    /** Stores parts of any flights in one trip. Each flight's parts are stored or not by themselves. */
    Stored store(List<CheckedPart> parts) {
        Map<String, List<CheckedPart>> byFlight = new LinkedHashMap<>();
        parts.forEach(part -> byFlight.computeIfAbsent(part.part().flight(), unused -> new ArrayList<>())
                .add(part));
        long now = System.currentTimeMillis();
        Batch batch = redis.batch();
        Map<String, Reply<Long>> replies = new LinkedHashMap<>();
        Map<String, Double> newest = new LinkedHashMap<>();
        byFlight.forEach((flight, its) -> {
            replies.put(flight, batch.add(STORE.call(FlightKeys.all(flight), arguments(its, now))));
            newest.put(flight, (double) now);
        });
        Reply<Long> listed = batch.add(zadd(FlightKeys.NEWEST, newest));
        Reply<Long> trimmed = batch.add(zremRangeByRank(FlightKeys.NEWEST, 0, -MOST_LISTED - 1L));
        batch.run();
        long points = 0;
        Map<String, MillraceException> failures = new LinkedHashMap<>();
        MillraceException index = listed.error() == null ? trimmed.error() : listed.error();
        for (Map.Entry<String, Reply<Long>> reply : replies.entrySet()) {
            MillraceException failure = reply.getValue().error();
            if (failure == null) {
                points += reply.getValue().orElse(0L);
                failure = index;
            }
            if (failure != null) {
                failures.put(reply.getKey(), failure);
            }
        }
        return new Stored(points, failures);
    }

    private Object[] arguments(List<CheckedPart> parts, long now) {
        List<Object> arguments = new ArrayList<>();
        arguments.add(Long.toString(now));
        arguments.add(Long.toString(KEPT.toMillis()));
        arguments.add(Integer.toString(mostPoints));
        arguments.add(Integer.toString(Problems.KEPT));
        arguments.add(Integer.toString(parts.size()));
        parts.forEach(part -> part.addArguments(arguments));
        return arguments.toArray();
    }

    // ---- reading ----

    /** A flight with all its points, in one trip; empty if there is none. */
    Optional<StoredFlight> read(String flight) {
        Batch batch = redis.batch();
        Reply<List<byte[]>> parts = batch.add(hvalsBytes(FlightKeys.track(flight)));
        Reply<Map<String, String>> about = batch.add(hgetAll(FlightKeys.about(flight)));
        Reply<List<String>> problems = batch.add(lrange(FlightKeys.problems(flight), 0, -1));
        batch.run();
        Map<String, String> known = Objects.requireNonNull(about.get());
        return known.isEmpty()
                ? Optional.empty()
                : Optional.of(new StoredFlight(
                        FlightCounts.of(flight, known),
                        Objects.requireNonNull(parts.get()),
                        Objects.requireNonNull(problems.get())));
    }

    /**
     * The newest flights without their points, in two trips.
     *
     * @param total how many are listed, those that are gone meanwhile among them
     */
    record Newest(long total, List<FlightCounts> flights) {}

    Newest newest(int offset, int limit) {
        Batch index = redis.batch();
        Reply<Long> total = index.add(zcard(FlightKeys.NEWEST));
        Reply<List<String>> ids = index.add(SortedSetRanges.zrevRange(FlightKeys.NEWEST, offset, offset + limit - 1L));
        index.run();
        return new Newest(Objects.requireNonNull(total.get()), counts(Objects.requireNonNull(ids.get())));
    }

    private List<FlightCounts> counts(Collection<String> ids) {
        Batch batch = redis.batch();
        Map<String, Reply<Map<String, String>>> replies = new LinkedHashMap<>();
        ids.forEach(id -> replies.put(id, batch.add(hgetAll(FlightKeys.about(id)))));
        batch.run();
        List<FlightCounts> counts = new ArrayList<>();
        replies.forEach((id, reply) -> {
            Map<String, String> known = Objects.requireNonNull(reply.get());
            if (!known.isEmpty()) {
                counts.add(FlightCounts.of(id, known));
            }
        });
        return counts;
    }

    /** How many flights are listed. */
    long listed() {
        @Nullable Long listed = redis.run(zcard(FlightKeys.NEWEST));
        return listed == null ? 0 : listed;
    }
}
