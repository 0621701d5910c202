package dev.millrace.tools.queue;

import static dev.millrace.tools.Words.number;

import dev.millrace.queue.QueueStatistics;
import dev.millrace.queue.Queues;
import dev.millrace.tools.Answer;
import dev.millrace.tools.Words;
import dev.millrace.tools.report.TextTable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;

/** {@code millrace queue stats}: all numbers of one queue. */
@Command(
        name = "stats",
        description = "Show all numbers of a queue: what waits by lane and type, what is where, and what has happened.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {"", "Examples:", "  millrace queue stats mails", "  millrace queue stats mails --json"})
final class StatsCommand implements Callable<Integer> {
    @Mixin
    private OneQueue queue = new OneQueue();

    @Mixin
    private Answer answer = new Answer();

    @Override
    public Integer call() {
        return queue.with((redis, named) -> {
            QueueStatistics numbers = named.statistics();
            if (answer.isJson()) {
                answer.print(json(named.options().name(), numbers));
            } else {
                answer.print(text(queue.shown(), numbers));
            }
            return ExitCode.OK;
        });
    }

    /** The numbers of a queue for programs; {@code list} has them too. */
    static Map<String, Object> json(String name, QueueStatistics numbers) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("queue", name);
        json.put("escaped", Queues.escaped(name));
        json.put("paused", numbers.paused());
        json.put("waiting", numbers.waiting());
        json.put("ready_by_lane", numbers.ready());
        json.put("waiting_by_type", new TreeMap<>(numbers.waitingByType()));
        json.put("delayed", numbers.delayed());
        json.put("leased", numbers.leased());
        json.put("overdue", numbers.overdue());
        json.put("done", numbers.done());
        json.put("failed", numbers.failed());
        json.put("dead", numbers.dead());
        Duration oldest = numbers.oldestAge();
        json.put("oldest_age_millis", oldest == null ? null : oldest.toMillis());
        json.put("counters", counters(numbers.counters()));
        return json;
    }

    private static Map<String, Long> counters(QueueStatistics.Counters counted) {
        Map<String, Long> counters = new LinkedHashMap<>();
        counters.put("enqueued", counted.enqueued());
        counters.put("duplicates", counted.duplicates());
        counters.put("replaced", counted.replaced());
        counters.put("claimed", counted.claimed());
        counters.put("taken", counted.taken());
        counters.put("completed", counted.completed());
        counters.put("retried", counted.retried());
        counters.put("snoozed", counted.snoozed());
        counters.put("handed_back", counted.handedBack());
        counters.put("expired", counted.expired());
        counters.put("given_up", counted.givenUp());
        counters.put("cancelled", counted.cancelled());
        counters.put("removed", counted.removed());
        counters.put("purged", counted.purged());
        counters.put("replayed", counted.replayed());
        counters.put("lost", counted.lost());
        counters.put("done_bytes", counted.doneBytes());
        counters.put("failed_bytes", counted.failedBytes());
        return counters;
    }

    private static String text(String shown, QueueStatistics numbers) {
        StringBuilder text = new StringBuilder("queue   " + shown + (numbers.paused() ? ", paused" : "") + "\n"
                + "oldest  " + Words.age(numbers.oldestAge()) + "\n\n");
        TextTable places = new TextTable().text("jobs").number("number");
        places.row("waiting", number(numbers.waiting()));
        numbers.ready().forEach((lane, ready) -> places.row("  ready in " + lane, number(ready)));
        places.row("  delayed", number(numbers.delayed()));
        places.row("leased", number(numbers.leased()));
        places.row("overdue", number(numbers.overdue()));
        places.row("done", number(numbers.done()));
        places.row("failed", number(numbers.failed()));
        places.row("dead", number(numbers.dead()));
        text.append(places);
        if (!numbers.waitingByType().isEmpty()) {
            TextTable types = new TextTable().text("type").number("waiting");
            new TreeMap<>(numbers.waitingByType())
                    .forEach((type, waiting) ->
                            types.row(type.isEmpty() ? "(none)" : Words.printable(type), number(waiting)));
            text.append('\n').append(types);
        }
        TextTable counters = new TextTable().text("has happened").number("times");
        counters(numbers.counters()).forEach((name, count) -> {
            if (!name.endsWith("_bytes")) {
                counters.row(name.replace('_', ' '), number(count));
            }
        });
        return text.append('\n').append(counters).toString();
    }
}
