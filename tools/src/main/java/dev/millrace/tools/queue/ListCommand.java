package dev.millrace.tools.queue;

import static dev.millrace.tools.Words.number;

import dev.millrace.Millrace;
import dev.millrace.queue.QueueOptions;
import dev.millrace.queue.QueueStatistics;
import dev.millrace.queue.Queues;
import dev.millrace.tools.Answer;
import dev.millrace.tools.ServerOption;
import dev.millrace.tools.Words;
import dev.millrace.tools.report.TextTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code millrace queue list}: every queue with its numbers. */
@Command(
        name = "list",
        description = "List the queues of a server, or of all masters of a cluster, with their numbers.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Scans the whole keyspace, 1,000 keys a trip.",
            "",
            "Examples:",
            "  millrace queue list",
            "  millrace queue list --json --redis redis://localhost:6379"
        })
final class ListCommand implements Callable<Integer> {
    @Mixin
    private ServerOption server = new ServerOption();

    @Mixin
    private Answer answer = new Answer();

    @Override
    public Integer call() {
        Map<String, QueueStatistics> queues = new LinkedHashMap<>();
        try (Millrace redis = server.connect()) {
            for (String name : redis.queues().names()) {
                Optional<QueueOptions.Builder<byte[]>> options = redis.queues().find(name);
                // One that was deleted since is not there any more.
                options.ifPresent(
                        found -> queues.put(name, redis.queue(found.build()).statistics()));
            }
        }
        if (answer.isJson()) {
            List<Map<String, Object>> all = new ArrayList<>();
            queues.forEach((name, statistics) -> all.add(StatsCommand.json(name, statistics)));
            answer.print(Map.of("queues", all));
        } else {
            answer.print(queues.isEmpty() ? "no queues" + System.lineSeparator() : table(queues));
        }
        return ExitCode.OK;
    }

    private static String table(Map<String, QueueStatistics> queues) {
        TextTable table = new TextTable()
                .text("queue")
                .text("state")
                .number("waiting")
                .number("delayed")
                .number("leased")
                .number("done")
                .number("failed")
                .number("dead")
                .number("oldest");
        queues.forEach((name, numbers) -> table.row(
                Queues.escaped(name),
                numbers.paused() ? "paused" : "open",
                number(numbers.waiting()),
                number(numbers.delayed()),
                number(numbers.leased()),
                number(numbers.done()),
                number(numbers.failed()),
                number(numbers.dead()),
                Words.age(numbers.oldestAge())));
        return table.toString();
    }
}
