package dev.millrace.tools.queue;

import dev.millrace.queue.JobState;
import dev.millrace.queue.QueueAdmin;
import dev.millrace.tools.Answer;
import dev.millrace.tools.BadInput;
import dev.millrace.tools.Words;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace queue purge}: deletes jobs for good. */
@Command(
        name = "purge",
        description = "Delete jobs for good: dead letters, a history, or all that waits.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Jobs that are leased are never deleted. `millrace queue export` keeps a copy of what is there.",
            "",
            "Examples:",
            "  millrace queue purge mails --state dead --yes",
            "  millrace queue purge mails --state waiting --yes"
        })
final class PurgeCommand implements Callable<Integer> {
    /** What can be deleted. */
    enum Purgeable {
        DEAD,
        DONE,
        FAILED,
        /** Ready and delayed jobs of all lanes. */
        WAITING
    }

    @Mixin
    private OneQueue queue = new OneQueue();

    @Option(
            names = "--state",
            required = true,
            paramLabel = "STATE",
            description = "Which jobs: ${COMPLETION-CANDIDATES}; waiting ones are ready or delayed.")
    private Purgeable state = Purgeable.DEAD;

    @Option(names = "--yes", description = "Really delete them; without it nothing is done.")
    private boolean yes;

    @Mixin
    private Answer answer = new Answer();

    @Override
    public Integer call() {
        if (!yes) {
            throw new BadInput("this deletes all " + state.name().toLowerCase(Locale.ROOT) + " jobs of " + queue.shown()
                    + " for good; add --yes to do it");
        }
        return queue.with((redis, named) -> {
            long purged = purge(named.admin());
            answer.print("deleted " + Words.counted(purged, "job") + " of " + queue.shown(), Map.of("purged", purged));
            return ExitCode.OK;
        });
    }

    private long purge(QueueAdmin<byte[]> admin) {
        return switch (state) {
            case DEAD -> admin.purge(JobState.DEAD);
            case DONE -> admin.purge(JobState.DONE);
            case FAILED -> admin.purge(JobState.FAILED);
            case WAITING -> admin.drain();
        };
    }
}
