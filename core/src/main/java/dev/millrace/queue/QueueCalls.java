package dev.millrace.queue;

import dev.millrace.command.Command;
import dev.millrace.command.UnexpectedReply;
import dev.millrace.command.Value;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The scripts' arguments and answers: makes calls of them as commands, and reads what they reply. Knows no connection.
 * Thread-safe: immutable but for the clock that is asked with each call.
 */
final class QueueCalls<T> {
    /** Ids in one call. */
    static final int MOST = 1_000;

    /** Bytes of jobs in one call, to the server or from it. */
    static final int MOST_BYTES = 1_000_000;

    private final QueueOptions<T> options;
    private final Object[] keys;
    private final Supplier<String> clock;
    private final String leaseMillis;
    private final String[] policy;
    private final Map<String, Integer> laneNumbers = new LinkedHashMap<>();

    /** @param clock the time in ms for tests, or "" for the server's own */
    QueueCalls(QueueOptions<T> options, Supplier<String> clock) {
        this.options = options;
        this.clock = clock;
        this.keys = QueueKeys.of(options.name(), options.lanes().size());
        this.leaseMillis = Long.toString(Names.millis(options.lease()));
        List<String> weights = new ArrayList<>();
        for (Lane lane : options.lanes()) {
            laneNumbers.put(lane.name(), laneNumbers.size());
            weights.add(Integer.toString(lane.weight()));
        }
        String[] completed = options.completed().arguments();
        String[] failed = options.failed().arguments();
        this.policy = new String[] {
            Integer.toString(options.deliveries()),
            Long.toString(Names.millis(options.ageing())),
            Integer.toString(MOST_BYTES),
            options.deadLetters() ? "1" : "0",
            completed[0],
            completed[1],
            completed[2],
            failed[0],
            failed[1],
            failed[2],
            String.join(" ", weights)
        };
    }

    // ---- enqueue ----

    /** A job as it is sent. */
    record Outgoing(String id, byte[] payload, Place place, Deduplication deduplication) {
        int bytes() {
            return id.length() * 3 + payload.length + Place.HEAD + place.type().length() * 3;
        }
    }

    /** @throws IllegalArgumentException if the payload is too large or the lane is not the queue's */
    Outgoing outgoing(JobSpec<T> job, int position, int of) {
        byte[] payload = options.codec().encode(job.payload());
        if (payload.length > options.payloadBytes()) {
            throw new IllegalArgumentException("the payload of job " + position + " of " + of + " has " + payload.length
                    + " bytes, more than the " + options.payloadBytes()
                    + " that a job may have; nothing was enqueued");
        }
        String lane = job.lane();
        Integer number = lane == null ? Integer.valueOf(0) : laneNumbers.get(lane);
        if (number == null) {
            throw new IllegalArgumentException("job " + position + " of " + of
                    + " is for a lane that the queue does not have; it has " + laneNumbers.keySet()
                    + "; nothing was enqueued");
        }
        Place place = new Place(job.priority(), number, Names.millis(job.delay()), job.type());
        Deduplication own = job.deduplication();
        return new Outgoing(job.id(), payload, place, own == null ? options.deduplication() : own);
    }

    /** Whether jobs fit into one call, as far as their number and size go. */
    static <J> boolean fitsOne(List<J> jobs, Function<J, Outgoing> outgoing) {
        return jobs.size() <= MOST
                && jobs.stream().map(outgoing).mapToLong(Outgoing::bytes).sum() <= MOST_BYTES;
    }

    /**
     * Jobs in the chunks that a call takes: few enough, small enough, and of one deduplication each; in order.
     *
     * @param outgoing what is sent of each
     * @param small whether they go in small ones, which hold up nobody else for long: see {@link Pace}
     */
    static <J> List<List<J>> chunks(List<J> jobs, Function<J, Outgoing> outgoing, boolean small) {
        return small ? chunks(jobs, outgoing, Pace.JOBS, Pace.BYTES) : chunks(jobs, outgoing, MOST, MOST_BYTES);
    }

    private static <J> List<List<J>> chunks(List<J> jobs, Function<J, Outgoing> outgoing, int mostJobs, int mostBytes) {
        List<List<J>> chunks = new ArrayList<>();
        List<J> chunk = List.of();
        Deduplication deduplication = null;
        long bytes = 0;
        for (J job : jobs) {
            Outgoing its = outgoing.apply(job);
            bytes += its.bytes();
            if (chunk.size() == mostJobs
                    || bytes > mostBytes
                    || !its.deduplication().equals(deduplication)) {
                chunk = new ArrayList<>();
                chunks.add(chunk);
                deduplication = its.deduplication();
                bytes = its.bytes();
            }
            chunk.add(job);
        }
        return chunks;
    }

