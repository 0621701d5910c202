package dev.millrace.tools.queue;

import dev.millrace.tools.Answer;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code millrace queue pause}: nothing is handed out until {@code resume}. */
@Command(
        name = "pause",
        description = "Hand out no more jobs of a queue; they may still be enqueued and settled.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Example:", "  millrace queue pause mails"})
final class PauseCommand implements Callable<Integer> {
    @Mixin
    private OneQueue queue = new OneQueue();

    @Mixin
    private Answer answer = new Answer();

    @Override
    public Integer call() {
        return queue.with((redis, named) -> {
            boolean changed = named.admin().pause();
            answer.print(
                    queue.shown() + (changed ? " is paused" : " was paused already"),
                    Map.of("paused", true, "changed", changed));
            return ExitCode.OK;
        });
    }
}
