package dev.millrace.tools.load;

import dev.millrace.queue.JobSpec;
import dev.millrace.queue.QueueOptions;
import dev.millrace.tools.BadInput;
import dev.millrace.tools.flight.FixSink;
import dev.millrace.tools.flight.IgcParser;
import dev.millrace.tools.flight.TrackPoint;
import dev.millrace.tools.flight.Unpacked;
import dev.millrace.tools.progress.Progress;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A file of jobs. What its name ends in, and its first line, say what it is: a flight ({@code .igc}), an export of a queue,
 * or points, one JSON object a line. Any of them may be packed with gzip. It is read line by line and never held, but for
 * one line. Immutable.
 *
 * @param path where it is
 */
record JobFile(Path path) {
    /** A payload as large as any in base64, with the longest id and type. */
    private static final int LONGEST_LINE = 1_500_000;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * How jobs are made of what does not say so itself.
     *
     * @param lanes those of the queue that they are for
     * @param lane null for its first
     * @param now from when on delays count
     */
    record Making(Set<String> lanes, @Nullable String lane, int priority, String type, Instant now) {
        Making {
            lanes = Set.copyOf(lanes);
        }
    }

    /** @throws BadInput if it is no file that can be read */
    static JobFile at(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new BadInput((Files.exists(path) ? "no plain file: " : "no such file: ") + path
                    + "; it is read twice, so it can't come through a pipe");
        }
        return new JobFile(path);
    }

    long bytes() throws IOException {
        return Files.size(path);
    }

    /** What an export says of its queue; empty if the file is none. */
    Optional<ExportFormat.Head> head() throws IOException {
        if (isFlight()) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] first = new ByteLines(Unpacked.of(in), LONGEST_LINE).next();
            return first == null ? Optional.empty() : ExportFormat.head(json(first));
        } catch (BadLine none) {
            return Optional.empty();
        }
    }

    /**
     * Reads the file to its end, or until the sink has enough.
     *
     * @param prefix what ids begin with that are made of the line's number
     * @param after the number of the last line that is not wanted any more; 0 to hear of all
     * @param progress hears of bytes
     * @return the SHA-256 of its bytes; not of use if the sink had enough
     */
    String read(Making making, String prefix, long after, Progress progress, JobSink sink) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new Counted(Files.newInputStream(path), progress);
                DigestInputStream hashed = new DigestInputStream(in, digest)) {
            if (isFlight()) {
                IgcParser.read(hashed, new Fixes(making, prefix, after, sink));
            } else {
                new Lines(making, prefix, after, sink).read(Unpacked.of(hashed));
            }
            // What stands behind the end of what was packed is part of the content too.
            byte[] rest = new byte[1 << 13];
            int length = 0;
            while (!sink.isEnough() && length >= 0) {
                length = hashed.read(rest);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** What an exception of reading means, in a few words. */
    static String reason(IOException failed) {
        return switch (failed) {
            case AccessDeniedException denied -> "access denied";
            case ZipException damaged -> "its gzip packing is damaged";
            case EOFException damaged -> "its gzip packing is damaged";
            default -> String.valueOf(failed.getMessage());
        };
    }

    private String name() {
        return Objects.requireNonNull(path.getFileName(), "a file has a name").toString();
    }

    private boolean isFlight() {
        String name = name().toLowerCase(Locale.ROOT);
        return name.endsWith(".igc") || name.endsWith(".igc.gz");
    }

    private String flightName() {
        return name().substring(0, name().toLowerCase(Locale.ROOT).lastIndexOf(".igc"));
    }

    private static JsonNode json(byte[] line) throws BadLine {
        try {
            JsonNode node = MAPPER.readTree(line);
            if (!node.isObject()) {
                throw new BadLine("no JSON object");
            }
            return node;
        } catch (JacksonException malformed) {
            throw new BadLine("no JSON, from column " + malformed.getLocation().getColumnNr() + " on");
        }
    }

    private static JobSpec<byte[]> made(JobSpec.Builder<byte[]> builder, Making making) throws BadLine {
        JobSpec<byte[]> job;
        try {
            job = builder.build();
        } catch (IllegalArgumentException outOfRange) {
            throw new BadLine(String.valueOf(outOfRange.getMessage()));
        }
        if (job.payload().length > QueueOptions.MOST_PAYLOAD) {
            throw new BadLine("a payload of " + job.payload().length + " bytes, more than the "
                    + QueueOptions.MOST_PAYLOAD + " that a job may have");
        }
        String lane = job.lane();
        if (lane != null && !making.lanes().contains(lane)) {
            throw new BadLine("a lane that the queue does not have");
        }
        return job;
    }

    private static JobSpec<byte[]> point(byte[] payload, String prefix, long line, Making making) throws BadLine {
        JobSpec.Builder<byte[]> job = JobSpec.builder(payload)
                .id(prefix + "-" + line)
                .priority(making.priority())
                .type(making.type());
        String lane = making.lane();
        return made(lane == null ? job : job.lane(lane), making);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /** Points or an export. Confined to one reading. */
    private static final class Lines {
        private final Making making;
        private final String prefix;
        private final long after;
        private final JobSink sink;
        private boolean export;
        private boolean ended;
        private long jobs;

        Lines(Making making, String prefix, long after, JobSink sink) {
            this.making = making;
            this.prefix = prefix;
            this.after = after;
            this.sink = sink;
        }

        void read(InputStream in) throws IOException {
            ByteLines lines = new ByteLines(in, LONGEST_LINE);
            byte[] line = lines.next();
            while (line != null && !sink.isEnough()) {
                try {
                    take(line, lines);
                } catch (BadLine bad) {
                    if (lines.number() > after) {
                        sink.bad(lines.number(), String.valueOf(bad.getMessage()));
                    }
                }
                line = lines.next();
            }
            if (export && !ended && !sink.isEnough()) {
                sink.bad(lines.number() + 1, "the export has no end: it was cut off");
            }
        }

        private void take(byte[] line, ByteLines lines) throws BadLine {
            long number = lines.number();
            if (lines.isTooLong()) {
                jobs++;
                throw new BadLine("longer than " + LONGEST_LINE + " bytes");
            }
            if (isBlank(line)) {
                return;
            }
            if (number == 1) {
                export = isHead(line);
                if (export) {
                    return;
                }
            }
            if (!export) {
                if (number > after) {
                    JsonNode unused = json(line);
                    sink.job(number, point(line, prefix, number, making));
                }
                return;
            }
            exported(line, number);
        }

        private static boolean isHead(byte[] line) throws BadLine {
            JsonNode node = json(line);
            return ExportFormat.head(node).isPresent();
        }

        private void exported(byte[] line, long number) throws BadLine {
            if (ended) {
                throw new BadLine("behind the end of the export");
            }
            jobs++;
            JsonNode node = json(line);
            OptionalLong end = ExportFormat.end(node);
            if (end.isPresent()) {
                ended = true;
                if (end.getAsLong() != --jobs) {
                    throw new BadLine("the export should have " + end.getAsLong() + " jobs and has " + jobs);
                }
            } else if (number > after) {
                sink.job(number, made(ExportFormat.job(node, making.now()), making));
            }
        }

        private static boolean isBlank(byte[] line) {
            for (byte b : line) {
                if (b != ' ' && b != '\t' && b != '\r') {
                    return false;
                }
            }
            return true;
        }
    }

    /** A flight: a job for each fix, in JSON as points are. */
    private final class Fixes implements FixSink {
        private final Making making;
        private final String prefix;
        private final long after;
        private final JobSink sink;
        private final String flight = flightName();

        Fixes(Making making, String prefix, long after, JobSink sink) {
            this.making = making;
            this.prefix = prefix;
            this.after = after;
            this.sink = sink;
        }

        @Override
        public void fix(long line, TrackPoint point) {
            if (line <= after || sink.isEnough()) {
                return;
            }
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("flight", flight);
            json.put("time", point.time().toString());
            json.put("lat", point.latitudeDegrees());
            json.put("lon", point.longitudeDegrees());
            json.put("valid", point.valid());
            json.put("pressure_altitude", point.pressureAltitude());
            json.put("gnss_altitude", point.gnssAltitude());
            try {
                sink.job(line, point(MAPPER.writeValueAsBytes(json), prefix, line, making));
            } catch (BadLine bad) {
                problem(line, String.valueOf(bad.getMessage()));
            }
        }

        @Override
        public void problem(long line, String message) {
            if (line > after && !sink.isEnough()) {
                sink.bad(line, message);
            }
        }
    }

    /** Tells how many bytes were read. */
    private static final class Counted extends FilterInputStream {
        private final Progress progress;

        Counted(InputStream in, Progress progress) {
            super(in);
            this.progress = progress;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            progress.advance(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            progress.advance(count);
            return count;
        }
    }
}
