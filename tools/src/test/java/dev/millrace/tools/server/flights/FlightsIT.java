package dev.millrace.tools.server.flights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.queue.JobSpec;
import dev.millrace.queue.Lane;
import dev.millrace.queue.PipelinePolicy;
import dev.millrace.queue.QueueObserver;
import dev.millrace.queue.QueueOptions;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.flight.Flight;
import dev.millrace.tools.flight.Problems;
import dev.millrace.tools.flight.TrackPoint;
import dev.millrace.tools.server.ServerFixture;
import dev.millrace.tools.server.ServerFixture.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Flights over HTTP, through the queue, into stored tracks, and back. */
class FlightsIT {
    private static final String PROCESS = "/api/v2/uploads/process";
    private static final String BATCH = "/api/v2/uploads/batch_process";
    private static final String LIVE = "/api/v2/live/add_live_track_points";
    private static final String IGC = "application/vnd.fai.igc";
    private static final Duration SOON = Duration.ofSeconds(10);

    private static RedisServer redis;
    private static ServerFixture server;
    private static List<Flight> flights;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        server = ServerFixture.start(Map.of("REDIS_URL", redis.url(), "MILLRACE_BODY_LIMIT", "2000000"));
        flights = SentFlights.real();
    }

    @AfterAll
    static void stop() {
        server.close();
        redis.close();
    }

    // ---- recordings ----

    @Test
    void process_ofRealFlightsRawPackedAndAsForms_storesEachPoint() {
        for (int i = 0; i < flights.size(); i++) {
            Flight flight = flights.get(i);
            byte[] content = SentFlights.file(flight.name());
            String path = PROCESS + "?flight=real-" + i;
            Answer answer = server.send(
                    switch (i % 4) {
                        case 0 -> SentFlights.raw(server, path, IGC, content);
                        case 1 ->
                            SentFlights.raw(server, path, "application/octet-stream", SentFlights.packed(content))
                                    .header("Content-Encoding", "gzip");
                        case 2 -> SentFlights.form(server, path, Map.of("f.igc.gz", SentFlights.packed(content)));
                        default -> SentFlights.raw(server, path, "text/plain; charset=utf-8", content);
                    });

            JsonNode receipt = answer.is(202).json();

            assertThat(receipt.get("flight").asString()).isEqualTo("real-" + i);
            assertThat(receipt.get("processed").asInt())
                    .isEqualTo(flight.points().size());
            assertThat(receipt.get("total").asInt()).isEqualTo(flight.points().size());
            assertThat(receipt.get("method").asString()).isEqualTo("pipelined");
            assertThat(receipt.get("policy").asString()).isEqualTo("auto");
        }
        for (int i = 0; i < flights.size(); i++) {
            List<TrackPoint> sent = flights.get(i).points();
            SentFlights.assertSame(SentFlights.stored(server, "real-" + i, sent.size()), sent);
        }
    }

    @Test
    void processBatch_ofAllFlights_answersForEach() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        flights.forEach(flight -> files.put(flight.name() + ".igc", SentFlights.file(flight.name())));
        files.put("none.igc", "no flight\nat all\n".getBytes(StandardCharsets.UTF_8));
        int all = flights.stream().mapToInt(flight -> flight.points().size()).sum();

        JsonNode receipt =
                server.send(SentFlights.form(server, BATCH, files)).is(202).json();

        assertThat(receipt.get("processed").asInt()).isEqualTo(all);
        assertThat(receipt.get("total").asInt()).isEqualTo(all);
        assertThat(receipt.get("method").asString()).isEqualTo("pipelined");
        assertThat(receipt.get("flights").size()).isEqualTo(flights.size() + 1);
        for (int i = 0; i < flights.size(); i++) {
            JsonNode its = receipt.get("flights").get(i);
            List<TrackPoint> sent = flights.get(i).points();
            assertThat(its.get("accepted").asInt()).isEqualTo(sent.size());
            SentFlights.assertSame(SentFlights.stored(server, its.get("flight").asString(), sent.size()), sent);
        }
        JsonNode refused = receipt.get("flights").get(flights.size());
        assertThat(refused.get("accepted").asInt()).isZero();
        assertThat(refused.get("problems").get("lines").get(1).get("line").asInt())
                .isEqualTo(2);
    }

    @Test
    void processBatch_ofAList_takesFlightsAsJson() {
        String list = "[" + SentFlights.json("list-1", SentFlights.points(1, 30)) + ","
                + SentFlights.json("list-2", SentFlights.points(2, 20)) + "]";

        JsonNode receipt = server.post(BATCH, list).is(202).json();

        assertThat(receipt.get("processed").asInt()).isEqualTo(50);
        assertThat(receipt.get("method").asString()).isEqualTo("standard");
        SentFlights.assertSame(SentFlights.stored(server, "list-2", 20), SentFlights.points(2, 20));
    }

    @Test
    void process_ofTheSameTwice_storesItOnceUnderOneId() {
        byte[] json = SentFlights.json("", SentFlights.points(3, 400))
                .replace("\"flight\":\"\",", "")
                .getBytes(StandardCharsets.UTF_8);
        String first = process(json);
        SentFlights.assertSame(SentFlights.stored(server, first, 400), SentFlights.points(3, 400));

        String second = process(json);

        assertThat(second).isEqualTo(first);
        awaitEmpty();
        assertThat(SentFlights.total(server, first)).isEqualTo(400);
        assertThat(summary(first).get("duplicates").asInt()).isZero();
    }

    private static String process(byte[] json) {
        return server.send(SentFlights.raw(server, PROCESS, "application/json", json))
                .is(202)
                .json()
                .get("flight")
                .asString();
    }

    @Test
    void process_ofManyAtOnce_storesAllOfThem() throws Exception {
        int uploads = 10;
        int each = 1_000;
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < uploads; i++) {
                String json = SentFlights.json("many-" + i, SentFlights.points(i, each));
                answers.add(callers.submit(() -> server.post(PROCESS, json)));
            }
            for (Future<Answer> answer : answers) {
                assertThat(answer.get().is(202).json().get("processed").asInt()).isEqualTo(each);
            }
        }
        for (int i = 0; i < uploads; i++) {
            SentFlights.assertSame(SentFlights.stored(server, "many-" + i, each), SentFlights.points(i, each));
        }
    }

    // ---- what is wrong ----

    @Test
    void process_ofMalformedLines_isRefusedWithTheLinesUnlessTheGoodAreKept() {
        String text = new String(SentFlights.file("start-3"), StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\n", 4_000) + 1;
        byte[] broken = (text.substring(0, end) + "B0000\n?\n" + text.substring(end, end + 3_000))
                .lines()
                .limit(150)
                .collect(Collectors.joining("\n"))
                .getBytes(StandardCharsets.ISO_8859_1);
        long line = text.substring(0, end).lines().count() + 1;

        JsonNode refused = server.send(SentFlights.raw(server, PROCESS, IGC, broken))
                .isProblem(422, "2 lines", "keep=good")
                .json();
        JsonNode taken = server.send(SentFlights.raw(server, PROCESS + "?keep=good&flight=mended", IGC, broken))
                .is(202)
                .json();

        assertThat(refused.get("count").asInt()).isEqualTo(2);
        assertThat(refused.get("lines").get(0).get("line").asLong()).isEqualTo(line);
        assertThat(refused.get("lines").get(0).get("message").asString()).contains("35 characters");
        assertThat(taken.get("problems").asInt()).isEqualTo(2);
        assertThat(SentFlights.stored(server, "mended", taken.get("total").asInt()))
                .hasSize(taken.get("total").asInt());
        assertThat(summary("mended").get("problems").get("first").get(0).asString())
                .startsWith("line " + line + ": ");
    }

    @Test
    void process_ofWhatIsNoFlight_isRefused() {
        byte[] nothing = "AXXX\nHFDTE160624\n".getBytes(StandardCharsets.UTF_8);
        byte[] damaged = Arrays.copyOf(SentFlights.packed(SentFlights.file("start-3")), 20_000);

        server.send(SentFlights.raw(server, PROCESS, IGC, nothing)).isProblem(422, "no fix", "HFDTE");
        server.send(SentFlights.raw(server, PROCESS, IGC, damaged)).isProblem(400, "gzip", "damaged");
        server.send(SentFlights.raw(server, PROCESS, "image/png", nothing)).isProblem(415, "multipart/form-data");
        server.send(SentFlights.form(server, PROCESS, Map.of())).isProblem(400, "0 files");
        server.send(SentFlights.raw(server, PROCESS + "?flight=a%20b", IGC, nothing))
                .isProblem(400, "flight", "100");
        server.send(SentFlights.raw(server, PROCESS + "?keep=bad", IGC, nothing))
                .isProblem(400, "keep", "good");
    }

    @Test
    void process_ofMoreThanIsTaken_is413PackedOrNot() {
        byte[] large = "L a comment\n".repeat(200_000).getBytes(StandardCharsets.UTF_8);

        server.send(SentFlights.raw(server, PROCESS, IGC, large).expectContinue(true))
                .isProblem(413, "2000000 bytes");
        server.send(SentFlights.raw(server, PROCESS, IGC, SentFlights.packed(large)))
                .isProblem(413, "2000000 bytes");
        server.send(SentFlights.form(server, PROCESS, Map.of("f.igc", large)).expectContinue(true))
                .isProblem(413, "2000000 bytes");
        server.send(SentFlights.form(server, BATCH, Map.of("f.igc", SentFlights.packed(large))))
                .isProblem(413, "2000000 bytes");
    }

    @Test
    void points_ofWrongTypesAndRanges_are400WithFieldAndLine() {
        String good = "{\"time\":1718536350000,\"latitude\":47.28,\"longitude\":8.9}";
        String[][] wrong = {
            {"{\"time\":\"noon\",\"latitude\":47,\"longitude\":8}", "points[1].time", "whole number"},
            {"{\"time\":1718536350000,\"latitude\":\"47\",\"longitude\":8}", "points[1].latitude", "a number"},
            {"{\"time\":1718536350000,\"latitude\":91,\"longitude\":8}", "points[1]", "latitude must be from -90 to 90"
            },
            {"{\"time\":1718536350000,\"longitude\":8}", "points[1]", "latitude is missing"},
            {"{\"time\":1718536350000,\"latitude\":4,\"longitude\":8,\"height\":1}", "points[1].height", "no field"},
        };
        for (String[] each : wrong) {
            JsonNode problem = server.post(LIVE, "{\"flight\":\"w\",\"points\":[" + good + ",\n" + each[0] + "]}")
                    .isProblem(400, each[2])
                    .json();

            assertThat(problem.get("field").asString()).as(each[0]).startsWith(each[1]);
            assertThat(problem.path("line").asInt(0)).as(problem.toString()).isEqualTo(2);
        }
        server.post(LIVE, "{\"flight\":\"w\",\"points\":[null]}").isProblem(400, "points[0] is null");
        server.post(LIVE, "{\"points\":[" + good + "]}").isProblem(400, "flight is missing");
        server.post(LIVE, "{\"flight\":\"w\",\"points\":[]}").isProblem(400, "at least one");
        server.post(LIVE, "{\"flight\":\"../w\",\"points\":[" + good + "]}").isProblem(400, "flight must be");
    }

    @Test
    void points_withImpossibleTimes_areRejectedAndNoted() {
        List<TrackPoint> sent = new ArrayList<>(SentFlights.points(4, 20));
        TrackPoint good = sent.getFirst();
        sent.add(new TrackPoint(1_000, good.latitude(), good.longitude(), true, 0, 0));
        sent.add(new TrackPoint(good.epochMillis() - 200_000_000, good.latitude(), good.longitude(), true, 0, 0));

        server.post(PROCESS, SentFlights.json("impossible", sent)).is(202);

        SentFlights.assertSame(SentFlights.stored(server, "impossible", 20), SentFlights.points(4, 20));
        JsonNode summary = summary("impossible");
        assertThat(summary.get("rejected").asInt()).isEqualTo(2);
        assertThat(summary.get("problems").get("first").get(0).asString()).startsWith("point 20: rejected");
        assertThat(summary.get("problems").get("first").get(1).asString()).contains("more than a day");
    }

    // ---- live ----

    @Test
    void livePoints_outOfOrderAndTwice_areStoredOnceInOrder() {
        List<TrackPoint> points = SentFlights.points(5, 12);
        for (int from : new int[] {8, 0, 4, 8, 0}) {
            JsonNode receipt = server.post(
                            from == 4 ? "/api/v2/flymaster/add_live_track_points" : LIVE,
                            SentFlights.json("pilot", points.subList(from, from + 4)))
                    .is(202)
                    .json();
            assertThat(receipt.get("lane").asString()).isEqualTo("live");
            assertThat(receipt.get("processed").asInt()).isEqualTo(4);
        }

        SentFlights.assertSame(SentFlights.stored(server, "pilot", 12), points);
        awaitEmpty();
        assertThat(SentFlights.total(server, "pilot")).isEqualTo(12);
    }

    @Test
    void livePoints_behindRecordings_leaveTheQueueFirst() {
        try (Millrace client = Millrace.connect(redis.url())) {
            var queue = client.queue(QueueOptions.of("other", FlightPart::encoded, FlightPart::decoded)
                    .lanes(FlightsService.options(QueueObserver.NONE, PipelinePolicy.automatic())
                            .lanes()
                            .toArray(Lane[]::new))
                    .build());
            IncomingFlight bulk = new IncomingFlight("bulk", Packed.of(SentFlights.points(6, 10_000)), Problems.NONE);
            IncomingFlight live = new IncomingFlight("live", Packed.of(SentFlights.points(7, 10)), Problems.NONE);
            var unused = queue.enqueueBatch(bulk.jobs(PointSource.UPLOAD));
            unused = queue.enqueueBatch(live.jobs(PointSource.LIVE));

            assertThat(queue.claim(2).stream().map(job -> job.payload().flight()))
                    .contains("live");
        }
    }

    // ---- Redis away ----

    @Test
    void points_whileRedisIsAway_are503_andTheSameAgainIsTakenOnce() {
        String upload = SentFlights.json("away", SentFlights.points(12, 600));
        String live = SentFlights.json("away-live", SentFlights.points(13, 3));
        redis.kill();
        try {
            JsonNode refused = server.post(PROCESS, upload)
                    .isProblem(503, "0 of 600 points", "send the same again")
                    .json();
            server.post(LIVE, live).isProblem(503, "0 of 3 points");
            server.get("/api/v2/flights/away").isProblem(503, "Redis");
            server.get("/api/v2/queues").isProblem(503, "Redis");

            assertThat(refused.get("processed").asInt()).isZero();
            assertThat(refused.get("total").asInt()).isEqualTo(600);
            assertThat(refused.get("outcome").asString()).isNotEmpty();
            assertThat(server.get("/api/v2/journal/methods")
                            .is(200)
                            .json()
                            .get("methods")
                            .size())
                    .isPositive();
            assertThat(server.get("/api/dashboard")
                            .is(200)
                            .json()
                            .get("flights")
                            .get("breaker")
                            .asString())
                    .isEqualTo("closed");
        } finally {
            redis.restart();
        }
        Await.until(SOON, () -> server.post(PROCESS, upload).status() == 202, "it is still refused");
        Await.until(SOON, () -> server.post(LIVE, live).status() == 202, "live points are still refused");
        Await.until(
                SOON,
                () -> server.get("/metrics").text().contains("millrace_circuit_open 0.0"),
                "each connection to be back");
        SentFlights.assertSame(SentFlights.stored(server, "away", 600), SentFlights.points(12, 600));
        SentFlights.assertSame(SentFlights.stored(server, "away-live", 3), SentFlights.points(13, 3));
    }

    // ---- reading ----

    @Test
    void flight_thatIsStored_isReadAsSummaryTrackAndPages() {
        List<TrackPoint> points = SentFlights.points(8, 700);
        server.post(PROCESS, SentFlights.json("read", points)).is(202);
        SentFlights.assertSame(SentFlights.stored(server, "read", 700), points);

        JsonNode summary = summary("read");
        JsonNode track = server.get("/api/v2/flights/read/track").is(200).json();
        JsonNode page = server.get("/api/v2/flights/read/points?offset=690&limit=100")
                .is(200)
                .json();
        JsonNode list = server.get("/api/v2/flights?limit=1000").is(200).json();

        assertThat(summary.get("fixes").asInt()).isEqualTo(700);
        assertThat(summary.get("validFixes").asInt()).isEqualTo(600);
        assertThat(summary.get("durationSeconds").asInt()).isEqualTo(699);
        assertThat(summary.get("gnssAltitude").get("highest").asInt()).isEqualTo(950 + 699);
        assertThat(summary.get("distanceKm").asDouble()).isBetween(0.01, 1.0);
        assertThat(track.get("type").asString()).isEqualTo("Feature");
        assertThat(track.get("geometry").get("type").asString()).isEqualTo("LineString");
        assertThat(track.get("geometry").get("coordinates").size()).isEqualTo(700);
        assertThat(track.get("properties").get("times").get(699).asLong())
                .isEqualTo(points.get(699).epochMillis());
        assertThat(page.get("total").asInt()).isEqualTo(700);
        assertThat(page.get("points").size()).isEqualTo(10);
        assertThat(SentFlights.point(page.get("points").get(0))).isEqualTo(points.get(690));
        assertThat(list.get("flights")
                        .valueStream()
                        .map(flight -> flight.get("flight").asString()))
                .contains("read");
        for (String path : List.of("", "/track", "/points")) {
            server.get("/api/v2/flights/unknown" + path).isProblem(404, "no such flight");
        }
        server.get("/api/v2/flights/read/points?limit=none").isProblem(400, "limit");
    }

    // ---- the queue ----

    @Test
    void undecodablePayload_becomesADeadLetterThatIsListedAndReplayed() {
        try (Millrace client = Millrace.connect(redis.url())) {
            var queue = client.queue(QueueOptions.bytes(FlightsService.QUEUE)
                    .lanes(new Lane(PointSource.LIVE_LANE, 32), new Lane(PointSource.BULK_LANE, 1))
                    .build());
            queue.enqueue(JobSpec.builder(new byte[] {9, 9}).id("broken").build());

            JsonNode letter = awaitLetter("broken", 0);
            assertThat(letter.get("error").asString()).contains("version");
            assertThat(letter.get("undecodable").asBoolean()).isTrue();
            long died = letter.get("died").asLong();

            assertThat(server.post("/api/v2/queues/flights/dead/replay", "{\"ids\":[\"broken\",\"unknown\"]}")
                            .is(200)
                            .json()
                            .get("replayed")
                            .asInt())
                    .isEqualTo(1);
            awaitLetter("broken", died); // it has died again
        }
        server.post("/api/v2/queues/flights/dead/replay", "{}").isProblem(400, "ids");
        server.post("/api/v2/queues/unknown/dead/replay", "{\"all\":true}").isProblem(404, "flights");
        server.get("/api/v2/queues/unknown/dead").isProblem(404, "flights");
    }

    private static JsonNode awaitLetter(String id, long after) {
        JsonNode[] found = new JsonNode[1];
        Await.until(
                SOON,
                () -> server.get("/api/v2/queues/flights/dead")
                        .is(200)
                        .json()
                        .get("dead")
                        .valueStream()
                        .filter(letter -> letter.get("id").asString().equals(id)
                                && letter.get("died").asLong() > after)
                        .peek(letter -> found[0] = letter)
                        .findAny()
                        .isPresent(),
                "no dead letter");
        return found[0];
    }

    @Test
    void queues_figuresAndMeters_tellWhatHappens() {
        server.post(PROCESS, SentFlights.json("told", SentFlights.points(9, 600)))
                .is(202);
        SentFlights.stored(server, "told", 600);

        JsonNode queue =
                server.get("/api/v2/queues").is(200).json().get("queues").get(0);
        Await.until(SOON, () -> figures().has("queues"), "the queue to be looked at");
        JsonNode figures = figures();

        assertThat(queue.get("name").asString()).isEqualTo("flights");
        assertThat(queue.get("lanes").has("live")).isTrue();
        assertThat(queue.get("methods").get("pipelined").get("jobs").asInt()).isPositive();
        assertThat(queue.get("circuit").asString()).isEqualTo("closed");
        assertThat(figures.get("queues").get(0).get("lanes").has("bulk")).isTrue();
        assertThat(figures.get("breaker").asString()).isEqualTo("closed");
        assertThat(figures.get("workers").asInt()).isEqualTo(2);
        assertThat(server.get("/metrics").is(200).text()).contains("millrace_queue_waiting{queue=\"flights\"");
    }

    private static JsonNode figures() {
        return server.get("/api/dashboard").is(200).json().get("flights");
    }

    @Test
    void switches_toThePlainWay_sendJobByJob() {
        change("queue.pipelining", "never").is(200);
        change("queue.batch-size", "1").is(200);
        try {
            JsonNode upload = server.post(PROCESS, SentFlights.json("plain", SentFlights.points(10, 600)))
                    .is(202)
                    .json();
            JsonNode live = server.post(LIVE, SentFlights.json("plain-live", SentFlights.points(11, 2)))
                    .is(202)
                    .json();

            assertThat(upload.get("method").asString()).isEqualTo("standard");
            assertThat(upload.get("policy").asString()).isEqualTo("never");
            assertThat(live.get("method").asString()).isEqualTo("standard");
            SentFlights.assertSame(SentFlights.stored(server, "plain", 600), SentFlights.points(10, 600));
        } finally {
            change("queue.pipelining", "auto").is(200);
            change("queue.batch-size", "10").is(200);
        }
        change("queue.pipelining", "perhaps").isProblem(422, "auto, always or never");
        change("queue.batch-size", "0").isProblem(422, "1 to 500");
    }

    private static Answer change(String name, String value) {
        return server.sendAsAdministrator(
                server.json("PUT", "/api/admin/switches/" + name, "{\"value\":\"" + value + "\"}"));
    }

    @Test
    void openApi_describesEveryRouteOfFlights() {
        assertThat(server.server().openApi().faults()).isEmpty();
        assertThat(server.server().openApi().operations())
                .containsAll(server.server().routes().stream()
                        .filter(route -> route.path().startsWith("/api/v2/"))
                        .map(route -> route.method() + " " + route.path())
                        .toList());
    }

    private static JsonNode summary(String flight) {
        return server.get("/api/v2/flights/" + flight).is(200).json();
    }

    private static void awaitEmpty() {
        Await.until(
                SOON,
                () -> {
                    JsonNode queue = server.get("/api/v2/queues")
                            .is(200)
                            .json()
                            .get("queues")
                            .get(0);
                    return queue.get("waiting").asInt() + queue.get("leased").asInt() == 0;
                },
                "jobs are left");
    }
}
