package dev.millrace.tools.load;

import dev.millrace.Millrace;
import dev.millrace.command.MillraceException;
import dev.millrace.queue.Deduplication;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.Lane;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.Queues;
import dev.millrace.tools.Answer;
import dev.millrace.tools.BadInput;
import dev.millrace.tools.ServerOption;
import dev.millrace.tools.Words;
import dev.millrace.tools.progress.Progress;
import dev.millrace.tools.progress.ProgressDisplay;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace load}: fills a queue from a file. */
@Command(
        name = "load",
        description = "Load a file into a queue, a job for each line; what was interrupted goes on where it was.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "FILE holds points, one JSON object a line; or a flight (.igc), a job for each fix; or what `millrace queue"
                    + " export` wrote. Each may be packed with gzip.",
            "The whole file is checked first, and nothing is written while a line of it is wrong, unless --skip-bad. Ids come"
                    + " from the file's content and the line, or from the export: the same command again, after whatever"
                    + " ended it, loads what is missing and no line twice.",
            "Exit status: 0 done, 1 interrupted or the server failed on the way, 2 bad input.",
            "",
            "Examples:",
            "  millrace load points.jsonl --queue live",
            "  millrace load flight.igc.gz --queue live --lane bulk --type igc",
            "  millrace queue export mails > mails.jsonl && millrace load mails.jsonl --queue post"
        })
