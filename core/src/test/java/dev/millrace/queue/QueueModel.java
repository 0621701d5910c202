package dev.millrace.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.queue.Deduplication.Mode;
import dev.millrace.queue.Deduplication.Scope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a queue should be, in plain Java and the simplest way: one map of jobs, each with a state. It follows every
 * operation, foretells its answer where that is determined, and checks it where it is not (which lane a claim takes from).
 * Confined to one thread.
 */
final class QueueModel {
    /** A job; {@code at} is when it is due, its lease ends, or it ended, as its index has it, and 0 for one that is ready. */
    static final class Entry {
        final String id;
        char state = 'w';
        String payload = "";
        String type = "";
        int lane;
        int priority;
        long sequence;
        long at;
        int attempts;
        int deliveries;
        long enqueued;
        int progress = -1;

        @Nullable
        String error;

        @Nullable
        Job<String> holder;

        Entry(String id) {
            this.id = id;
        }

        long score() {
            return Score.of(priority, sequence);
        }

        boolean isReady() {
            return state == 'w' && at == 0;
        }
    }

    private static final Comparator<Entry> BY_SCORE = Comparator.comparingLong(Entry::score);
    private static final Comparator<Entry> BY_TIME =
            Comparator.<Entry>comparingLong(entry -> entry.at).thenComparing(entry -> entry.id);

    private final QueueOptions<String> options;
    final Map<String, Entry> jobs = new TreeMap<>();
    final Map<String, Long> marks = new HashMap<>();
    final Map<String, Long> counters = new TreeMap<>();
    long sequence;
    boolean paused;

    QueueModel(QueueOptions<String> options) {
        this.options = options;
    }

    List<Entry> in(Predicate<Entry> wanted, Comparator<Entry> order) {
        return jobs.values().stream().filter(wanted).sorted(order).toList();
    }

    private void count(String what, long by) {
        counters.merge(what, by, Long::sum);
    }

    private int lane(@Nullable String name) {
        for (int i = 0; i < options.lanes().size(); i++) {
            if (options.lanes().get(i).name().equals(name)) {
                return i;
            }
        }
        return 0;
    }

    // ---- producing ----

    EnqueueOutcome enqueue(JobSpec<String> spec, long now) {
        Deduplication deduplication = spec.deduplication() == null ? options.deduplication() : spec.deduplication();
        Mode mode = deduplication.mode();
        Entry known = jobs.get(spec.id());
        char state = known == null ? '-' : known.state;
        EnqueueOutcome outcome = EnqueueOutcome.NEW;
        if (state == 'w' || state == 'x') {
            outcome = mode == Mode.IGNORE ? EnqueueOutcome.DUPLICATE : EnqueueOutcome.REPLACED;
        } else if (state == 'l') {
            outcome = EnqueueOutcome.DUPLICATE;
        } else if (state != '-' && deduplication.scope() == Scope.RETAINED) {
            outcome = EnqueueOutcome.DUPLICATE;
        } else if (deduplication.scope() == Scope.WINDOW && marks.getOrDefault(spec.id(), 0L) > now) {
            outcome = EnqueueOutcome.DUPLICATE;
        }
        switch (outcome) {
            case NEW -> count("new", 1);
            case DUPLICATE -> count("duplicate", 1);
            case REPLACED -> count("replaced", 1);
        }
        if (outcome == EnqueueOutcome.DUPLICATE) {
            return outcome;
        }
        Entry entry = new Entry(spec.id());
        entry.payload = spec.payload();
        entry.type = spec.type();
        entry.lane = lane(spec.lane());
        entry.priority = spec.priority();
        entry.enqueued = now;
        if (state == 'w' && mode == Mode.REPLACE) {
            entry.sequence = Objects.requireNonNull(known).sequence;
            entry.at = known.at;
        } else {
            entry.sequence = ++sequence;
            entry.at = spec.delay().isZero() ? 0 : now + spec.delay().toMillis();
        }
        if (deduplication.scope() == Scope.WINDOW && (outcome == EnqueueOutcome.NEW || mode == Mode.DEBOUNCE)) {
            marks.put(spec.id(), now + deduplication.window().toMillis());
        }
        jobs.put(spec.id(), entry);
        return outcome;
    }

    // ---- consuming ----

