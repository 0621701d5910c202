package dev.millrace.promises;

import static dev.millrace.command.Lists.lrange;
import static dev.millrace.command.Lists.rpush;
import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.incr;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.command.Command;
import dev.millrace.testkit.RedisServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What callers were told of their writes, to be held against what the server has. Each INCR is counted for its key;
 * each RPUSH carries an element of its own, so that of every single one it can be asked whether it was executed, how
 * often, and in which order. Thread-safe.
 */
final class Ledger {
    private static final int COUNTERS = 16;

    private final AtomicLongArray acknowledged = new AtomicLongArray(COUNTERS);
    private final AtomicLongArray unknown = new AtomicLongArray(COUNTERS);
    private final AtomicLongArray highest = new AtomicLongArray(COUNTERS);
    private final List<Pushes> pushes = new ArrayList<>();

    /** One caller's list. Confined to the caller until it has ended. */
    static final class Pushes {
        private final String key;
        private final List<String> acknowledged = new ArrayList<>();
        private final Set<String> unknown = new HashSet<>();
        private final Set<String> notExecuted = new HashSet<>();
        private int sequence;

        private Pushes(String key) {
            this.key = key;
        }

        Probe<Long> push() {
            String element = key + '#' + ++sequence;
            return Probe.<Long>of(rpush(key, element), length -> {}).settling(end -> {
                switch (end) {
                    case VALUE -> acknowledged.add(element);
                    case UNKNOWN, CANCELLED -> unknown.add(element);
                    case NOT_SENT, REJECTED, SERVER_ERROR -> notExecuted.add(element);
                }
            });
        }
    }

    synchronized Pushes newList() {
        Pushes list = new Pushes("list:" + pushes.size());
        pushes.add(list);
        return list;
    }

    Probe<Long> increment(int number) {
        int counter = number % COUNTERS;
        return Probe.<Long>of(
                        incr(counter(counter)),
                        value -> highest.accumulateAndGet(counter, value == null ? 0 : value, Math::max))
                .settling(end -> {
                    switch (end) {
                        case VALUE -> acknowledged.incrementAndGet(counter);
                        case UNKNOWN, CANCELLED -> unknown.incrementAndGet(counter);
                        case NOT_SENT, REJECTED, SERVER_ERROR -> {}
                    }
                });
    }

    /** A read of a counter: it never goes back behind what was acknowledged before the read began. */
    Probe<String> read(int number, MixUps mixUps) {
        int counter = number % COUNTERS;
        Command<String> command = get(counter(counter));
        long least = highest.get(counter);
        return Probe.of(
                command,
                value -> mixUps.expectWithin(
                        "GET " + counter(counter), least, Long.MAX_VALUE, value == null ? 0L : Long.parseLong(value)));
    }

    private static String counter(int number) {
        return "counter:" + number;
    }

    /** Holds everything against the server, when all callers have ended and the client has no connection any more. */
    synchronized void check(Function<String, RedisServer> serverOf) {
        for (int i = 0; i < COUNTERS; i++) {
            Object held = serverOf.apply(counter(i)).ask("GET", counter(i));
            long value = held == null ? 0 : Long.parseLong(held.toString());
            assertThat(value)
                    .as("%s: %d acknowledged, %d unknown", counter(i), acknowledged.get(i), unknown.get(i))
                    .isBetween(acknowledged.get(i), acknowledged.get(i) + unknown.get(i));
        }
        for (Pushes list : pushes) {
            if (serverOf.apply(list.key).ask("LRANGE", list.key, "0", "-1") instanceof List<?> held) {
                check(list, held.stream().map(String::valueOf).toList());
            }
        }
    }

    private static void check(Pushes list, List<String> held) {
        assertThat(held).as("elements of %s, none of them twice", list.key).doesNotHaveDuplicates();
        assertThat(held)
                .as("what was never sent, or refused, was not executed")
                .doesNotContainAnyElementsOf(notEmpty(list.notExecuted));
        List<String> executed = new ArrayList<>(held);
        executed.removeAll(list.unknown);
        assertThat(executed)
                .as("acknowledged elements of %s, in their order", list.key)
                .isEqualTo(list.acknowledged);
    }

    /**
     * As {@link #check}, where servers may have lost what they had acknowledged: how many such writes are gone. Nothing
     * may have run twice, or without being sent.
     *
     * @param ask asks the server that has a key
     */
    synchronized long lost(Function<Command<?>, @Nullable Object> ask) {
        long lost = 0;
        for (int i = 0; i < COUNTERS; i++) {
            Object held = ask.apply(get(counter(i)));
            long value = held == null ? 0 : Long.parseLong(held.toString());
            assertThat(value)
                    .as("%s: %d acknowledged, %d unknown", counter(i), acknowledged.get(i), unknown.get(i))
                    .isLessThanOrEqualTo(acknowledged.get(i) + unknown.get(i));
            lost += Math.max(0, acknowledged.get(i) - value);
        }
        for (Pushes list : pushes) {
            if (ask.apply(lrange(list.key, 0, -1)) instanceof List<?> held) {
                lost += lost(list, held.stream().map(String::valueOf).toList());
            }
        }
        return lost;
    }

    private static long lost(Pushes list, List<String> held) {
        assertThat(held).as("elements of %s, none of them twice", list.key).doesNotHaveDuplicates();
        assertThat(held)
                .as("what was never sent, or refused, was not executed")
                .doesNotContainAnyElementsOf(notEmpty(list.notExecuted));
        List<String> executed = new ArrayList<>(held);
        executed.removeAll(list.unknown);
        List<String> kept = new ArrayList<>(list.acknowledged);
        kept.retainAll(Set.copyOf(executed));
        assertThat(executed)
                .as("acknowledged elements of %s, in their order", list.key)
                .isEqualTo(kept);
        return list.acknowledged.size() - kept.size();
    }

    private static Set<String> notEmpty(Set<String> elements) {
        return elements.isEmpty() ? Set.of("none") : elements;
    }

    /** How many single writes were never sent, or refused; each of them was looked for. */
    synchronized long notExecuted() {
        return pushes.stream().mapToLong(list -> list.notExecuted.size()).sum();
    }
}