    /** All jobs must have the same deduplication, that of the first. */
    Command<Value> enqueue(List<Outgoing> jobs) {
        Deduplication deduplication = jobs.getFirst().deduplication();
        int n = jobs.size();
        byte[] which = new byte[2 * n];
        Map<Place, Integer> places = new LinkedHashMap<>();
        for (int i = 0; i < n; i++) {
            Place place = jobs.get(i).place();
            Integer number = places.get(place);
            if (number == null) {
                number = places.size();
                places.put(place, number);
            }
            which[2 * i] = (byte) (number >> 8);
            which[2 * i + 1] = (byte) (int) number;
        }
        Object[] arguments = new Object[6 + 2 * n + places.size()];
        arguments[0] = clock.get();
        arguments[1] = switch (deduplication.scope()) {
            case LIVE -> "L";
            case RETAINED -> "R";
            case WINDOW -> "W";
        };
        arguments[2] = switch (deduplication.mode()) {
            case IGNORE -> "I";
            case REPLACE -> "R";
            case DEBOUNCE -> "D";
        };
        arguments[3] = Long.toString(Names.millis(deduplication.window()));
        arguments[4] = Integer.toString(n);
        int at = 5;
        for (Outgoing job : jobs) {
            arguments[at++] = job.id();
            arguments[at++] = job.payload();
        }
        arguments[at++] = which;
        for (Place place : places.keySet()) {
            arguments[at++] = place.encoded();
        }
        return QueueScripts.ENQUEUE.call(keys, arguments);
    }

    static void outcomes(Value reply, List<EnqueueOutcome> into) {
        for (byte letter : bytes(reply.asList().getFirst())) {
            into.add(EnqueueOutcome.of(letter));
        }
    }

    /** How many jobs wait, as the answer to an enqueue says. */
    static long waiting(Value reply) {
        return reply.asList().get(1).asLong();
    }

    // ---- claim, settle, extend ----

    private Object[] taking(int n, String lease, int more) {
        Object[] arguments = new Object[3 + policy.length + more];
        arguments[0] = clock.get();
        arguments[1] = Integer.toString(n);
        arguments[2] = lease;
        System.arraycopy(policy, 0, arguments, 3, policy.length);
        return arguments;
    }

    Command<Value> claim(int n, boolean forGood) {
        return QueueScripts.CLAIM.call(keys, taking(n, forGood ? "0" : leaseMillis, 0));
    }

    Command<Value> settle(List<Job<T>> acks, List<Nack<T>> nacks, int next) {
        int header = 3 + policy.length;
        Object[] arguments = taking(next, leaseMillis, 3 + 2 * acks.size() + 5 * nacks.size());
        arguments[header] = Integer.toString(options.attempts());
        arguments[header + 1] = Integer.toString(acks.size());
        int at = header + 2;
        for (Job<T> job : acks) {
            arguments[at++] = job.id();
            arguments[at++] = job.fence();
        }
        arguments[at++] = Integer.toString(nacks.size());
        for (Nack<T> nack : nacks) {
            arguments[at++] = nack.job().id();
            arguments[at++] = nack.job().fence();
            at = verdict(nack, arguments, at);
        }
        return QueueScripts.SETTLE.call(keys, arguments);
    }

    /** As {@link #settle}, of any number, in calls of what one takes; the last of them claims. At least one. */
    List<Command<Value>> settles(List<Job<T>> acks, List<Nack<T>> nacks, int next) {
        List<Command<Value>> commands = new ArrayList<>();
        int ack = 0;
        int nack = 0;
        do {
            int acksHere = Math.min(MOST, acks.size() - ack);
            int nacksHere = Math.min(MOST - acksHere, nacks.size() - nack);
            boolean last = ack + acksHere == acks.size() && nack + nacksHere == nacks.size();
            commands.add(
                    settle(acks.subList(ack, ack + acksHere), nacks.subList(nack, nack + nacksHere), last ? next : 0));
            ack += acksHere;
            nack += nacksHere;
        } while (ack < acks.size() || nack < nacks.size());
        return commands;
    }

