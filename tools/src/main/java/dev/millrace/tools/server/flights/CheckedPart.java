package dev.millrace.tools.server.flights;

import dev.millrace.tools.flight.Problems;
import dev.millrace.tools.flight.TrackPoint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongBinaryOperator;

/**
 * A part of a flight after its fixes were looked at: what is stored of it, and what is wrong with the rest.
 *
 * <p>A fix is rejected if its time is from before there was GPS, after tomorrow, or more than a day from the middle of those that it
 * came with. What is odd and may yet be true is stored, and noted: altitudes that no glider reaches, and time that goes back.
 *
 * <p>Immutable; the array is not to be changed.
 */
final class CheckedPart {
    private static final long FIRST_GPS = 315_964_800_000L; // 1980-01-06
    private static final long DAY = 86_400_000L;
    private static final int LOWEST = -1_000;
    private static final int HIGHEST = 20_000;

    private final FlightPart part;
    private final List<TrackPoint> kept;
    private final List<String> problems = new ArrayList<>();
    private long wrong;

    /** @param nowMillis the time now */
    CheckedPart(FlightPart part, long nowMillis) {
        this.part = part;
        List<TrackPoint> points = part.points();
        this.kept = new ArrayList<>(points.size());
        wrong = part.problems().count();
        for (Problems.Problem problem : part.problems().first()) {
            problems.add("line " + problem.line() + ": " + problem.message());
        }
        long middle = middle(points);
        long before = Long.MIN_VALUE;
        for (int i = 0; i < points.size(); i++) {
            TrackPoint point = points.get(i);
            if (point.epochMillis() < FIRST_GPS || point.epochMillis() > nowMillis + DAY) {
                note(i, "rejected: its time, " + point.time() + ", is none of a flight");
                continue;
            }
            if (Math.abs(point.epochMillis() - middle) > DAY) {
                note(i, "rejected: its time, " + point.time() + ", is more than a day from the others");
                continue;
            }
            if (point.epochMillis() < before) {
                note(i, "its time goes back by " + (before - point.epochMillis()) + " ms");
            }
            if (isOdd(point.gnssAltitude()) || isOdd(point.pressureAltitude())) {
                note(i, "its altitude is not one of a glider");
            }
            before = point.epochMillis();
            kept.add(point);
        }
    }

    private static long middle(List<TrackPoint> points) {
        long[] times =
                points.stream().mapToLong(TrackPoint::epochMillis).sorted().toArray();
        return times[times.length / 2];
    }

    private static boolean isOdd(int altitude) {
        return altitude < LOWEST || altitude > HIGHEST;
    }

    private void note(int place, String message) {
        wrong++;
        if (problems.size() < Problems.KEPT) {
            problems.add("point " + (part.first() + place) + ": " + message);
        }
    }

    FlightPart part() {
        return part;
    }

    int kept() {
        return kept.size();
    }

    int rejected() {
        return part.count() - kept.size();
    }

    /** Appends its arguments of {@code store.lua}. */
    void addArguments(List<Object> arguments) {
        byte[] points = Packed.of(kept);
        arguments.add(part.name());
        arguments.add(ByteBuffer.allocate(StoredFlight.HEAD + points.length)
                .putLong(part.upload())
                .putInt(part.first())
                .put(points)
                .array());
        arguments.add(Integer.toString(kept()));
        arguments.add(Integer.toString(rejected()));
        arguments.add(edge(Math::min));
        arguments.add(edge(Math::max));
        arguments.add(part.source().type());
        arguments.add(Long.toString(wrong));
        arguments.add(Integer.toString(problems.size()));
        arguments.addAll(problems);
    }

    private String edge(LongBinaryOperator which) {
        return kept.isEmpty()
                ? ""
                : Long.toString(kept.stream()
                        .mapToLong(TrackPoint::epochMillis)
                        .reduce(which)
                        .orElseThrow());
    }
}
