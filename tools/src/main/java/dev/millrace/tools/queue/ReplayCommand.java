package dev.millrace.tools.queue;

import dev.millrace.queue.QueueAdmin;
import dev.millrace.tools.Answer;
import dev.millrace.tools.Words;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code millrace queue replay}: dead letters become ready again. */
@Command(
        name = "replay",
        description = "Make dead letters ready again, in the places they had, with no attempts behind them.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  millrace queue replay mails --all",
            "  millrace queue replay mails --id welcome-42 --id welcome-43"
        })
final class ReplayCommand implements Callable<Integer> {
    @Mixin
    private OneQueue queue = new OneQueue();

    @ArgGroup(multiplicity = "1")
    private Which which = new Which();

    @Mixin
    private Answer answer = new Answer();

    /** One of the two. */
    static final class Which {
        @Option(names = "--all", required = true, description = "All dead letters.")
        private boolean all;

        @Option(
                names = "--id",
                required = true,
                paramLabel = "ID",
                description = "The dead letter of this id; may be given several times.")
        private List<String> ids = List.of();
    }

    @Override
    public Integer call() {
        return queue.with((redis, named) -> {
            QueueAdmin<byte[]> admin = named.admin();
            List<String> ids = List.copyOf(new LinkedHashSet<>(which.ids));
            long replayed = which.all ? admin.replay() : admin.replay(ids);
            long others = which.all ? 0 : ids.size() - replayed;
            String remark = others == 0
                    ? ""
                    : "; " + Words.counted(others, "id")
                            + (others == 1 ? " is no dead letter" : " are no dead letters");
            answer.print(
                    "replayed " + Words.counted(replayed, "job") + " of " + queue.shown() + remark,
                    Map.of("replayed", replayed));
            return ExitCode.OK;
        });
    }
}