    /** What {@link #settles} were answered, the first {@code acks} of them to acknowledgements. */
    Settled<T> settled(List<Value> replies, int acks) {
        List<SettleOutcome> outcomes = new ArrayList<>();
        Taken<T> last = null;
        for (Value reply : replies) {
            last = taken(reply);
            for (byte letter : last.letters()) {
                outcomes.add(SettleOutcome.of(letter));
            }
        }
        Taken<T> claim = Objects.requireNonNull(last);
        return new Settled<>(
                outcomes.subList(0, acks),
                outcomes.subList(acks, outcomes.size()),
                claim.jobs(),
                claim.dueMillis() < 0 ? -1 : Math.max(0, claim.dueMillis() - claim.nowMillis()));
    }

    private int verdict(Nack<T> nack, Object[] arguments, int from) {
        String letter;
        Duration delay = Duration.ZERO;
        String reason = "";
        switch (nack.verdict()) {
            case Verdict.Done done -> throw new IllegalArgumentException("done is an acknowledgement: " + done);
            case Verdict.Retry retry -> {
                letter = "r";
                reason = retry.reason();
                delay = retry.delay() != null
                        ? retry.delay()
                        : backoff(nack.job().attempts() + 1);
            }
            case Verdict.Cancel cancel -> {
                letter = "c";
                reason = cancel.reason();
            }
            case Verdict.GiveUp giveUp -> {
                letter = "x";
                reason = giveUp.reason();
            }
            case Verdict.Snooze snooze -> {
                letter = "s";
                delay = snooze.delay();
            }
            case Verdict.HandBack handBack -> letter = "h";
        }
        arguments[from] = letter;
        arguments[from + 1] = Long.toString(Names.millis(delay));
        arguments[from + 2] = Names.cut(reason, 1_000);
        return from + 3;
    }

    private Duration backoff(int failures) {
        return options.backoff().after(failures, options.random().get());
    }

    /** @param progress in percent, or -1 for nothing said */
    Command<Value> extend(List<Job<T>> jobs, int progress) {
        Object[] arguments = new Object[3 + 3 * jobs.size()];
        arguments[0] = clock.get();
        arguments[1] = leaseMillis;
        arguments[2] = Integer.toString(jobs.size());
        int at = 3;
        for (Job<T> job : jobs) {
            arguments[at++] = job.id();
            arguments[at++] = job.fence();
            arguments[at++] = progress < 0 ? "" : Integer.toString(progress);
        }
        return QueueScripts.EXTEND.call(keys, arguments);
    }

    /** As {@link #extend}, of any number, in calls of what one takes. */
    List<Command<Value>> extensions(List<Job<T>> jobs, int progress) {
        List<Command<Value>> commands = new ArrayList<>();
        for (int from = 0; from < jobs.size(); from += MOST) {
            commands.add(extend(jobs.subList(from, Math.min(jobs.size(), from + MOST)), progress));
        }
        return commands;
    }

    /** What {@link #extensions} were answered: whether each lease is still its holder's. */
    static List<Boolean> held(List<Value> replies) {
        List<Boolean> held = new ArrayList<>();
        for (Value reply : replies) {
            for (byte letter : bytes(reply.asList().getFirst())) {
                held.add(letter == 'e');
            }
        }
        return held;
    }

    /** What a claim or a settle answered. */
    record Taken<T>(byte[] letters, List<Job<T>> jobs, long nowMillis, long dueMillis) {}

    Taken<T> taken(Value reply) {
        List<Value> items = reply.asList();
        Instant until = Instant.ofEpochMilli(items.get(2).asLong());
        List<Job<T>> jobs = new ArrayList<>((items.size() - 4) / 3);
        for (int i = 4; i + 2 < items.size(); i += 3) {
            byte[] packed = bytes(items.get(i + 2));
            jobs.add(new Job<>(
                    text(items.get(i)), bytes(items.get(i + 1)), packed, laneName(packed[9]), options.codec(), until));
        }
        return new Taken<>(
                bytes(items.get(0)), jobs, items.get(1).asLong(), items.get(3).asLong());
    }

    private String laneName(byte number) {
        int lane = number & 0xff;
        return lane < options.lanes().size() ? options.lanes().get(lane).name() : "lane " + lane;
    }

    // ---- open, look, administer ----

    Command<Value> open() {
        List<String> arguments = new ArrayList<>();
        arguments.add(clock.get());
        arguments.add(Integer.toString(laneNumbers.size()));
        arguments.addAll(laneNumbers.keySet());
        return QueueScripts.OPEN.call(keys, arguments.toArray()).idempotent();
    }

    Command<Value> statistics() {
        return QueueScripts.STATS.call(keys, clock.get()).idempotent();
    }

