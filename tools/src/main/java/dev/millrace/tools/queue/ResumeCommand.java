package dev.millrace.tools.queue;

import dev.millrace.tools.Answer;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code millrace queue resume}: jobs are handed out again. */
@Command(
        name = "resume",
        description = "Hand out jobs of a queue again.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Example:", "  millrace queue resume mails"})
final class ResumeCommand implements Callable<Integer> {
    @Mixin
    private OneQueue queue = new OneQueue();

    @Mixin
    private Answer answer = new Answer();

    @Override
    public Integer call() {
        return queue.with((redis, named) -> {
            boolean changed = named.admin().resume();
            answer.print(
                    queue.shown() + (changed ? " is resumed" : " was not paused"),
                    Map.of("paused", false, "changed", changed));
            return ExitCode.OK;
        });
    }
}
