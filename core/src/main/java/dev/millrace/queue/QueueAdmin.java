package dev.millrace.queue;

import dev.millrace.command.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What an operator does to a queue: looking, pausing, removing, replaying, auditing. {@link JobQueue#admin()} makes it.
 * Calls over many jobs go in steps of up to 1,000, each atomic by itself. Thread-safe.
 */
public final class QueueAdmin<T> {
    private static final Instant LATEST = Instant.ofEpochMilli(4398046511104L);

    private final JobQueue<T> queue;
    private final QueueCalls<T> calls;

    QueueAdmin(JobQueue<T> queue, QueueCalls<T> calls) {
        this.queue = queue;
        this.calls = calls;
    }

    // ---- looking ----

    /**
     * Jobs in a state, left where they are: those of the first lane if it is {@link JobState#READY}. In the order in which
     * they leave, are due, or ended.
     *
     * @param offset how many to pass over
     * @param most 1 to 1,000; fewer come if they are more than 1 MB
     */
    public List<StoredJob<T>> peek(JobState state, long offset, int most) {
        return look(state, 0, offset, most, false);
    }

    /**
     * Ready jobs of a lane, in the order in which they leave; as {@link #peek(JobState, long, int)}.
     *
     * @throws IllegalArgumentException if the queue has no such lane
     */
    public List<StoredJob<T>> peekLane(String lane, long offset, int most) {
        List<Lane> lanes = queue.options().lanes();
        for (int i = 0; i < lanes.size(); i++) {
            if (lanes.get(i).name().equals(lane)) {
                return look(JobState.READY, i, offset, most, false);
            }
        }
        throw new IllegalArgumentException("the queue has no lane of that name; it has "
                + lanes.stream().map(Lane::name).toList());
    }

    /** Dead letters, the newest first; as {@link #peek}. */
    public List<StoredJob<T>> deadLetters(long offset, int most) {
        return look(JobState.DEAD, 0, offset, most, true);
    }

    private List<StoredJob<T>> look(JobState state, int lane, long offset, int most, boolean newestFirst) {
        Names.checkedNumber("an offset", offset, 0, 1L << 52);
        Names.checkedNumber("a number of jobs to look at", most, 1, QueueCalls.MOST);
        queue.open();
        return queue.observed(
                QueueOperation.Kind.LOOK,
                () -> calls.stored(queue.run(calls.peek(state, lane, offset, most, newestFirst))));
    }

    /**
     * Jobs by their ids, wherever they are; those that the queue does not know are left out.
     *
     * @param ids 1 to 1,000
     */
    public List<StoredJob<T>> find(List<String> ids) {
        Names.checkedNumber("a number of ids", ids.size(), 1, QueueCalls.MOST);
        queue.open();
        return queue.observed(QueueOperation.Kind.LOOK, () -> calls.stored(queue.run(calls.find(ids))));
    }

    // ---- changing ----

    /** Hands out nothing until {@link #resume}; jobs may be enqueued and settled. @return whether that is new */
    public boolean pause() {
        return order("pause") == 1;
    }

    /** Hands out jobs again. @return whether that is new */
    public boolean resume() {
        return order("resume") == 1;
    }

    /**
     * Removes jobs, wherever they are; the handler of one that is leased is not told, and its acknowledgement is stale.
     *
     * @return how many there were
     */
    public long remove(List<String> ids) {
        return byIds(ids, "remove", false);
    }

    /** Removes every job that waits, ready or delayed, of all lanes; not those that are leased. @return how many */
    public long drain() {
        return untilNone("drain");
    }

    /**
     * Deletes what is in a history, or the dead letters.
     *
     * @param state {@link JobState#DONE}, {@link JobState#FAILED} or {@link JobState#DEAD}
     * @return how many
     * @throws IllegalArgumentException if it is another state
     */
    public long purge(JobState state) {
        return purge(state, LATEST);
    }

    /** As {@link #purge(JobState)}, of what ended by a time of the server's clock. */
    public long purge(JobState state, Instant until) {
        String index = switch (state) {
            case DONE -> "done";
            case FAILED -> "failed";
            case DEAD -> "dead";
            case READY, DELAYED, LEASED ->
                throw new IllegalArgumentException("only what has ended is purged; drain() or remove() for " + state);
        };
        long millis = Math.clamp(until.toEpochMilli(), 0, LATEST.toEpochMilli());
        return untilNone("purge", index, Long.toString(millis));
    }

    /** Makes all dead letters ready again, in the places they had, with no attempts behind them. @return how many */
    public long replay() {
        long most = queue.statistics().dead(); // those that die again meanwhile are not replayed for ever
        long all = 0;
        while (all < most) {
            long some = order("replay", Long.toString(Math.min(QueueCalls.MOST, most - all)));
            all += some;
            if (some == 0) {
                break;
            }
        }
        return all;
    }

    /** Makes these dead letters ready again; ids that are none are passed over. @return how many */
    public long replay(List<String> ids) {
        return byIds(ids, "replay", true);
    }

    /**
     * Looks for jobs in no index, in two or in the wrong one, and for payloads and records without each other, page by
     * page, while the queue is in use; and mends them. Takes about 10 µs of the server's time a job.
     *
     * @param mend whether to mend, or only to count
     */
    public AuditReport audit(boolean mend) {
        queue.open();
        List<String> phases = new ArrayList<>(List.of("meta", "job", "delayed", "leased", "done", "failed", "dead"));
        for (int lane = 0; lane < queue.options().lanes().size(); lane++) {
            phases.add(Integer.toString(lane));
        }
        phases.add("error");
        phases.add("types");
        AuditReport report = AuditReport.empty();
        for (String phase : phases) {
            String cursor = "0";
            do {
                String from = cursor;
                Value page = queue.observed(QueueOperation.Kind.ADMIN, () -> queue.run(calls.audit(phase, from, mend)));
                report = report.plus(QueueCalls.audited(page));
                cursor = QueueCalls.text(page.asList().getFirst());
            } while (!cursor.equals("0"));
        }
        return report;
    }

    private long byIds(List<String> ids, String what, boolean all) {
        long changed = 0;
        for (int from = 0; from < ids.size(); from += QueueCalls.MOST) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + QueueCalls.MOST));
            List<String> arguments = new ArrayList<>();
            arguments.add(Integer.toString(some.size()));
            if (all) {
                arguments.add("");
            }
            arguments.addAll(some);
            changed += order(what, arguments.toArray(String[]::new));
        }
        return changed;
    }

    private long untilNone(String what, String... arguments) {
        String[] all = new String[1 + arguments.length];
        all[0] = Integer.toString(QueueCalls.MOST);
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        long sum = 0;
        long some;
        do {
            some = order(what, all);
            sum += some;
        } while (some == QueueCalls.MOST);
        return sum;
    }

    private long order(String what, String... arguments) {
        queue.open();
        return queue.observed(
                QueueOperation.Kind.ADMIN,
                () -> queue.run(calls.admin(what, arguments)).asLong());
    }
}