    private void end(Entry entry, char state, long micros, @Nullable String error) {
        entry.state = state;
        entry.at = micros;
        entry.holder = null;
        if (error != null) {
            entry.error = error;
        }
    }

    /** Checks what a claim handed out, and follows it. */
    void claimed(List<Job<String>> handedOut, int wanted, boolean forGood, long now) {
        int at = 0;
        for (Entry entry : in(entry -> entry.state == 'l' && entry.at <= now, BY_TIME)) {
            at++;
            count("expired", 1);
            entry.deliveries++;
            if (entry.deliveries >= options.deliveries()) {
                end(entry, 'x', now * 1_000 + at, "its lease ran out " + entry.deliveries + " times");
                count("given_up", 1);
            } else {
                entry.state = 'w';
                entry.at = 0;
                entry.holder = null;
            }
        }
        jobs.values().stream()
                .filter(entry -> entry.state == 'w' && entry.at > 0 && entry.at <= now)
                .forEach(entry -> entry.at = 0);
        List<Entry> ready = in(Entry::isReady, BY_SCORE);
        assertThat(handedOut).hasSize(paused ? 0 : Math.min(wanted, ready.size()));
        checkOrder(handedOut, ready);
        for (Job<String> job : handedOut) {
            Entry entry = Objects.requireNonNull(jobs.get(job.id()));
            assertThat(job.payload()).isEqualTo(entry.payload);
            assertThat(job.attempts()).isEqualTo(entry.attempts);
            assertThat(job.deliveries()).isEqualTo(entry.deliveries);
            if (forGood) {
                jobs.remove(job.id());
            } else {
                entry.state = 'l';
                entry.at = now + options.lease().toMillis();
                entry.holder = job;
            }
            count(forGood ? "taken" : "claimed", 1);
        }
    }

    /** First in, first out, in each priority of each lane; and without ageing, in each lane the highest priority first. */
    private void checkOrder(List<Job<String>> handedOut, List<Entry> ready) {
        Map<String, List<String>> expected = new HashMap<>();
        Map<String, List<String>> actual = new HashMap<>();
        boolean strict = options.ageing().isZero();
        for (Entry entry : ready) {
            String line = entry.lane + (strict ? "" : "/" + entry.priority);
            expected.computeIfAbsent(line, unused -> new ArrayList<>()).add(entry.id);
        }
        for (Job<String> job : handedOut) {
            String line = lane(job.lane()) + (strict ? "" : "/" + job.priority());
            actual.computeIfAbsent(line, unused -> new ArrayList<>()).add(job.id());
        }
        actual.forEach((line, ids) -> assertThat(ids)
                .as("what left lane and priority %s", line)
                .isEqualTo(expected.getOrDefault(line, List.of())
                        .subList(
                                0,
                                Math.min(
                                        ids.size(),
                                        expected.getOrDefault(line, List.of()).size()))));
    }

    boolean holds(Job<String> job) {
        Entry entry = jobs.get(job.id());
        return entry != null && entry.state == 'l' && entry.holder == job;
    }

    /** Follows a settlement, without the claim in it. Answers what should have become of each. */
    List<SettleOutcome> settle(List<Job<String>> acks, List<Nack<String>> nacks, long now) {
        List<SettleOutcome> outcomes = new ArrayList<>();
        List<Entry> completed = new ArrayList<>();
        for (Job<String> job : acks) {
            boolean held = holds(job);
            outcomes.add(held ? SettleOutcome.DONE : SettleOutcome.STALE);
            if (held) {
                Entry entry = Objects.requireNonNull(jobs.get(job.id()));
                entry.holder = null;
                completed.add(entry);
            }
        }
        int at = 0;
        for (Nack<String> nack : nacks) {
            at++;
            outcomes.add(
                    holds(nack.job())
                            ? verdict(Objects.requireNonNull(jobs.get(nack.job().id())), nack.verdict(), now, at)
                            : SettleOutcome.STALE);
        }
        count("completed", completed.size());
        long most = options.completed().count();
        int gone = most < 0 ? 0 : (int) Math.max(0, completed.size() - most);
        for (int i = 0; i < completed.size(); i++) {
            if (i < gone) {
                jobs.remove(completed.get(i).id);
            } else {
                end(completed.get(i), 'd', now * 1_000 + i - gone + 1, null);
            }
        }
        return outcomes;
    }

