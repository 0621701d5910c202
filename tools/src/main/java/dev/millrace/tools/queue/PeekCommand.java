package dev.millrace.tools.queue;

import static java.util.Objects.requireNonNull;

import dev.millrace.command.Server;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.JobState;
import dev.millrace.queue.StoredJob;
import dev.millrace.tools.Answer;
import dev.millrace.tools.BadInput;
import dev.millrace.tools.Words;
import dev.millrace.tools.report.TextTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace queue peek}: jobs, left where they are. */
@Command(
        name = "peek",
        description = "Show jobs and leave them where they are.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "They come in the order in which they leave, are due or ended, ready ones lane after lane. What can't be printed"
                    + " is escaped; --json has everything as it is, payloads that are no text as payload_base64.",
            "",
            "Examples:",
            "  millrace queue peek mails",
            "  millrace queue peek mails --state dead -n 100 --json",
            "  millrace queue peek mails --lane bulk --raw"
        })
final class PeekCommand implements Callable<Integer> {
    private static final int SHOWN = 48;
    private static final int MOST = 10_000;

    @Mixin
    private OneQueue queue = new OneQueue();

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "Which jobs: ${COMPLETION-CANDIDATES}; READY by default.")
    private JobState state = JobState.READY;

    @Option(names = "--lane", paramLabel = "LANE", description = "Ready jobs of this lane only.")
    private @Nullable String lane;

    @Option(names = "-n", paramLabel = "N", description = "How many, 1 to 10,000; 10 by default.")
    private int most = 10;

    @Option(names = "--raw", description = "Print whole payloads, one a line; what is no plain text as base64:…")
    private boolean raw;

    @Mixin
    private Answer answer = new Answer();

    @Override
    public Integer call() {
        if (most < 1 || most > MOST) {
            throw new BadInput("-n takes 1 to 10000, got " + most);
        }
        if (raw && answer.isJson()) {
            throw new BadInput("--raw and --json are two ways to answer; give one of them");
        }
        if (lane != null && state != JobState.READY) {
            throw new BadInput("--lane goes with ready jobs; those of other states are not kept by lane");
        }
        return queue.with((redis, named) -> {
            Instant now = requireNonNull(redis.run(Server.time()));
            show(jobs(named), now);
            return ExitCode.OK;
        });
    }

    private List<StoredJob<byte[]>> jobs(JobQueue<byte[]> named) {
        List<String> lanes = StoredJobs.lanes(named);
        if (lane != null && !lanes.contains(lane)) {
            throw new BadInput("the queue has no lane of that name; it has " + String.join(", ", lanes));
        }
        StoredJobs all = new StoredJobs(named, state, lane == null ? lanes : List.of(lane), Math.min(most, 1_000));
        List<StoredJob<byte[]>> jobs = new ArrayList<>();
        while (jobs.size() < most && all.hasNext()) {
            jobs.add(all.next());
        }
        return jobs;
    }

    private void show(List<StoredJob<byte[]>> jobs, Instant now) {
        if (answer.isJson()) {
            answer.print(Map.of("jobs", jobs.stream().map(job -> json(job, now)).toList()));
        } else if (raw) {
            jobs.forEach(job -> answer.print(raw(job.encodedPayload()) + System.lineSeparator()));
        } else if (jobs.isEmpty()) {
            answer.print("no such jobs" + System.lineSeparator());
        } else {
            answer.print(table(jobs, now));
        }
    }

    private static String raw(byte[] payload) {
        return Words.text(payload)
                .filter(text -> text.equals(Words.printable(text)))
                .orElseGet(() -> "base64:" + Base64.getEncoder().encodeToString(payload));
    }

    private static String table(List<StoredJob<byte[]>> jobs, Instant now) {
        TextTable table = new TextTable()
                .text("id")
                .text("type")
                .text("lane")
                .number("priority")
                .number("attempts")
                .number("deliveries")
                .number("age")
                .text("payload")
                .text("error");
        for (StoredJob<byte[]> job : jobs) {
            byte[] payload = job.encodedPayload();
            table.row(
                    Words.printable(job.id()),
                    Words.printable(job.type()),
                    job.lane(),
                    Words.number(job.priority()),
                    Words.number(job.attempts()),
                    Words.number(job.deliveries()),
                    Words.age(age(job, now)),
                    Words.shortened(Words.printable(payload), SHOWN, payload.length),
                    Words.shortened(
                            Words.printable(Optional.ofNullable(job.error()).orElse("")),
                            SHOWN,
                            Optional.ofNullable(job.error()).orElse("").length()));
        }
        return table.toString();
    }

    private static Duration age(StoredJob<byte[]> job, Instant now) {
        Duration age = Duration.between(job.enqueuedAt(), now);
        return age.isNegative() ? Duration.ZERO : age;
    }

    private static Map<String, Object> json(StoredJob<byte[]> job, Instant now) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", job.id());
        json.put("state", job.state().name());
        json.put("type", job.type());
        json.put("lane", job.lane());
        json.put("priority", job.priority());
        json.put("attempts", job.attempts());
        json.put("deliveries", job.deliveries());
        json.put("progress", job.progress() < 0 ? null : job.progress());
        json.put("age_millis", age(job, now).toMillis());
        json.put("enqueued_at", job.enqueuedAt().toString());
        Instant at = job.at();
        json.put("at", at == null ? null : at.toString());
        json.put("error", job.error());
        byte[] payload = job.encodedPayload();
        Words.text(payload)
                .ifPresentOrElse(
                        text -> json.put("payload", text),
                        () -> json.put("payload_base64", Base64.getEncoder().encodeToString(payload)));
        return json;
    }
}
