package dev.millrace.tools.server.flights;

import dev.millrace.tools.flight.FixSink;
import dev.millrace.tools.flight.IgcParser;
import dev.millrace.tools.flight.Problems;
import dev.millrace.tools.flight.TrackPoint;
import dev.millrace.tools.flight.Unpacked;
import dev.millrace.tools.server.http.Bodies;
import dev.millrace.tools.server.http.Problem;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Flights out of files, packed with gzip or not, none larger than the server takes when it is unpacked. Stateless. */
final class FlightFiles {
    private FlightFiles() {}

    /**
     * Reads a file in the IGC format; the stream stays open.
     *
     * @param id of the flight; null for one that is made of the file's content, which is the same packed or not
     * @param limit bytes, unpacked
     * @throws Problem 400 if its packing is damaged, 413 if it is too large or has too many fixes
     * @throws IOException if it can't be read
     */
    static IncomingFlight igc(@Nullable String id, InputStream in, long limit) throws IOException {
        MessageDigest digest = Sha256.begin();
        Fixes fixes = new Fixes();
        try {
            IgcParser.read(new DigestInputStream(Bodies.limited(Unpacked.of(in), limit), digest), fixes);
        } catch (ZipException | EOFException e) {
            throw damaged();
        }
        String named = id == null ? FlightId.of(digest.digest()) : id;
        return new IncomingFlight(named, fixes.points.toByteArray(), new Problems(fixes.wrong, fixes.problems));
    }

    /**
     * The bytes of a body, unpacked.
     *
     * @throws Problem as {@link #igc}
     */
    static byte[] unpacked(InputStream in, long limit) throws IOException {
        try {
            return Bodies.limited(Unpacked.of(in), limit).readAllBytes();
        } catch (ZipException | EOFException e) {
            throw damaged();
        }
    }

    private static Problem damaged() {
        return Problem.badRequest("the packing (gzip) is damaged; pack it anew, or send it as it is");
    }

    /** Gathers fixes as bytes: a tenth of what they take as objects. Confined to one parse. */
    private static final class Fixes implements FixSink {
        private final ByteArrayOutputStream points = new ByteArrayOutputStream(1 << 15);
        private final List<Problems.Problem> problems = new ArrayList<>();
        private long wrong;

        @Override
        public void fix(long line, TrackPoint point) {
            if (points.size() >= IncomingFlight.MOST_POINTS * TrackPoint.BYTES) {
                throw Problem.of(
                        413,
                        "Content too large",
                        "a flight may have up to " + IncomingFlight.MOST_POINTS
                                + " fixes; send it in parts, with ?flight=ID");
            }
            points.write(point.toBytes(), 0, TrackPoint.BYTES);
        }

        @Override
        public void problem(long line, String message) {
            wrong++;
            if (problems.size() < Problems.KEPT) {
                problems.add(new Problems.Problem(line, message));
            }
        }
    }
}