    private SettleOutcome verdict(Entry entry, Verdict verdict, long now, int at) {
        entry.holder = null;
        long micros = now * 1_000 + at;
        switch (verdict) {
            case Verdict.Retry retry -> {
                entry.attempts++;
                if (entry.attempts >= options.attempts()) {
                    end(entry, 'x', micros, retry.reason());
                    count("given_up", 1);
                    return SettleOutcome.GIVEN_UP;
                }
                Duration wait = retry.delay() != null
                        ? retry.delay()
                        : options.backoff()
                                .after(entry.attempts, options.random().get());
                entry.error = retry.reason();
                back(entry, wait, now);
                count("retried", 1);
                return SettleOutcome.RETRYING;
            }
            case Verdict.Cancel cancel -> {
                end(entry, 'f', micros, cancel.reason());
                count("cancelled", 1);
                return SettleOutcome.CANCELLED;
            }
            case Verdict.GiveUp giveUp -> {
                end(entry, 'x', micros, giveUp.reason());
                count("given_up", 1);
                return SettleOutcome.GIVEN_UP;
            }
            case Verdict.Snooze snooze -> {
                back(entry, snooze.delay(), now);
                count("snoozed", 1);
                return SettleOutcome.SNOOZED;
            }
            case Verdict.HandBack unused -> {
                back(entry, Duration.ZERO, now);
                count("handed_back", 1);
                return SettleOutcome.HANDED_BACK;
            }
            case Verdict.Done done -> throw new AssertionError(done);
        }
    }

    private static void back(Entry entry, Duration wait, long now) {
        entry.state = 'w';
        entry.at = wait.isZero() ? 0 : now + wait.toMillis();
    }

    /** Trims both histories, as each claim and settlement does in the end. */
    void trim(long now) {
        trim('d', options.completed(), now);
        trim('f', options.failed(), now);
    }

    private void trim(char state, Retention retention, long now) {
        List<Entry> ended = in(entry -> entry.state == state, BY_TIME);
        long over = retention.count() < 0 ? 0 : Math.max(0, ended.size() - retention.count());
        if (retention.age() != null) {
            long oldest = (now - retention.age().toMillis()) * 1_000;
            over = Math.max(
                    over, ended.stream().filter(entry -> entry.at <= oldest).count());
        }
        long bytes = bytes(state);
        for (int i = 0; i < ended.size(); i++) {
            if (i < over || (retention.bytes() >= 0 && bytes > retention.bytes())) {
                bytes -= ended.get(i).payload.length();
                jobs.remove(ended.get(i).id);
            }
        }
    }

    long bytes(char state) {
        return jobs.values().stream()
                .filter(entry -> entry.state == state)
                .mapToLong(entry -> entry.payload.length())
                .sum();
    }

    boolean extend(Job<String> job, int progress, long now) {
        if (!holds(job)) {
            return false;
        }
        Entry entry = Objects.requireNonNull(jobs.get(job.id()));
        entry.at = now + options.lease().toMillis();
        if (progress >= 0) {
            entry.progress = progress;
        }
        return true;
    }

    // ---- orders ----

    long remove(List<String> ids) {
        Set<String> known = new HashSet<>(ids);
        known.retainAll(jobs.keySet());
        known.forEach(jobs::remove);
        known.forEach(marks::remove);
        count("removed", known.size());
        return known.size();
    }

    long drain() {
        return remove(in(entry -> entry.state == 'w', BY_SCORE).stream()
                .map(entry -> entry.id)
                .toList());
    }

    long purge(char state, long until) {
        List<Entry> gone = in(entry -> entry.state == state && entry.at <= until * 1_000 + 999, BY_TIME);
        gone.forEach(entry -> jobs.remove(entry.id));
        gone.forEach(entry -> marks.remove(entry.id));
        count("purged", gone.size());
        return gone.size();
    }

    long replay(List<String> ids) {
        long replayed = 0;
        for (String id : new HashSet<>(ids)) {
            Entry entry = jobs.get(id);
            if (entry != null && entry.state == 'x') {
                entry.state = 'w';
                entry.at = 0;
                entry.attempts = 0;
                entry.deliveries = 0;
                entry.progress = -1;
                entry.error = null;
                replayed++;
            }
        }
        count("replayed", replayed);
        return replayed;
    }
}
