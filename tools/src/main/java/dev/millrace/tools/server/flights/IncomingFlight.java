package dev.millrace.tools.server.flights;

import dev.millrace.queue.JobSpec;
import dev.millrace.tools.flight.Problems;
import dev.millrace.tools.flight.TrackPoint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A flight, or points of one, on its way into the queue. Immutable; the array is not to be changed. */
final class IncomingFlight {
    /** Points that are taken of one flight in one request: at one a second, more than a day. */
    static final int MOST_POINTS = 100_000;

    /** Points in a job: an upload of more than the policy's 500 points is at least three jobs, and a thousand are four. */
    static final int POINTS_IN_A_JOB = 250;

    private final String id;
    private final byte[] points;
    private final Problems problems;

    /** @param problems lines that could not be read; they are kept with the flight */
    IncomingFlight(String id, byte[] points, Problems problems) {
        this.id = id;
        this.points = points;
        this.problems = problems;
    }

    String id() {
        return id;
    }

    int count() {
        return points.length / TrackPoint.BYTES;
    }

    Problems problems() {
        return problems;
    }

    /**
     * Its jobs. Their ids are made of the flight, the content and the place in it, so that whoever sends the same again, because it
     * heard no answer, makes no second job.
     */
    List<JobSpec<FlightPart>> jobs(PointSource source) {
        long now = System.currentTimeMillis();
        long upload = ByteBuffer.wrap(Sha256.of(points)).getLong();
        List<JobSpec<FlightPart>> jobs = new ArrayList<>();
        for (int first = 0; first < count(); first += POINTS_IN_A_JOB) {
            int end = Math.min(count(), first + POINTS_IN_A_JOB);
            byte[] some = Arrays.copyOfRange(points, first * TrackPoint.BYTES, end * TrackPoint.BYTES);
            FlightPart part =
                    new FlightPart(id, source, now, upload, first, some, first == 0 ? problems : Problems.NONE);
            jobs.add(JobSpec.builder(part)
                    .id(id + ":" + part.name())
                    .lane(source.lane())
                    .type(source.type())
                    .build());
        }
        return jobs;
    }
}
