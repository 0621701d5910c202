package dev.millrace.tools.server.flights;

import dev.millrace.tools.flight.Problems;
import dev.millrace.tools.flight.TrackPoint;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * What a job carries: points of one flight, when they came, how many they are, from where, and which flight it is.
 *
 * <p>As bytes, big-endian: 1 (version), source (1), time of arrival in ms (8), a digest of all that was sent with it (8), place of the
 * first point in that (4), number of points (4), length of the flight's id (1) and the id, number of lines that could not be read (4), how many of them follow (1),
 * each with its number (4), the length of its text (2) and the text; then the points, {@value TrackPoint#BYTES} bytes each. Who
 * reads it believes no length that the rest does not bear out.
 *
 * <p>Immutable; the array is not to be changed.
 */
final class FlightPart {
    private static final byte VERSION = 1;
    private static final int MOST_POINTS = 10_000;
    private static final int HEAD = 32;

    private final String flight;
    private final PointSource source;
    private final long atMillis;
    private final long upload;
    private final int first;
    private final byte[] points;
    private final Problems problems;

    /**
     * @param atMillis when they came
     * @param upload a digest of all points that were sent with these
     * @param first the place of the first point in what was sent
     * @param points packed
     * @param problems what was wrong with lines of what was sent
     */
    FlightPart(
            String flight,
            PointSource source,
            long atMillis,
            long upload,
            int first,
            byte[] points,
            Problems problems) {
        this.flight = FlightId.checked(flight);
        this.source = source;
        this.atMillis = atMillis;
        this.upload = upload;
        this.first = first;
        this.points = points;
        this.problems = problems;
    }

    String flight() {
        return flight;
    }

    PointSource source() {
        return source;
    }

    long atMillis() {
        return atMillis;
    }

    long upload() {
        return upload;
    }

    int first() {
        return first;
    }

    Problems problems() {
        return problems;
    }

    /** How many points it has. */
    int count() {
        return points.length / TrackPoint.BYTES;
    }

    List<TrackPoint> points() {
        return Packed.points(points, 0);
    }

    /** Its name within the flight: the same if the same is sent again. */
    String name() {
        return HexFormat.of().toHexDigits(upload) + ":" + first;
    }

    byte[] encoded() {
        byte[] id = flight.getBytes(StandardCharsets.US_ASCII);
        List<byte[]> texts = problems.first().stream()
                .map(problem -> problem.message().getBytes(StandardCharsets.UTF_8))
                .toList();
        int length = HEAD
                + id.length
                + texts.stream().mapToInt(text -> 6 + text.length).sum();
        ByteBuffer to = ByteBuffer.allocate(length + points.length);
        to.put(VERSION).put((byte) source.ordinal()).putLong(atMillis);
        to.putLong(upload).putInt(first).putInt(count());
        to.put((byte) id.length).put(id);
        to.putInt((int) Math.min(Integer.MAX_VALUE, problems.count())).put((byte) texts.size());
        for (int i = 0; i < texts.size(); i++) {
            to.putInt((int) Math.min(Integer.MAX_VALUE, problems.first().get(i).line()));
            to.putShort((short) texts.get(i).length).put(texts.get(i));
        }
        return to.put(points).array();
    }

    /** @throws IllegalArgumentException if these are not the bytes of such a part; the message says why */
    static FlightPart decoded(byte[] bytes) {
        try {
            return read(ByteBuffer.wrap(bytes));
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException(
                    "no part of a flight: it ends too early, after " + bytes.length + " bytes");
        }
    }

    private static FlightPart read(ByteBuffer from) {
        byte version = from.get();
        if (version != VERSION) {
            throw new IllegalArgumentException("no part of a flight: its version is " + version + ", not " + VERSION);
        }
        int source = from.get();
        if (source < 0 || source >= PointSource.values().length) {
            throw new IllegalArgumentException("no part of a flight: there is no source " + source);
        }
        long at = from.getLong();
        long upload = from.getLong();
        int first = from.getInt();
        int count = from.getInt();
        if (count < 1 || count > MOST_POINTS || first < 0) {
            throw new IllegalArgumentException(
                    "no part of a flight: it says that it has " + count + " points from " + first + " on");
        }
        String flight = text(from, Byte.toUnsignedInt(from.get()));
        int problems = from.getInt();
        int told = from.get();
        List<Problems.Problem> some = new ArrayList<>();
        for (int i = 0; i < told; i++) {
            int line = from.getInt();
            some.add(new Problems.Problem(line, text(from, Short.toUnsignedInt(from.getShort()))));
        }
        if (from.remaining() != count * TrackPoint.BYTES) {
            throw new IllegalArgumentException("no part of a flight: " + count + " points are "
                    + count * TrackPoint.BYTES + " bytes, and it has " + from.remaining());
        }
        byte[] points = new byte[from.remaining()];
        from.get(points);
        return new FlightPart(
                flight, PointSource.values()[source], at, upload, first, points, new Problems(problems, some));
    }

    private static String text(ByteBuffer from, int length) {
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] text = new byte[length];
        from.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }
}
