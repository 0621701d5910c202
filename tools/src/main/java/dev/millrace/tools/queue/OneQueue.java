package dev.millrace.tools.queue;

import dev.millrace.Millrace;
import dev.millrace.queue.JobQueue;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.Queues;
import dev.millrace.tools.BadInput;
import dev.millrace.tools.ServerOption;
import java.util.function.BiFunction;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The queue that a command is about, and the server it is on; a picocli mixin. Confined to one thread. */
final class OneQueue {
    @Parameters(paramLabel = "NAME", description = "The queue, as `millrace queue list` shows it.")
    private String name = "";

    @Mixin
    private ServerOption server = new ServerOption();

    /** Its name as it is shown: escaped, so that it can't move the cursor. */
    String shown() {
        return Queues.escaped(Queues.unescaped(name));
    }

    /**
     * Does something with the queue, over a client that is closed afterwards.
     *
     * @throws BadInput if there is no such queue, or the server is named wrongly
     */
    <R> R with(BiFunction<Millrace, JobQueue<byte[]>, R> work) {
        try (Millrace redis = server.connect()) {
            QueueOptions<byte[]> options = redis.queues()
                    .find(Queues.unescaped(name))
                    .orElseThrow(() -> new BadInput("there is no queue " + shown() + " at " + server.described()
                            + "; `millrace queue list` shows those that are there"))
                    .build();
            return work.apply(redis, redis.queue(options));
        }
    }
}
