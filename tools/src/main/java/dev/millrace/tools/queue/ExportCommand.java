package dev.millrace.tools.queue;

import dev.millrace.queue.JobQueue;
import dev.millrace.queue.JobState;
import dev.millrace.tools.BadInput;
import dev.millrace.tools.Words;
import dev.millrace.tools.load.ExportFormat;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code millrace queue export}: the jobs of a queue, for `millrace load`. */
@Command(
        name = "export",
        description = "Write the jobs of a queue to standard output, as JSON lines that `millrace load` reads.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Nothing is taken out of the queue. Pause it first: what is handed out meanwhile moves, and may be missing. Jobs"
                    + " keep their ids, so an export that is loaded twice is in the queue once.",
            "",
            "Examples:",
            "  millrace queue pause mails",
            "  millrace queue export mails > mails.jsonl",
            "  millrace queue export mails --state dead | gzip > dead.jsonl.gz"
        })
final class ExportCommand implements Callable<Integer> {
    private static final int PAGE = 1_000;

    /** Jobs move this way while nothing is handed out, so none is missed; what is met twice is a duplicate later. */
    private static final List<JobState> ORDER =
            List.of(JobState.LEASED, JobState.DELAYED, JobState.READY, JobState.DONE, JobState.FAILED, JobState.DEAD);

    @Mixin
    private OneQueue queue = new OneQueue();

    @Option(
            names = "--state",
            split = ",",
            paramLabel = "STATE",
            description =
                    "Which jobs: ${COMPLETION-CANDIDATES}; READY and DELAYED by default. May be given several times.")
    private Set<JobState> states = EnumSet.of(JobState.READY, JobState.DELAYED);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        return queue.with((redis, named) -> {
            PrintWriter err = spec.commandLine().getErr();
            if (!named.statistics().paused()) {
                err.println(queue.shown() + " is not paused: what moves meanwhile may be missing");
                err.flush();
            }
            long jobs = write(named);
            err.println("exported " + Words.counted(jobs, "job") + " of " + queue.shown());
            err.flush();
            return ExitCode.OK;
        });
    }

    private long write(JobQueue<byte[]> named) {
        PrintWriter out = spec.commandLine().getOut();
        print(out, ExportFormat.head(named.options()));
        long jobs = 0;
        for (JobState state : ORDER) {
            StoredJobs all = new StoredJobs(named, state, StoredJobs.lanes(named), PAGE);
            while (states.contains(state) && all.hasNext()) {
                print(out, ExportFormat.job(all.next()));
                if (++jobs % PAGE == 0 && out.checkError()) {
                    throw new BadInput("the output was closed after " + Words.counted(jobs, "job"));
                }
            }
        }
        print(out, ExportFormat.end(jobs));
        if (out.checkError()) {
            throw new BadInput("the output can't be written to its end; the export is not whole");
        }
        return jobs;
    }

    private static void print(PrintWriter out, String line) {
        // Not println: it would flush each line, and end it as the system does.
        out.print(line + "\n");
    }
}
