package dev.millrace.state;

import dev.millrace.command.MillraceException;
import dev.millrace.command.Range;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the other processes of a state, and removes the connections of those that are dead: what a process says changes with
 * each of its beats, and one whose words are the same for too long, while this process hears Redis itself, is dead. Only this
 * process's monotonic clock is looked at.
 *
 * <p>Confined to the keeper's thread.
 */
final class Watch<A> {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    /** What another process last said, and since when. */
    private record Sign(String said, long sinceNanos) {}

    private final State<A> state;
    private final Census census;
    private final String own;
    private final long deadNanos;
    private final long timeoutNanos;
    private final Map<String, Sign> signs = new HashMap<>();
    private final Set<String> homes = new HashSet<>();

    Watch(State<A> state, Census census, long timeoutNanos) {
        this.state = state;
        this.census = census;
        this.own = census.process();
        this.deadNanos = state.options().deadAfter().toNanos();
        this.timeoutNanos = timeoutNanos;
    }

    /** Who can't hear says nothing about others: the watch begins anew. */
    void cutOff() {
        signs.clear();
    }

    /** All homes are told of anew. */
    void clearHomes() {
        homes.clear();
    }

    /** Some process has connections. */
    void home(String home) {
        homes.add(home);
    }

    /** Takes note of what the processes say, and removes the connections of one that has been silent for too long. */
    void watch(Map<String, String> said) {
        Map<String, String> all = new HashMap<>(said);
        // Homes of processes that are not in the census: its entry was lost, or removed too early.
        for (String home : homes) {
            String process = Homes.escapedProcess(home);
            if (!process.equals(own)) {
                all.putIfAbsent(process, home.substring(process.length() + 1) + " lost");
            }
        }
        signs.keySet().retainAll(all.keySet());
        long now = System.nanoTime();
        all.forEach((process, sign) -> {
            Sign last = signs.get(process);
            if (process.equals(own)) {
                return;
            }
            if (last == null || !last.said().equals(sign)) {
                signs.put(process, new Sign(sign, now));
            } else if (now - last.sinceNanos() >= deadNanos) {
                signs.put(process, new Sign(sign, now));
                reap(process, sign);
            }
        });
    }

    private void reap(String process, String sign) {
        long its = incarnationOf(sign);
        boolean lost = sign.endsWith(" lost");
        if (!lost && !sign.endsWith(" dead") && !census.bury(process, sign)) {
            return;
        }
        LOG.info(
                "state {}: a process has given no sign; its connections are removed",
                state.options().name());
        removeOf(process, its + 1);
        if (lost) {
            homes.removeIf(home -> Homes.escapedProcess(home).equals(process));
        } else {
            boolean unused = census.gone(process, its + " dead");
        }
    }

    /** Removes what incarnations of a process before this one have. */
    void removeOf(String process, long before) {
        String after = process + ":";
        while (true) {
            List<String> members = state.page(Range.open(after, process + ";"));
            if (members.isEmpty()) {
                return;
            }
            after = members.getLast();
            List<RecordCall> calls = new ArrayList<>();
            for (String member : members) {
                String home = Homes.ofMember(member);
                if (incarnationOf(home.substring(process.length() + 1)) < before) {
                    calls.add(RecordCall.deleteOf(Homes.id(member), home));
                }
            }
            for (Object answer : state.exchange.sendAll(calls, timeoutNanos)) {
                if (answer instanceof MillraceException failure) {
                    throw failure.raised();
                }
                if (((RecordAnswer) answer).outcome() == RecordAnswer.Outcome.DONE) {
                    state.counters.reaped.increment();
                }
            }
        }
    }

    static long incarnationOf(String text) {
        int blank = text.indexOf(' ');
        try {
            return Long.parseLong(blank < 0 ? text : text.substring(0, blank));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
