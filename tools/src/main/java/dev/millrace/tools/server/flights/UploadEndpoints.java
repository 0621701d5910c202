package dev.millrace.tools.server.flights;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.queue.JobSpec;
import dev.millrace.tools.flight.Problems;
import dev.millrace.tools.server.http.Bodies;
import dev.millrace.tools.server.http.Json;
import dev.millrace.tools.server.http.Parameters;
import dev.millrace.tools.server.http.Problem;
import dev.millrace.tools.server.http.Routes;
import io.javalin.http.Context;
import io.javalin.http.UploadedFile;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Where points come in. An answer of 202 says that all of them are in the queue.
 *
 * <p>Thread-safe. {@value #AT_ONCE} requests are read at once, which bounds the memory that they take; others wait for a while.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class UploadEndpoints {
    private static final int AT_ONCE = 64;
    private static final int MOST_FLIGHTS = 1_000;
    private static final int MOST_POINTS = 250_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Set<String> FILES = Set.of(
            "application/octet-stream",
            "text/plain",
            "application/vnd.fai.igc",
            "application/gzip",
            "application/x-gzip");

    private final Json json;
    private final Intake intake;
    private final Semaphore places = new Semaphore(AT_ONCE, true);
    private final LongAdder uploads = new LongAdder();

    UploadEndpoints(Json json, Intake intake) {
        this.json = json;
        this.intake = intake;
    }

    void routes(Routes routes) {
        routes.post("/api/v2/live/add_live_track_points", context -> inPlace(() -> live(context, PointSource.LIVE)));
        routes.post(
                "/api/v2/flymaster/add_live_track_points",
                context -> inPlace(() -> live(context, PointSource.FLYMASTER)));
        routes.post("/api/v2/uploads/process", context -> inPlace(() -> process(context)));
        routes.post("/api/v2/uploads/batch_process", context -> inPlace(() -> processBatch(context)));
    }

    /** Requests that were taken in whole. */
    long uploads() {
        return uploads.sum();
    }

    /** Something that reads a request. */
    private interface Step {
        void run() throws IOException;
    }

    private void inPlace(Step step) throws IOException, InterruptedException {
        if (!places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw Problem.unavailable("as many uploads are read as may be at once, " + AT_ONCE, Duration.ofSeconds(1));
        }
        try {
            step.run();
        } finally {
            places.release();
        }
    }

    // ---- the endpoints ----

    private void live(Context context, PointSource source) throws IOException {
        FlightBody body = jsonBody(context, FlightBody.class);
        if (body.flight() == null) {
            throw Problem.badRequest("flight is missing: points of a tracker must say whose they are")
                    .with("field", "flight");
        }
        accept(context, source, body.incoming());
    }

    private void process(Context context) throws IOException {
        @Nullable String id = flightId(context);
        boolean keepsGood = keepsGood(context);
        IncomingFlight flight = switch (kind(context)) {
            case JSON -> {
                FlightBody body = jsonBody(context, FlightBody.class);
                yield (id == null ? body : new FlightBody(id, body.points())).incoming();
            }
            case FORM -> {
                List<UploadedFile> files = files(context);
                if (files.size() != 1) {
                    throw Problem.badRequest("the form has " + files.size()
                            + " files; send one in the field file, or several to /api/v2/uploads/batch_process");
                }
                yield read(id, files.getFirst(), Bodies.limit(context));
            }
            case FILE -> {
                try (InputStream in = Bodies.stream(context)) {
                    yield FlightFiles.igc(id, in, Bodies.limit(context));
                }
            }
        };
        requireUsable(flight, keepsGood);
        accept(context, PointSource.UPLOAD, flight);
    }

    private void accept(Context context, PointSource source, IncomingFlight flight) {
        Receipt receipt = intake.take(flight.jobs(source));
        uploads.increment();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("flight", flight.id());
        answer.put("lane", source.lane());
        answer.put("processed", receipt.processed());
        answer.put("total", flight.count());
        answer.put("policy", intake.pipelining());
        answer.put("method", Intake.word(receipt.method()));
        answer.put("problems", flight.problems().count());
        context.status(202).json(answer);
    }

    private void processBatch(Context context) throws IOException {
        boolean keepsGood = keepsGood(context);
        List<IncomingFlight> flights = new ArrayList<>();
        if (kind(context) == Kind.JSON) {
            for (FlightBody body : jsonBody(context, FlightBody[].class)) {
                add(flights, body.incoming());
            }
        } else if (kind(context) == Kind.FORM) {
            long limit = Bodies.limit(context);
            for (UploadedFile file : files(context)) {
                add(flights, read(null, file, limit));
            }
        } else {
            throw Problem.unsupported("send several files as multipart/form-data, or a JSON list of flights");
        }
        List<JobSpec<FlightPart>> jobs = new ArrayList<>();
        List<Map<String, Object>> answers = new ArrayList<>();
        int total = 0;
        for (IncomingFlight flight : flights) {
            boolean accepted =
                    flight.count() > 0 && (keepsGood || flight.problems().count() == 0);
            total += flight.count();
            if (accepted) {
                jobs.addAll(flight.jobs(PointSource.UPLOAD));
            }
            answers.add(Map.of(
                    "flight", flight.id(), "accepted", accepted ? flight.count() : 0, "problems", problems(flight)));
        }
        if (jobs.isEmpty()) {
            throw Problem.unprocessable("no flight of " + flights.size() + " can be used; flights says why")
                    .with("flights", answers);
        }
        Receipt receipt = intake.take(jobs);
        uploads.increment();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("processed", receipt.processed());
        answer.put("total", total);
        answer.put("policy", intake.pipelining());
        answer.put("method", Intake.word(receipt.method()));
        answer.put("flights", answers);
        context.status(202).json(answer);
    }

    private static void add(List<IncomingFlight> flights, IncomingFlight flight) {
        flights.add(flight);
        if (flights.size() > MOST_FLIGHTS
                || flights.stream().mapToLong(IncomingFlight::count).sum() > MOST_POINTS) {
            throw Problem.of(
                    413,
                    "Content too large",
                    "a batch may have up to " + MOST_FLIGHTS + " flights with " + MOST_POINTS
                            + " points in all; send several");
        }
    }

    // ---- reading ----

    private enum Kind {
        JSON,
        FORM,
        FILE
    }

    private static Kind kind(Context context) {
        String given = context.contentType() == null ? "" : String.valueOf(context.contentType());
        String type = given.toLowerCase(Locale.ROOT).replaceFirst("\\s*;.*", "");
        if (type.equals("application/json")) {
            return Kind.JSON;
        }
        if (type.equals("multipart/form-data")) {
            return Kind.FORM;
        }
        if (FILES.contains(type)) {
            return Kind.FILE;
        }
        throw Problem.unsupported("send a form with a file (multipart/form-data), a file as it is "
                + "(application/octet-stream, text/plain, application/vnd.fai.igc), or points (application/json)");
    }

    private <T> T jsonBody(Context context, Class<T> type) throws IOException {
        Json.requireJson(context);
        try (InputStream in = Bodies.stream(context)) {
            return json.read(FlightFiles.unpacked(in, Bodies.limit(context)), type);
        }
    }

    private static List<UploadedFile> files(Context context) {
        long limit = Bodies.limit(context);
        if (context.req().getContentLengthLong() > limit) {
            throw Problem.tooLarge(limit);
        }
        return context.uploadedFiles();
    }

    private static IncomingFlight read(@Nullable String id, UploadedFile file, long limit) throws IOException {
        try (InputStream in = file.content()) {
            return FlightFiles.igc(id, in, limit);
        }
    }

    /** The flight that the points are to be of, if it is said. */
    private static @Nullable String flightId(Context context) {
        String given = context.queryParam("flight");
        try {
            return given == null ? null : FlightId.checked(given);
        } catch (IllegalArgumentException impossible) {
            throw Problem.badRequest(String.valueOf(impossible.getMessage()));
        }
    }

    private static boolean keepsGood(Context context) {
        return Parameters.word(context, "keep", List.of("all", "good")).equals("good");
    }

    private static void requireUsable(IncomingFlight flight, boolean keepsGood) {
        long wrong = flight.problems().count();
        if (flight.count() == 0 || (wrong > 0 && !keepsGood)) {
            String detail = flight.count() == 0
                    ? "no fix can be read; is it an IGC file with a date record (HFDTE)?"
                    : wrong + " lines can't be read; mend them, or send it with ?keep=good to take the other "
                            + flight.count() + " fixes";
            throw Problem.unprocessable(detail).with("count", wrong).with("lines", lines(flight.problems()));
        }
    }

    private static Map<String, Object> problems(IncomingFlight flight) {
        return Map.of(
                "count", flight.problems().count(),
                "lines", lines(flight.problems()));
    }

    private static List<Map<String, Object>> lines(Problems problems) {
        return problems.first().stream()
                .map(problem -> Map.<String, Object>of("line", problem.line(), "message", problem.message()))
                .toList();
    }
}