    QueueStatistics statistics(Value reply) {
        List<Value> items = reply.asList();
        long now = items.get(0).asLong();
        long oldest = items.get(8).asLong();
        int lanes = (int) items.get(9).asLong();
        Map<String, Long> ready = new LinkedHashMap<>();
        for (int i = 0; i < lanes; i++) {
            ready.put(laneName((byte) i), items.get(10 + i).asLong());
        }
        Map<String, Long> counters = new LinkedHashMap<>();
        int at = 10 + lanes;
        while (bytes(items.get(at)).length > 0) {
            counters.put(text(items.get(at)), items.get(at + 1).asLong());
            at += 2;
        }
        Map<String, Long> types = new LinkedHashMap<>();
        for (at++; at + 1 < items.size(); at += 2) {
            types.put(text(items.get(at)), items.get(at + 1).asLong());
        }
        return new QueueStatistics(
                items.get(1).asLong() == 1,
                ready,
                items.get(2).asLong(),
                items.get(3).asLong(),
                items.get(4).asLong(),
                items.get(5).asLong(),
                items.get(6).asLong(),
                items.get(7).asLong(),
                oldest < 0 ? null : Duration.ofMillis(Math.max(0, now - oldest)),
                types,
                QueueStatistics.Counters.of(counters));
    }

    /** @param lane for ready jobs; otherwise 0 */
    Command<Value> peek(JobState state, int lane, long offset, int n, boolean newestFirst) {
        return QueueScripts.PEEK
                .call(
                        keys,
                        clock.get(),
                        state.name().toLowerCase(Locale.ROOT),
                        Integer.toString(lane),
                        Long.toString(offset),
                        Integer.toString(n),
                        newestFirst ? "1" : "0")
                .idempotent();
    }

    Command<Value> find(List<String> ids) {
        Object[] arguments = new Object[3 + ids.size()];
        arguments[0] = clock.get();
        arguments[1] = "id";
        arguments[2] = Integer.toString(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            arguments[3 + i] = ids.get(i);
        }
        return QueueScripts.PEEK.call(keys, arguments).idempotent();
    }

    List<StoredJob<T>> stored(Value reply) {
        List<Value> items = reply.asList();
        List<StoredJob<T>> jobs = new ArrayList<>(items.size() / 5);
        for (int i = 0; i + 4 < items.size(); i += 5) {
            byte[] packed = bytes(items.get(i + 2));
            JobRecord record = JobRecord.of(packed);
            String error = text(items.get(i + 3));
            String time = text(items.get(i + 4));
            JobState state = state(record.state(), time);
            jobs.add(new StoredJob<>(
                    text(items.get(i)),
                    bytes(items.get(i + 1)),
                    record,
                    laneName(packed[9]),
                    state,
                    error.isEmpty() ? null : error,
                    at(state, time),
                    options.codec()));
        }
        return jobs;
    }

    private static JobState state(char letter, String time) {
        return switch (letter) {
            case 'w' -> time.isEmpty() ? JobState.READY : JobState.DELAYED;
            case 'l' -> JobState.LEASED;
            case 'd' -> JobState.DONE;
            case 'f' -> JobState.FAILED;
            case 'x' -> JobState.DEAD;
            default -> throw new UnexpectedReply("a job has no known state; JobQueue.audit() mends the queue");
        };
    }

    private static @Nullable Instant at(JobState state, String time) {
        if (time.isEmpty()) {
            return null;
        }
        long number = (long) Double.parseDouble(time);
        boolean micros = state == JobState.DONE || state == JobState.FAILED || state == JobState.DEAD;
        return Instant.ofEpochMilli(micros ? number / 1_000 : number);
    }

    Command<Value> admin(String order, String... arguments) {
        Object[] all = new Object[2 + arguments.length];
        all[0] = clock.get();
        all[1] = order;
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        return QueueScripts.ADMIN.call(keys, all);
    }

    Command<Value> audit(String phase, String cursor, boolean mend) {
        return QueueScripts.AUDIT.call(keys, clock.get(), phase, cursor, mend ? "1" : "0");
    }

    static AuditReport audited(Value reply) {
        List<Value> items = reply.asList();
        return new AuditReport(
                items.get(1).asLong(),
                items.get(2).asLong(),
                items.get(3).asLong(),
                items.get(4).asLong(),
                items.get(5).asLong(),
                items.get(6).asLong(),
                items.get(7).asLong());
    }

    static String text(Value value) {
        return new String(bytes(value), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(Value value) {
        if (value instanceof Value.Bytes string) {
            return string.bytes();
        }
        throw new UnexpectedReply("a script of the queue answered another shape than it should");
    }
}
