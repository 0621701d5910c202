package dev.millrace.state;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.EscapedName;
import dev.millrace.command.MillraceException;
import dev.millrace.command.NotSent;
import dev.millrace.command.Range;
import dev.millrace.command.ReadFrom;
import dev.millrace.command.StreamEntry;
import dev.millrace.command.StreamId;
import dev.millrace.command.Streams;
import dev.millrace.command.XReadOptions;
import dev.millrace.resilience.Reconnection;
import dev.millrace.topology.Dispatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps memory what Redis holds: follows the stream of changes, says that this process lives, sees which others do not, and
 * reads all again when something was missed.
 *
 * <p>The changes of a state have numbers without a gap, and the stream has them in this order. So a change was missed exactly if
 * a number is: the stream was trimmed, or the server has forgotten changes and counts anew. Where the server's history is another
 * (a failover, a restart), all is read again too, for a number could be given twice then. Reading all again begins an epoch, in
 * which versions may be lower than before.
 *
 * <p>Who is dead is for {@link Watch} to say.
 *
 * <p>One virtual thread; what is not volatile is confined to it.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // see above
final class Keeper<A> {
    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);
    private static final int ENTRIES = 1_000;

    /** How often a record is read in a row that is written again and again. */
    private static final int READS = 10;

    private static final Reconnection PAUSES =
            new Reconnection(Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ZERO);

    private final State<A> state;
    private final Dispatch dispatch;
    private final Census census;
    private final StateKeys keys;
    private final long timeoutNanos;
    private final long beatNanos;
    private final Watch<A> others;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition cycled = lock.newCondition();

    /** How often the stream was read to its end. */
    private volatile long cycle = 1;

    private volatile int epoch;
    private volatile boolean wanted;

    /** Escaped ids; of records that there are, or were. */
    private final Set<String> doubtful = ConcurrentHashMap.newKeySet();

    private volatile boolean closing;
    private volatile long incarnation;
    private volatile long heard = System.nanoTime();

    private StreamId position = StreamId.ZERO;
    private long sequence;
    private String history = "";
    private long nextBeat;
    private int failures;
    private boolean reopening;

    Keeper(State<A> state, Dispatch dispatch, Census census, StateKeys keys, Duration timeout) {
        this.state = state;
        this.dispatch = dispatch;
        this.census = census;
        this.keys = keys;
        this.timeoutNanos = timeout.toNanos();
        this.beatNanos = state.options().beat().toNanos();
        this.others = new Watch<>(state, census, timeoutNanos);
        this.thread = Thread.ofVirtual().name("millrace-state-keeper").unstarted(this::work);
    }

    // ---- asked by others ----

    int epoch() {
        return epoch;
    }

    long incarnation() {
        return incarnation;
    }

    long cycle() {
        return cycle;
    }

    /** How long ago Redis last said where the stream stands. */
    Duration lastHeard() {
        return Duration.ofNanos(Math.max(0, System.nanoTime() - heard));
    }

    /** Memory may not be what Redis holds: all is read again soon. */
    void suspect() {
        wanted = true;
    }

    /**
     * One record may not be what Redis holds: it is read again soon. Not all, or under constant writing each time would be a
     * reason for the next.
     */
    void doubt(StateRecord<A> record) {
        doubtful.add(record.escapedId);
    }

    /** Waits until the stream was read to its end so often; false if it was not by the deadline. */
    boolean awaitCycle(long wantedCycle, long deadline) {
        lock.lock();
        try {
            while (cycle < wantedCycle) {
                long left = deadline - System.nanoTime();
                if (left <= 0 || closing) {
                    return false;
                }
                long unused = cycled.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Reads all again, and waits for it. */
    void reconcileNow(long withinNanos) {
        long deadline = System.nanoTime() + withinNanos;
        int before = epoch;
        wanted = true;
        long next = cycle;
        while (epoch == before || wanted) {
            if (!awaitCycle(++next, deadline)) {
                throw new NotSent("memory could not be reconciled with Redis in time; the mode is as it was").raised();
            }
        }
    }

    // ---- the start ----

    /** A new incarnation: what the last one left is removed, and all the rest is read. Called before the thread runs. */
    StreamId open() {
        Census.Answer opened = census.open();
        incarnation = opened.done();
        others.removeOf(census.process(), incarnation);
        reconcile();
        return opened.inbox();
    }

    void start() {
        nextBeat = System.nanoTime() + beatNanos;
        thread.start();
    }

    // ---- the loop ----

    private void work() {
        while (!closing) {
            try {
                turn();
                failures = 0;
            } catch (MillraceException e) {
                others.cutOff();
                if (!closing) {
                    pause(e);
                }
            } catch (RuntimeException e) {
                LOG.error(
                        "state {}: following the changes failed, and all is read again",
                        state.options().name(),
                        e);
                wanted = true;
                LockSupport.parkNanos(this, beatNanos);
            }
            if (!closing) {
                boolean unused = Thread.interrupted();
            }
        }
    }

    private void pause(MillraceException failure) {
        if (++failures == 1) {
            LOG.warn(
                    "state {}: the changes of other processes can't be followed, which is tried again: {}",
                    state.options().name(),
                    failure.toString());
        }
        LockSupport.parkNanos(
                this, PAUSES.wait(failures, ThreadLocalRandom.current()).toNanos());
    }

    private void turn() {
        if (nextBeat - System.nanoTime() <= 0) {
            beat();
        }
        if (wanted) {
            reconcile();
        }
        readDoubtful();
        Duration block = Duration.ofNanos(Math.max(1_000_000, nextBeat - System.nanoTime()));
        List<StreamEntry<byte[]>> entries = dispatch.run(
                Streams.xreadBytes(
                        XReadOptions.ofDefaults().counting(ENTRIES).blocking(block),
                        keys.events(),
                        ReadFrom.after(position)),
                timeoutNanos);
        heard = System.nanoTime();
        int count = 0;
        if (entries != null) {
            count = entries.size();
            for (int i = 0; i < count && !wanted; i++) {
                follow(entries.get(i));
            }
        }
        if (count < ENTRIES && !wanted) {
            completeCycle();
        }
    }

    private void readDoubtful() {
        if (doubtful.isEmpty()) {
            return;
        }
        List<String> ids = List.copyOf(doubtful);
        ids.forEach(doubtful::remove);
        readAll(ids, absent -> wanted = true);
    }

    private void completeCycle() {
        lock.lock();
        try {
            cycle++;
            cycled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // ---- following ----

    private void follow(StreamEntry<byte[]> entry) {
        Map<String, byte[]> fields = entry.fields();
        ChangeHead head = ChangeHead.of(fields.get(ChangeHead.FIELD));
        long number = head.number();
        if (number != sequence + 1) {
            LOG.info(
                    "state {}: {}; all is read again",
                    state.options().name(),
                    number <= sequence ? "the server has forgotten changes" : "changes were missed");
            wanted = true;
            return;
        }
        sequence = number;
        position = entry.id();
        String id = EscapedName.original(head.escapedId());
        switch (head.op()) {
            case "n" -> followNew(id, head, fields);
            case "w" -> followChange(id, head, fields);
            default -> followEnd(id, head);
        }
    }

    private void followNew(String id, ChangeHead head, Map<String, byte[]> fields) {
        String by = head.by();
        RecordData data = change(head, fields);
        // In this order: who registers is in the first until it is in the second.
        StateRecord<A> beginning = state.records.beginning(id);
        StateRecord<A> there = state.records.get(id);
        if (there != null && there.cells.version() >= data.version()) {
            return;
        }
        if (by.equals(state.home())) {
            if (beginning != null) {
                beginning.begin(data.version(), epoch);
                state.put(beginning);
            } else if (there != null && there.attached) {
                state.refresh(there, System.nanoTime() + timeoutNanos);
            } else {
                // A caller was told that it may not be, and nobody has the connection.
                state.forget(head.escapedId(), data.version());
            }
            return;
        }
        state.counters.followed.increment();
        arrive(id, head.escapedId(), by, data.version(), data.asWhole(state.schema));
    }

    private void arrive(String id, String escapedId, String home, long born, RecordData whole) {
        StateRecord<A> record = new StateRecord<>(state, id, escapedId, home, false, null);
        record.born = born;
        boolean unused = record.cells.merge(whole, epoch, 0, false);
        state.put(record);
    }

    private void followChange(String id, ChangeHead head, Map<String, byte[]> fields) {
        StateRecord<A> record = state.records.get(id);
        if (record != null && record.cells.version() >= head.number()) {
            return; // most of what this process has done itself
        }
        RecordData data = change(head, fields);
        if (record == null) {
            StateRecord<A> beginning = state.records.beginning(id);
            if (beginning == null) {
                reread(id, head.escapedId());
            }
            return;
        }
        switch (record.cells.apply(head.before(), data)) {
            case DONE -> {
                if (!head.by().equals(state.home())) {
                    state.counters.followed.increment();
                }
                record.fresh = System.nanoTime();
                state.records.index(record);
            }
            case GAP -> reread(id, record.escapedId);
            case OLD -> {}
        }
    }

    private void followEnd(String id, ChangeHead head) {
        StateRecord<A> record = state.records.get(id);
        if (record == null || record.cells.version() >= head.number()) {
            return;
        }
        boolean reaped = head.op().equals("x");
        if (record.attached && reaped) {
            // Others take this process for dead: it says that it is not, and registers its connections again.
            nextBeat = System.nanoTime();
            return;
        }
        state.counters.followed.increment();
        if (record.attached) {
            state.lost(record, StateListener.Reason.DISCONNECTED);
        } else {
            state.left(record);
        }
    }

    private void reread(String id, String escapedId) {
        state.counters.reread.increment();
        readAll(List.of(escapedId));
        StateRecord<A> record = state.records.get(id);
        if (record != null) {
            state.records.index(record);
        }
    }

    private RecordData change(ChangeHead head, Map<String, byte[]> fields) {
        RecordData.Reading reading = new RecordData.Reading(state.schema, state::malformed);
        reading.version(head.number());
        fields.forEach(reading::field);
        return reading.change();
    }

    // ---- reading all ----

    private void reconcile() {
        wanted = false;
        try {
            readEverything();
        } catch (RuntimeException e) {
            wanted = true;
            throw e;
        }
        completeCycle();
    }

    private void readEverything() {
        int next = epoch + 1;
        Census.Answer now = census.look();
        epoch = next;
        others.clearHomes();
        String after = "";
        while (true) {
            List<String> members = state.page(after.isEmpty() ? Range.all() : Range.greaterThan(after));
            if (members.isEmpty()) {
                break;
            }
            after = members.getLast();
            members.forEach(member -> others.home(Homes.ofMember(member)));
            readAll(members.stream().map(Homes::id).toList());
        }
        List<StateRecord<A>> unread = state.records.all().stream()
                .filter(record -> record.cells.epoch() < next)
                .toList();
        readAll(unread.stream().map(record -> record.escapedId).toList());
        if (!wanted) { // else of some of them it is not known yet
            for (StateRecord<A> record : unread) {
                if (record.cells.epoch() < next && !record.gone) {
                    missing(record, next);
                }
            }
        }
        sequence = now.sequence();
        position = now.position();
        if (!now.history().isEmpty()) {
            history = now.history();
        }
        heard = System.nanoTime();
        state.counters.reconciled.increment();
    }

    /** Redis does not have it. */
    private void missing(StateRecord<A> record, int now) {
        if (record.attached) {
            record.cells.absent(now);
            record.toRegister = true;
            state.account(record);
        } else {
            state.left(record);
        }
    }

    /** Reads records and puts what Redis has into memory; again those that are written meanwhile, and all if that has no end. */
    private void readAll(List<String> escapedIds) {
        readAll(escapedIds, absent -> {});
    }

    private void readAll(List<String> escapedIds, Consumer<String> absent) {
        List<String> left = escapedIds;
        for (int i = 0; i < READS && !left.isEmpty(); i++) {
            left = readOnce(left, absent);
        }
        if (!left.isEmpty()) {
            wanted = true;
        }
    }

    /** Answers those of which memory may have later changes, or Redis may have forgotten some. */
    private List<String> readOnce(List<String> escapedIds, Consumer<String> absent) {
        int readIn = epoch;
        long[] known = escapedIds.stream().mapToLong(this::version).toArray();
        List<Object> answers =
                state.exchange.sendAll(escapedIds.stream().map(RecordCall::read).toList(), timeoutNanos);
        List<String> unclear = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i) instanceof MillraceException failure) {
                wanted = true;
                throw failure.raised();
            }
            RecordData whole = ((RecordAnswer) answers.get(i)).whole();
            if (whole == null) {
                absent.accept(escapedIds.get(i));
            } else if (!take(escapedIds.get(i), whole, readIn, known[i])) {
                unclear.add(escapedIds.get(i));
            }
        }
        return unclear;
    }

    private long version(String escapedId) {
        StateRecord<A> record = state.records.get(EscapedName.original(escapedId));
        return record == null ? 0 : record.cells.version();
    }

    private boolean take(String escapedId, RecordData whole, int readIn, long known) {
        String id = EscapedName.original(escapedId);
        // In this order: who registers is in the first until it is in the second.
        StateRecord<A> record = state.records.beginning(id);
        if (record != null) {
            return true;
        }
        record = state.records.get(id);
        boolean ours = whole.home().equals(state.home());
        if (record == null) {
            if (!ours) {
                arrive(id, escapedId, whole.home(), whole.born(), whole);
            } else if (!state.isLeaving(id)) {
                state.forget(escapedId, whole.version());
            }
            return true;
        }
        if (whole.born() != record.born && !(ours && record.attached)) {
            if (Homes.escapedProcess(whole.home()).equals(census.process())) {
                return true; // of an incarnation of this process before; it is removed, and registered again
            }
            if (record.attached) {
                state.lost(record, StateListener.Reason.REPLACED);
            }
            arrive(id, escapedId, whole.home(), whole.born(), whole);
            return true;
        }
        boolean merged = record.cells.merge(whole, readIn, known, record.attached);
        if (merged) {
            record.fresh = System.nanoTime();
            record.born = whole.born();
        }
        state.records.index(record);
        state.account(record);
        return merged;
    }

    // ---- living and dying ----

    private void beat() {
        nextBeat = System.nanoTime() + beatNanos;
        if (reopening) {
            reopen();
            return;
        }
        Census.Answer answer = census.beat(incarnation);
        heard = System.nanoTime();
        String own = answer.processes().getOrDefault(census.process(), "");
        if (answer.done() == 0) {
            if (Watch.incarnationOf(own) > incarnation && !own.endsWith(" dead")) {
                state.superseded();
                closing = true;
                return;
            }
            LOG.warn(
                    "state {}: others took this process for dead, or Redis has lost its data; connections are registered"
                            + " again",
                    state.options().name());
            reopening = true;
            reopen();
            return;
        }
        if (!answer.history().isEmpty() && !answer.history().equals(history)) {
            LOG.info(
                    "state {}: the server has another history; all is read again",
                    state.options().name());
            wanted = true;
        }
        boolean elsewhere = answer.sequence() != sequence && answer.position().compareTo(position) <= 0;
        if (answer.sequence() < sequence || elsewhere) {
            wanted = true; // the server has forgotten changes, and perhaps counts anew
        }
        others.watch(answer.processes());
    }

    private void reopen() {
        state.messages.restart(open());
        reopening = false;
    }

    // ---- the end ----

    /** Ends the thread. */
    void close() {
        closing = true;
        thread.interrupt();
        completeCycle();
    }

    /** Forgets this process, which has no connections any more. */
    void leave() {
        Census.Answer now = census.look();
        String own = now.processes().getOrDefault(census.process(), "");
        if (Watch.incarnationOf(own) == incarnation) {
            boolean unused = census.gone(census.process(), own);
        }
    }

    Thread thread() {
        return thread;
    }
}