public final class LoadCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "What to load; a plain file, for it is read twice.")
    private Path file = Path.of("");

    @Option(
            names = "--queue",
            required = true,
            paramLabel = "NAME",
            description = "The queue, as `millrace queue list` shows it; it is made if it is not there.")
    private String queueName = "";

    @Option(names = "--lane", paramLabel = "LANE", description = "The lane of points; the queue's first by default.")
    private @Nullable String lane;

    @Option(names = "--priority", paramLabel = "N", description = "The priority of points, 0 to 511; 0 by default.")
    private int priority;

    @Option(names = "--type", paramLabel = "TYPE", description = "The type of points; none by default.")
    private String type = "";

    @Option(names = "--skip-bad", description = "Load the rest of a file in which lines are wrong.")
    private boolean skipBad;

    @Option(
            names = "--window",
            paramLabel = "HOURS",
            description =
                    "For how long a line is known to be loaded, and an interrupted load can go on, in hours; 24 by"
                            + " default. Costs the server about 150 bytes a job.")
    private int windowHours = 24;

    @Mixin
    private ServerOption server = new ServerOption();

    @Mixin
    private Answer answer = new Answer();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final @Nullable BooleanSupplier stopForTests;

    /** For picocli, which fills in the options. */
    public LoadCommand() {
        this(null);
    }

    /** @param stop asked before each batch, in the place of signals */
    LoadCommand(@Nullable BooleanSupplier stop) {
        this.stopForTests = stop;
    }

    @Override
    public Integer call() {
        if (windowHours < 1 || windowHours > 24 * 366) {
            throw new BadInput("--window takes 1 to 8784 hours, got " + windowHours);
        }
        if (priority < 0 || priority > 511) {
            throw new BadInput("--priority takes 0 to 511, got " + priority);
        }
        JobFile jobs = JobFile.at(file);
        try (Stop stop = new Stop();
                Millrace redis = server.connect()) {
            return load(redis, jobs, stopForTests == null ? stop::isWanted : stopForTests);
        } catch (IOException failed) {
            throw new BadInput("cannot read " + file + ": " + JobFile.reason(failed));
        }
    }

    private int load(Millrace redis, JobFile jobs, BooleanSupplier stop) throws IOException {
        QueueOptions<byte[]> options = options(redis, jobs);
        Set<String> lanes = options.lanes().stream().map(Lane::name).collect(Collectors.toSet());
        if (lane != null && !lanes.contains(lane)) {
            throw new BadInput("the queue has no lane of that name; it has "
                    + options.lanes().stream().map(Lane::name).collect(Collectors.joining(", ")));
        }
        JobFile.Making making = new JobFile.Making(lanes, lane, priority, type, Instant.now());
        PrintWriter err = spec.commandLine().getErr();
        Checking found = new Checking(err);
        String content = check(jobs, making, found);
        err.flush();
        if (found.bad() > 0 && !skipBad) {
            throw new BadInput(Words.counted(found.bad(), "line") + " of " + file + " can't be loaded"
                    + (found.isAbridged() ? ", the first 20 are named above" : "")
                    + "; nothing was written. Mend the file, or load the rest by --skip-bad");
        }
        Checkpoint checkpoint = new Checkpoint(redis, options.name(), content, window());
        Checkpoint.Position after = checkpoint.position();
        if (after.line() > 0) {
            err.println("going on after line " + Words.number(after.line()));
            err.flush();
        }
        long start = System.nanoTime();
        Loading loading = enqueue(redis.queue(options), jobs, making, content, checkpoint, after, found.jobs(), stop);
        if (loading.isStopped()) {
            return interrupted(loading.reached(), "stopped");
        }
        checkpoint.remove();
        report(loading, found.bad(), after, (System.nanoTime() - start) / 1e9);
        return ExitCode.OK;
    }

    private String check(JobFile jobs, JobFile.Making making, Checking found) throws IOException {
        try (Progress progress = ProgressDisplay.onStandardError().start("checking", jobs.bytes())) {
            return jobs.read(making, "check", 0, progress, found);
        }
    }

    private Loading enqueue(
            JobQueue<byte[]> queue,
            JobFile jobs,
            JobFile.Making making,
            String content,
            Checkpoint checkpoint,
            Checkpoint.Position after,
            long all,
            BooleanSupplier stop)
            throws IOException {
        try (Progress progress = ProgressDisplay.onStandardError().start("loading", all)) {
            Loading loading = new Loading(queue, checkpoint, after, progress, stop);
            try {
                // 96 bits of the hash are as unlikely to be another file's, and lie in the server's memory with each
                // job.
                String read = jobs.read(making, content.substring(0, 24), after.line(), Progress.silent(), loading);
                loading.finish();
                if (!loading.isStopped() && !read.equals(content)) {
                    throw new BadInput(file + " was changed while it was loaded; what is in the queue is of both");
                }
            } catch (MillraceException failed) {
                int unused = interrupted(loading.reached(), "failed");
                throw failed;
            }
            return loading;
        }
    }

    private int interrupted(long line, String how) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(how + " after line " + Words.number(line) + "; the same command again loads the rest, within "
                + Words.counted(windowHours, "hour"));
        err.flush();
        return ExitCode.SOFTWARE;
    }

    /** The queue as it is, or as it will be: of an export's lanes, or with a default one. */
    private QueueOptions<byte[]> options(Millrace redis, JobFile jobs) throws IOException {
        String name = Queues.unescaped(queueName);
        Optional<QueueOptions.Builder<byte[]>> there = redis.queues().find(name);
        try {
            QueueOptions.Builder<byte[]> builder =
                    there.isPresent() ? there.get() : QueueOptions.bytes(name).payloadBytes(QueueOptions.MOST_PAYLOAD);
            Optional<ExportFormat.Head> head = jobs.head();
            if (there.isEmpty() && head.isPresent()) {
                List<String> lanes = head.get().lanes();
                builder.lanes(lanes.stream().map(lane -> new Lane(lane, 1)).toArray(Lane[]::new));
            }
            return builder.deduplication(Deduplication.within(window(), Deduplication.Mode.IGNORE))
                    .build();
        } catch (IllegalArgumentException mistaken) {
            throw new BadInput(String.valueOf(mistaken.getMessage()));
        }
    }

    private Duration window() {
        return Duration.ofHours(windowHours);
    }

    private void report(Loading loading, long skipped, Checkpoint.Position after, double seconds) {
        double perSecond = (loading.loaded() + loading.duplicates()) / seconds;
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("queue", Queues.unescaped(queueName));
        json.put("loaded", loading.loaded());
        json.put("duplicates", loading.duplicates());
        json.put("skipped", skipped);
        json.put("resumed_after_line", after.line());
        json.put("loaded_before", after.jobs());
        json.put("seconds", seconds);
        json.put("per_second", perSecond);
        String line = String.format(
                Locale.ROOT,
                "loaded %s into %s, %s, %s skipped, in %.2f s, %,.0f a second",
                Words.counted(loading.loaded(), "job"),
                Queues.escaped(Queues.unescaped(queueName)),
                Words.counted(loading.duplicates(), "duplicate"),
                Words.counted(skipped, "line"),
                seconds,
                perSecond);
        answer.print(line, json);
    }
}
