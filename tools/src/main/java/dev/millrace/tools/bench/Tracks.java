package dev.millrace.tools.bench;

import static dev.millrace.command.Keys.unlink;
import static dev.millrace.command.Lists.lrangeBytes;
import static java.util.Objects.requireNonNull;

import dev.millrace.Millrace;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.tools.flight.Flight;
import dev.millrace.tools.flight.TrackPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The fixes of all flights, cut into tracks of nearly equal length, each a list on the server with its fixes in order.
 * Immutable.
 */
final class Tracks {
    private static final int READ_BACK = 100;

    /**
     * A part of one flight.
     *
     * @param key the list it goes to
     * @param name of the flight and the first fix, for messages
     * @param points what must be found in the list
     * @param fixes the points as they are sent
     */
    record Track(String key, String name, List<TrackPoint> points, List<byte[]> fixes) {
        Track(String key, String name, List<TrackPoint> points) {
            this(
                    key,
                    name,
                    List.copyOf(points),
                    points.stream().map(TrackPoint::toBytes).toList());
        }

        Track first(int count) {
            return new Track(key, name, points.subList(0, count), fixes.subList(0, count));
        }

        Optional<String> difference(List<byte[]> found) {
            for (int i = 0; i < points.size() && i < found.size(); i++) {
                if (!points.get(i).equals(TrackPoint.fromBytes(found.get(i)))) {
                    return Optional.of("fix " + i + " after " + name + " is another one");
                }
            }
            return points.size() == found.size()
                    ? Optional.empty()
                    : Optional.of(name + ": " + points.size() + " fixes sent, " + found.size() + " found");
        }
    }

    private final Millrace direct;
    private final List<Track> tracks;
    private final int fixes;

    private Tracks(Millrace direct, List<Track> tracks) {
        this.direct = direct;
        this.tracks = List.copyOf(tracks);
        this.fixes = tracks.stream().mapToInt(track -> track.points().size()).sum();
    }

    /** All flights, cut into about so many tracks. */
    Tracks(Setting setting, int count) {
        this(setting.direct(), cut(setting, count));
    }

    private static List<Track> cut(Setting setting, int count) {
        int fixes = setting.flights().stream()
                .mapToInt(flight -> flight.points().size())
                .sum();
        int length = Math.max(1, Math.ceilDiv(fixes, count));
        List<Track> tracks = new ArrayList<>();
        for (Flight flight : setting.flights()) {
            for (int from = 0; from < flight.points().size(); from += length) {
                int to = Math.min(from + length, flight.points().size());
                String name = flight.name() + " fix " + from;
                String key = setting.keys().key("flights:" + tracks.size());
                tracks.add(new Track(key, name, flight.points().subList(from, to)));
            }
        }
        return tracks;
    }

    /** Only so many fixes, counted from the beginning. */
    Tracks first(int count) {
        List<Track> some = new ArrayList<>();
        int left = count;
        for (Track track : tracks) {
            if (left == 0) {
                break;
            }
            int taken = Math.min(left, track.points().size());
            some.add(track.first(taken));
            left -= taken;
        }
        return new Tracks(direct, some);
    }

    List<Track> tracks() {
        return tracks;
    }

    /** Fixes in all tracks. */
    int fixes() {
        return fixes;
    }

    /** Removes the lists, for the next run begins with none. */
    void remove() {
        Batch batch = direct.batch();
        List<Reply<Long>> replies = new ArrayList<>(tracks.size());
        for (Track track : tracks) {
            replies.add(batch.add(unlink(track.key())));
        }
        batch.run();
        replies.forEach(Reply::get);
    }

    /** Reads every list back and compares point for point. */
    Optional<String> difference() {
        for (int from = 0; from < tracks.size(); from += READ_BACK) {
            List<Track> chunk = tracks.subList(from, Math.min(from + READ_BACK, tracks.size()));
            Batch batch = direct.batch();
            List<Reply<List<byte[]>>> replies = new ArrayList<>(chunk.size());
            for (Track track : chunk) {
                replies.add(batch.add(lrangeBytes(track.key(), 0, -1)));
            }
            batch.run();
            for (int i = 0; i < chunk.size(); i++) {
                Optional<String> difference =
                        chunk.get(i).difference(requireNonNull(replies.get(i).get()));
                if (difference.isPresent()) {
                    return difference;
                }
            }
        }
        return Optional.empty();
    }
}
