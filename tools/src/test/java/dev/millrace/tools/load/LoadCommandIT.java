package dev.millrace.tools.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.Millrace;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.JobSpec;
import dev.millrace.queue.JobState;
import dev.millrace.queue.Lane;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.QueueStatistics;
import dev.millrace.queue.Queues;
import dev.millrace.queue.StoredJob;
import dev.millrace.testkit.Await;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.CommandRun;
import dev.millrace.tools.Main;
import dev.millrace.tools.OneLineErrors;
import dev.millrace.tools.flight.Flight;
import dev.millrace.tools.flight.IgcParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Loads files as a user does, also when something ends the loading. */
@Timeout(120)
@NoLeakedThreads
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class LoadCommandIT {
    private static final String STRANGE = "Pöst {1}:\n%41";
    private static final Duration SOON = Duration.ofSeconds(60);

    private static RedisServer server;

    @TempDir
    Path folder;

    @BeforeAll
    static void startServer() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void empty() {
        server.ask("FLUSHALL");
    }

    private static CommandRun load(Path file, String... more) {
        List<String> all = new ArrayList<>(List.of("load", file.toString(), "--redis", server.url()));
        all.addAll(List.of(more));
        return CommandRun.of(all.toArray(String[]::new));
    }

    /** As {@link #load}, with a stop of one's own in the place of signals. */
    private static int loadUntil(BooleanSupplier stop, StringWriter err, Path file, String queue) {
        return OneLineErrors.install(new CommandLine(new LoadCommand(stop)))
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err))
                .execute(file.toString(), "--queue", queue, "--redis", server.url());
    }

    private Path file(String name, List<String> lines) throws IOException {
        return Files.write(folder.resolve(name), lines);
    }

    private static List<String> points(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"flight\":\"F" + i % 7 + "\",\"lat\":47.1,\"lon\":8.5,\"n\":" + i + "}")
                .toList();
    }

    private static JobQueue<byte[]> queue(Millrace redis, String name) {
        return redis.queue(redis.queues().find(name).orElseThrow().build());
    }

    /** Everything that waits in the first lane, taken out in its order. */
    private static List<String> taken(String name) {
        List<String> payloads = new ArrayList<>();
        try (Millrace redis = Millrace.connect(server.url())) {
            JobQueue<byte[]> queue = queue(redis, name);
            List<Job<byte[]>> some = queue.dequeueAtMostOnce(1_000);
            while (!some.isEmpty()) {
                some.forEach(job -> payloads.add(new String(job.payload(), UTF_8)));
                some = queue.dequeueAtMostOnce(1_000);
            }
        }
        return payloads;
    }

    private static QueueStatistics statistics(String name) {
        try (Millrace redis = Millrace.connect(server.url())) {
            return redis.queues()
                    .find(name)
                    .map(options -> redis.queue(options.build()).statistics())
                    .orElseThrow();
        }
    }

    // ---- points ----

    @Test
    void load_points_isAJobForEachLineInOrderAndTheSecondTimeNothing() throws IOException {
        List<String> points = points(12_345);
        Path file = file("points.jsonl", points);
        CommandRun first = load(file, "--queue", Queues.escaped(STRANGE), "--type", "point", "--priority", "7")
                .fine();
        assertThat(first.out())
                .startsWith(
                        "loaded 12,345 jobs into " + Queues.escaped(STRANGE) + ", 0 duplicates, 0 lines skipped, in ");
        JsonNode again =
                load(file, "--queue", Queues.escaped(STRANGE), "--json").fine().json();
        assertThat(again.get("loaded").asLong()).isZero();
        assertThat(again.get("duplicates").asLong()).isEqualTo(12_345);
        assertThat(again.get("queue").asString()).isEqualTo(STRANGE);
        assertThat(statistics(STRANGE).waitingByType()).containsOnlyKeys("point");
        try (Millrace redis = Millrace.connect(server.url())) {
            StoredJob<byte[]> job =
                    queue(redis, STRANGE).admin().peek(JobState.READY, 0, 1).getFirst();
            assertThat(job.priority()).isEqualTo(7);
            assertThat(job.id()).matches("[0-9a-f]{24}-1");
        }
        assertThat(taken(STRANGE)).isEqualTo(points);
        assertThat(load(file, "--queue", Queues.escaped(STRANGE)).fine().out())
                .contains("loaded 0 jobs", "12,345 duplicates");
        assertThat(server.ask("EXISTS", "none")).isEqualTo(0L);
        assertThat((List<?>) server.ask("KEYS", "millrace:load:*")).isEmpty();
    }

    @Test
    void load_packedWithBlankLinesAndCarriageReturns_isTheSame() throws IOException {
        Path file = folder.resolve("points.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("{\"n\":1}\r\n\r\n  \n{\"n\":2}\n{\"n\":3}".getBytes(UTF_8));
        }
        load(file, "--queue", "packed").fine();
        assertThat(taken("packed")).containsExactly("{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
        load(file("empty.jsonl", List.of()), "--queue", "packed").fine();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void load_stoppedAtRandomBatches_goesOnWithEveryLineOnce(long seed) throws IOException {
        List<String> points = points(20_000);
        Path file = file("points.jsonl", points);
        Random random = new Random(seed);
        int status = 1;
        int runs = 0;
        while (status == 1) {
            int batches = random.nextInt(3);
            int[] asked = {0};
            StringWriter err = new StringWriter();
            status = loadUntil(() -> asked[0]++ == batches, err, file, "live");
            if (status == 1) {
                assertThat(err.toString()).contains("stopped after line", "the same command again loads the rest");
                // A checkpoint that was lost costs duplicates, no lines.
                if (random.nextInt(4) == 0) {
                    ((List<?>) server.ask("KEYS", "millrace:load:*"))
                            .forEach(key -> server.ask("DEL", String.valueOf(key)));
                }
            }
            runs++;
        }
        assertThat(status).isZero();
        assertThat(runs).isGreaterThan(1);
        assertThat(statistics("live").counters().enqueued()).isEqualTo(20_000);
        assertThat(taken("live")).isEqualTo(points);
    }

    @ParameterizedTest
    @ValueSource(strings = {"KILL", "INT"})
    void load_processEndedInTheMiddle_goesOnWithEveryLineOnce(String signal) throws Exception {
        List<String> points = points(30_000);
        Path file = file("points.jsonl", points);
        Path err = folder.resolve("err.txt");
        try (FaultProxy far = FaultProxy.to(server).roundTrip(Duration.ofMillis(200))) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Main.class.getName(),
                            "load",
                            file.toString(),
                            "--queue",
                            "live",
                            "--redis",
                            far.url())
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(err.toFile())
                    .start();
            try {
                Await.until(
                        SOON,
                        () -> (long) server.ask("HLEN", "millrace:queue:{live}:job") > 0,
                        () -> "nothing was loaded");
                new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .inheritIO()
                        .start()
                        .waitFor();
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            } finally {
                process.destroyForcibly();
            }
            assertThat(process.exitValue()).isEqualTo(signal.equals("KILL") ? 137 : 130);
        }
        long before = statistics("live").waiting();
        assertThat(before).isBetween(1L, 29_999L);
        if (signal.equals("INT")) {
            assertThat(Files.readString(err)).contains("stopped after line", "the same command again loads the rest");
        }
        CommandRun second = load(file, "--queue", "live", "--json");
        assertThat(second.status()).isZero();
        assertThat(second.json().get("loaded").asLong()).isEqualTo(30_000 - before);
        assertThat(statistics("live").counters().enqueued()).isEqualTo(30_000);
        assertThat(taken("live")).isEqualTo(points);
    }

    @Test
    void load_malformedLines_areNamedAndNothingIsWritten() throws IOException {
        List<String> lines = new ArrayList<>(points(10));
        lines.set(2, "{\"n\":");
        lines.set(4, "[1]");
        lines.set(6, "{\"n\":1}{\"n\":2}");
        lines.add("{\"s\":\"" + "x".repeat(998_000) + "\"}");
        lines.add("\"" + "x".repeat(2_000_000) + "\"");
        Path file = file("points.jsonl", lines);

        CommandRun refused = load(file, "--queue", "live");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err().lines())
                .hasSize(6)
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("line 3: no JSON"),
                        line -> assertThat(line).isEqualTo("line 5: no JSON object"),
                        line -> assertThat(line).startsWith("line 7: no JSON"),
                        line -> assertThat(line).startsWith("line 11: a payload of 998008 bytes"),
                        line -> assertThat(line).startsWith("line 12: longer than 1500000 bytes"),
                        line -> assertThat(line)
                                .startsWith("millrace load: 5 lines of ")
                                .contains("--skip-bad"));
        assertThat(server.ask("DBSIZE")).isEqualTo(0L);

        CommandRun rest = load(file, "--queue", "live", "--skip-bad");
        assertThat(rest.status()).isZero();
        assertThat(rest.out()).contains("loaded 7 jobs", "5 lines skipped");
        assertThat(taken("live")).hasSize(7).doesNotContain("[1]");

        Path noise = file(
                "noise.jsonl", IntStream.range(0, 50).mapToObj(i -> "x" + i).toList());
        assertThat(load(noise, "--queue", "live").err()).hasLineCount(21).contains("the first 20 are named above");
        Path damaged = folder.resolve("damaged.jsonl.gz");
        Files.write(damaged, new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3});
        load(damaged, "--queue", "live").refused(2, "its gzip packing is damaged");
    }

    // ---- flights ----

    @Test
    void load_flight_isAJobForEachFix() throws IOException {
        Path flights = Path.of(System.getProperty("millrace.home", ".."), "flights");
        Path file = flights.resolve("start-2.igc");
        Flight flight;
        try (InputStream in = Files.newInputStream(file)) {
            flight = IgcParser.parse("start-2", in);
        }
        CommandRun run = load(file, "--queue", "flights", "--skip-bad");
        assertThat(run.status()).isZero();
        List<String> payloads = taken("flights");
        assertThat(payloads).hasSameSizeAs(flight.points()).isNotEmpty();
        JsonMapper mapper = JsonMapper.builder().build();
        for (int i = 0; i < payloads.size(); i++) {
            JsonNode point = mapper.readTree(payloads.get(i));
            assertThat(point.get("flight").asString()).isEqualTo("start-2");
            assertThat(point.get("time").asString())
                    .isEqualTo(flight.points().get(i).time().toString());
            assertThat(point.get("lat").asDouble())
                    .isEqualTo(flight.points().get(i).latitudeDegrees());
            assertThat(point.get("gnss_altitude").asInt())
                    .isEqualTo(flight.points().get(i).gnssAltitude());
        }
        Path bad = file("bad.igc", List.of("AXXX", "HFDTE160624", "B1101355206343N00006198WA0058700558", "B11"));
        CommandRun refused = load(bad, "--queue", "flights");
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).startsWith("line 4: a fix has at least");
        assertThat(load(bad, "--queue", "flights", "--skip-bad").out()).contains("loaded 1 job ", "1 line skipped");
    }

    // ---- exports ----

    private static CommandRun export(String... arguments) {
        List<String> all = new ArrayList<>(List.of("queue", "export", "--redis", server.url()));
        all.addAll(List.of(arguments));
        return CommandRun.of(all.toArray(String[]::new));
    }

    @Test
    void export_loadedElsewhere_isTheSameQueue() throws IOException {
        Random random = new Random(4);
        try (Millrace redis = Millrace.connect(server.url())) {
            JobQueue<byte[]> queue = redis.queue(QueueOptions.bytes(STRANGE)
                    .lanes(new Lane("live", 3), new Lane("bulk", 1))
                    .build());
            List<JobSpec<byte[]>> jobs = new ArrayList<>();
            for (int i = 0; i < 2_300; i++) {
                byte[] payload = new byte[random.nextInt(1_200)];
                random.nextBytes(payload);
                jobs.add(JobSpec.builder(payload)
                        .id("ïd \n\u0000" + i)
                        .lane(random.nextBoolean() ? "live" : "bulk")
                        .priority(random.nextInt(512))
                        .type(i % 3 == 0 ? "" : "t\t" + i % 3)
                        .delay(i % 10 == 0 ? Duration.ofHours(1 + i) : Duration.ZERO)
                        .build());
            }
            queue.enqueueBatch(jobs);
            CommandRun open = export(Queues.escaped(STRANGE));
            assertThat(open.status()).isZero();
            assertThat(open.err()).contains("is not paused", "exported 2,300 jobs");
            queue.admin().pause();
            CommandRun paused = export(Queues.escaped(STRANGE));
            assertThat(paused.err())
                    .isEqualTo("exported 2,300 jobs of " + Queues.escaped(STRANGE) + System.lineSeparator());
            assertThat(paused.out())
                    .isEqualTo(open.out())
                    .matches("[\\x20-\\x7e\\n]+")
                    .hasLineCount(2_302);

            Path file = folder.resolve("export.jsonl");
            Files.writeString(file, paused.out());
            load(file, "--queue", "copy").fine();
            assertThat(load(file, "--queue", "copy").fine().out()).contains("loaded 0 jobs", "2,300 duplicates");
            JobQueue<byte[]> copy = queue(redis, "copy");
            assertThat(copy.options().lanes()).extracting(Lane::name).containsExactly("live", "bulk");
            for (String lane : List.of("live", "bulk")) {
                for (int offset = 0; offset < 2_000; offset += 500) {
                    assertSame(
                            queue.admin().peekLane(lane, offset, 500),
                            copy.admin().peekLane(lane, offset, 500));
                }
            }
            assertSame(
                    queue.admin().peek(JobState.DELAYED, 0, 500), copy.admin().peek(JobState.DELAYED, 0, 500));
            assertThat(copy.statistics().waitingByType())
                    .isEqualTo(queue.statistics().waitingByType());

            assertThat(export(Queues.escaped(STRANGE), "--state", "dead,leased").out())
                    .hasLineCount(2);
        }
    }

    private static void assertSame(List<StoredJob<byte[]>> some, List<StoredJob<byte[]>> others) {
        assertThat(others).hasSameSizeAs(some);
        for (int i = 0; i < some.size(); i++) {
            StoredJob<byte[]> one = some.get(i);
            StoredJob<byte[]> other = others.get(i);
            assertThat(other.id()).isEqualTo(one.id());
            assertThat(other.encodedPayload()).isEqualTo(one.encodedPayload());
            assertThat(other.priority()).isEqualTo(one.priority());
            assertThat(other.lane()).isEqualTo(one.lane());
            assertThat(other.type()).isEqualTo(one.type());
            if (one.at() != null) {
                assertThat(Duration.between(one.at(), other.at()).abs()).isLessThan(Duration.ofSeconds(60));
            }
        }
    }

    @Test
    void load_damagedExport_isRefused() throws IOException {
        String head = "{\"millrace_export\":1,\"queue\":\"a\",\"lanes\":[\"live\",\"bulk\"]}";
        String job = "{\"id\":\"a\",\"lane\":\"bulk\",\"payload\":\"aGVsbG8=\"}";
        assertBad("line 3: the export has no end", head, job);
        assertBad("line 3: the export should have 2 jobs and has 1", head, job, "{\"end\":2}");
        assertBad("line 4: behind the end of the export", head, job, "{\"end\":1}", job);
        assertBad("line 2: its payload is no base64", head, "{\"id\":\"a\",\"payload\":\"ä\"}", "{\"end\":1}");
        assertBad("line 2: its payload is missing", head, "{\"id\":\"a\"}", "{\"end\":1}");
        assertBad("line 2: its id is missing", head, "{\"payload\":\"\"}", "{\"end\":1}");
        assertBad("line 2: its id is no text", head, "{\"id\":1,\"payload\":\"\"}", "{\"end\":1}");
        assertBad("line 2: the id of a job of 0 bytes", head, "{\"id\":\"\",\"payload\":\"\"}", "{\"end\":1}");
        assertBad("line 2: a lane that the queue", head, job.replace("bulk", "night"), "{\"end\":1}");
        assertBad("line 2: a priority of 512", head, job.replace("}", ",\"priority\":512}"), "{\"end\":1}");
        assertBad("line 2: its priority is no", head, job.replace("}", ",\"priority\":\"1\"}"), "{\"end\":1}");
        assertBad("line 2: a delay of", head, job.replace("}", ",\"delay\":-1}"), "{\"end\":1}");
        assertBad("line 2: its delay is no", head, job.replace("}", ",\"delay\":1.5}"), "{\"end\":1}");
        assertBad("line 2: the time when it is due", head, job.replace("}", ",\"due\":\"soon\"}"), "{\"end\":1}");
        assertBad("line 1: an export of a version", head.replace(":1,", ":2,"), job, "{\"end\":1}");
        load(file("good.jsonl", List.of(head, job.replace("}", ",\"delay\":60000}"), "{\"end\":1}")), "--queue", "b")
                .fine();
        assertThat(statistics("b").delayed()).isEqualTo(1);
    }

    private void assertBad(String message, String... lines) throws IOException {
        CommandRun run = load(file("damaged.jsonl", List.of(lines)), "--queue", "a");
        assertThat(run.err()).startsWith(message);
        assertThat(run.status()).isEqualTo(2);
        assertThat(server.ask("DBSIZE")).isEqualTo(0L);
    }

    // ---- mistakes ----

    @Test
    void mistakes_areOneLineAndTwo() throws IOException {
        Path file = file("points.jsonl", points(2));
        load(file).refused(2, "--queue");
        CommandRun.of("load", "--queue", "a").refused(2, "FILE");
        load(folder.resolve("none.jsonl"), "--queue", "a").refused(2, "no such file");
        load(folder, "--queue", "a").refused(2, "no plain file");
        load(file, "--queue", "a", "--priority", "512").refused(2, "--priority takes 0 to 511");
        load(file, "--queue", "a", "--window", "0").refused(2, "--window takes 1 to 8784");
        load(file, "--queue", "a", "--lane", "night").refused(2, "it has default");
        load(file, "--queue", "").refused(2, "the name of a queue of 0 bytes");
        load(file, "--queue", "x".repeat(600)).refused(2, "the name of a queue of 600 bytes");
        CommandRun.of("load", file.toString(), "--queue", "a", "--redis", "redis://:s3cret@127.0.0.1:1")
                .refused(1, "127.0.0.1:1");
        assertThat(server.ask("DBSIZE")).isEqualTo(0L);
        assertThat(CommandRun.of("load", "--help").fine().out())
                .contains("Usage: millrace load", "--skip-bad", "millrace queue export mails");
    }
}
