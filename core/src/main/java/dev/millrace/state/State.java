package dev.millrace.state;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.EscapedName;
import dev.millrace.command.Limit;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import dev.millrace.command.Range;
import dev.millrace.command.SortedSetRanges;
import dev.millrace.connection.Timeouts;
import dev.millrace.topology.Dispatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of connections, the same in all processes that open it: {@code redis.state(options)}.
 *
 * <pre>{@code
 * StateRecord<Socket> connection = connections.register("c-17", socket, change -> change.set(PLAYER, "p7"));
 * connection.set(LAST_SEEN, now);                                // memory at once, Redis behind
 * connections.get("c-17").get(LAST_SEEN);                        // memory
 * connections.sendToOwner("p7", message);                        // one message per other process
 * }</pre>
 *
 * <p>In {@link StateMode#hybrid()} what this process changes is in its memory at once, and what others change as soon as their
 * changes arrive, each record's in the order in which Redis has them. In the other modes reads go to Redis.
 *
 * <p>A connection belongs to the process that registered it. When that dies, its successor of the same name or, after {@link
 * StateOptions.Builder#deadAfter}, another process removes its records.
 *
 * <p>Thread-safe. It lives until it or its client is closed.
 *
 * @param <A> what is attached to a connection in this process
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class State<A> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(State.class);
    private static final int PAGE = 500;

    final Schema schema;
    final StateCounters counters = new StateCounters();
    final Records<A> records;
    final Exchange exchange;
    final Messages<A> messages;

    private final StateOptions<A> options;
    private final Dispatch dispatch;
    private final long timeoutNanos;
    private final StateKeys keys;
    private final Census census;
    private final Reader<A> reader;
    private final Writer<A> writer;
    private final Flusher<A> flusher;
    private final Keeper<A> keeper;
    private final Consumer<State<A>> closed;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicBoolean saidMalformed = new AtomicBoolean();
    private volatile StateMode mode;
    private volatile long windowNanos;
    private volatile @Nullable String stopped;

    /**
     * A state over a client's dispatch; {@code Millrace.state} opens it. Reads all there is.
     *
     * @param closed told when it is closed
     * @throws MillraceException if Redis can't be read
     */
    public State(Dispatch dispatch, Duration timeout, StateOptions<A> options, Consumer<State<A>> closed) {
        this.options = options;
        this.dispatch = dispatch;
        this.timeoutNanos = timeout.toNanos();
        this.schema = options.schema();
        this.keys = StateKeys.of(options.prefix(), options.name());
        this.census = new Census(dispatch, timeoutNanos, keys, options.process());
        this.records = new Records<>(schema);
        this.exchange = new Exchange(dispatch, timeout, keys, schema, options, this::home, this::malformed);
        this.reader = new Reader<>(this, timeout);
        this.writer = new Writer<>(this, timeout);
        this.flusher = new Flusher<>(this, writer, timeout);
        this.keeper = new Keeper<>(this, dispatch, census, keys, timeout);
        this.messages = new Messages<>(this, dispatch, keys, census.process(), timeout);
        this.closed = closed;
        this.mode = options.mode();
        this.windowNanos = mode.windowNanos();
        messages.restart(keeper.open());
        flusher.start();
        keeper.start();
        messages.start();
    }

    // ---- connections ----

    /**
     * The record of a connection; null if there is none.
     *
     * @throws MillraceException if it has to be read from Redis, and can't be
     */
    public @Nullable StateRecord<A> get(String id) {
        StateRecord<A> record = records.get(id);
        return windowNanos == Long.MAX_VALUE ? record : reader.fresh(id, record);
    }

    /**
     * Reads a record and sets a number of it, in one round trip; in {@link StateMode#hybrid()} in none, if the field is written
     * behind.
     *
     * @return null if there is no such connection
     * @throws MillraceException if it has to be in Redis, and can't be; or the outcome is not known
     */
    public @Nullable StateRecord<A> touch(String id, LongField field, long value) {
        StateRecord<A> known = records.get(id);
        if (writesBehind(field)) {
            return known != null && known.set(field, value) ? known : null;
        }
        requireServing();
        if (field.isCritical()) {
            StateRecord<A> record = get(id);
            return record != null && record.set(field, value) ? record : null;
        }
        return reader.touch(id, known, new Changes(schema).set(field, value));
    }

    /** As {@link #register(String, Object, Consumer)}, without first values. */
    public StateRecord<A> register(String id, @Nullable A attachment) {
        return register(id, attachment, change -> {});
    }

    /**
     * Registers a connection of this process, with its first values, in one round trip: when it returns Redis has it. Who had
     * the id before, here or in another process, has lost it.
     *
     * @param id 1 to 512 bytes of UTF-8, of any characters
     * @param attachment what is attached to it in this process; null for nothing
     * @param first sets its first values, whatever fields they are of
     * @throws IllegalArgumentException if the id can't be one
     * @throws MillraceException if it can't be registered; if the outcome is not known, it is removed again as soon as it is
     */
    public StateRecord<A> register(String id, @Nullable A attachment, Consumer<Changes> first) {
        requireServing();
        Changes changes = new Changes(schema);
        first.accept(changes);
        StateRecord<A> record =
                new StateRecord<>(this, id, EscapedName.of("a connection", id), home(), true, attachment);
        record.cells.preset(changes);
        if (!records.begin(record)) {
            throw new Misuse(
                            "another caller registers the same connection at this moment; use one id for one connection")
                    .raised();
        }
        try {
            int epoch = keeper.epoch();
            RecordCall call = RecordCall.begin(schema, record.escapedId, true, null, changes, this::unwritable);
            RecordAnswer answer = exchange.send(call, timeoutNanos);
            counters.written.add(call.fields());
            record.begin(answer.version(), epoch);
            put(record);
            if (!answer.replicated()) {
                boolean unused = record.disconnect();
                throw new OutcomeUnknown(
                                "a connection was not registered: fewer replicas than were asked for had it after "
                                        + options.replicasWithin() + "; it is removed again")
                        .raised();
            }
            return record;
        } catch (MillraceException e) {
            if (records.get(id) == record) {
                boolean unused = disconnect(record); // the stream was faster than the answer, which never came
            }
            throw e;
        } finally {
            records.begun(record);
        }
    }

    /** The connections of an owner, of all processes. */
    public List<StateRecord<A>> ofOwner(String owner) {
        Field<String> unused = options.requiredOwner();
        if (windowNanos == Long.MAX_VALUE) {
            return records.having(schema.owner(), owner);
        }
        String escaped = EscapedName.of("an owner", owner);
        List<String> members = Objects.requireNonNull(dispatch.run(
                SortedSetRanges.zrangeByLex(keys.owners(), Range.open(escaped + ":", escaped + ";")), timeoutNanos));
        return reader.read(members.stream().map(Homes::id).toList());
    }

    /** All connections that this process knows, of all processes, from memory in every mode; a view that changes. */
    public Collection<StateRecord<A>> all() {
        return records.all();
    }

    /**
     * The connections that have a value in an {@linkplain StateOptions.Builder#index indexed} field, of all processes, as memory
     * knows them in every mode: what this process has changed is in it at once, what others have changed a moment later.
     *
     * @throws IllegalArgumentException if the field is not indexed
     */
    public List<StateRecord<A>> having(Field<String> field, String value) {
        int slot = schema.slot(field);
        if (!schema.isIndexed(slot)) {
            throw new IllegalArgumentException(field + " has no index; name it in StateOptions.Builder.index");
        }
        return records.having(slot, Objects.requireNonNull(value, "value"));
    }

    // ---- messages ----

    /**
     * Sends a message to a connection: to its {@linkplain StateOptions.Builder#messages handler} at once if it is of this
     * process, and else to its process.
     */
    public Delivery send(String id, byte[] message) {
        return broadcast(List.of(id), message);
    }

    /** Sends a message to all connections of an owner. */
    public Delivery sendToOwner(String owner, byte[] message) {
        return messages.send(ofOwner(owner), 0, message);
    }

    /** Sends a message to some connections: no trip for those of this process, and one for all others together. */
    public Delivery broadcast(Collection<String> ids, byte[] message) {
        List<StateRecord<A>> receivers = new ArrayList<>(ids.size());
        List<String> unknown = new ArrayList<>();
        for (String id : ids) {
            StateRecord<A> record = records.get(id);
            if (record != null) {
                receivers.add(record);
            } else {
                unknown.add(id);
            }
        }
        int absent = unknown.size();
        if (!unknown.isEmpty() && windowNanos != Long.MAX_VALUE) {
            List<StateRecord<A>> found = reader.read(unknown.stream()
                    .map(id -> EscapedName.of("a connection", id))
                    .toList());
            receivers.addAll(found);
            absent -= found.size();
        }
        return messages.send(receivers, absent, message);
    }

    /** Sends a message to the connections that a condition chooses among all that this process knows. */
    public Delivery broadcast(Predicate<StateRecord<A>> chosen, byte[] message) {
        return messages.send(records.all().stream().filter(chosen).toList(), 0, message);
    }

    /**
     * Sends a message to the connections that have a value in an indexed field: no trip for those of this process, and one for all
     * others together, however many connections there are beside them.
     *
     * @throws IllegalArgumentException if the field is not indexed
     */
    public Delivery broadcast(Field<String> field, String value, byte[] message) {
        return messages.send(having(field, value), 0, message);
    }

    /** Sends a message to all connections, with one message to each other process, however many it has. */
    public Delivery broadcast(byte[] message) {
        return messages.sendToAll(message);
    }

    // ---- running it ----

    /** Where reads and writes go now. */
    public StateMode mode() {
        return mode;
    }

    /**
     * Changes where reads and writes go, while the state is in use. From hybrid to another: what is unwritten is written first.
     * To hybrid: memory is reconciled with Redis first.
     *
     * @throws MillraceException if it can't be done in time; of what was unwritten nothing is lost. To hybrid, the mode is as it
     *     was then
     */
    public void mode(StateMode wanted) {
        requireServing();
        boolean wasHybrid = mode.kind() == StateMode.Kind.HYBRID;
        if (wanted.kind() == StateMode.Kind.HYBRID) {
            if (!wasHybrid) {
                keeper.reconcileNow(timeoutNanos);
            }
            switchTo(wanted);
            return;
        }
        switchTo(wanted);
        if (wasHybrid && !flusher.flush(timeoutNanos)) {
            throw new NotSent("the mode is changed, but " + flusher.unwritten()
                            + " records could not be written in time; they are kept and tried again")
                    .raised();
        }
    }

    private void switchTo(StateMode wanted) {
        mode = wanted;
        windowNanos = wanted.windowNanos();
    }

    /**
     * Writes all that is unwritten, and waits for it.
     *
     * @return whether it is all written
     */
    public boolean flush(Duration within) {
        return flusher.flush(Timeouts.nanosOf(within));
    }

    /** How it is. Looks at all records. */
    public StateHealth health() {
        long now = System.nanoTime();
        long oldest = 0;
        int local = 0;
        for (StateRecord<A> record : records.all()) {
            local += record.attached ? 1 : 0;
            oldest = Math.max(oldest, age(record, now));
        }
        for (StateRecord<A> record : records.leaving()) {
            oldest = Math.max(oldest, age(record, now));
        }
        Duration oldestUnwritten = Duration.ofNanos(oldest);
        Duration lastHeard = keeper.lastHeard();
        List<String> reasons = new ArrayList<>();
        String why = stopped;
        if (why != null) {
            reasons.add(why);
        }
        if (oldestUnwritten.compareTo(options.degradedAfter()) > 0) {
            reasons.add("the oldest unwritten change has waited for " + oldestUnwritten.toMillis() + " ms, more than "
                    + options.degradedAfter().toMillis());
        }
        if (flusher.isFull()) {
            reasons.add("as many records are unwritten as may be, " + options.mostUnwritten());
        }
        Duration silent = options.beat().multipliedBy(2).plus(options.degradedAfter());
        if (lastHeard.compareTo(silent) > 0) {
            reasons.add("the changes of other processes were last heard " + lastHeard.toMillis() + " ms ago");
        }
        StateHealth.Status status = why != null
                ? StateHealth.Status.STOPPED
                : reasons.isEmpty() ? StateHealth.Status.OK : StateHealth.Status.DEGRADED;
        return new StateHealth(
                status,
                reasons,
                mode,
                records.size(),
                local,
                flusher.unwritten(),
                oldestUnwritten,
                lastHeard,
                new StateHealth.Counters(
                        counters.coalesced.sum(),
                        counters.written.sum(),
                        counters.failed.sum(),
                        counters.dropped.sum(),
                        counters.malformed.sum(),
                        counters.followed.sum(),
                        counters.reread.sum(),
                        counters.reconciled.sum(),
                        counters.reaped.sum(),
                        counters.conflicts.sum()));
    }

    private static long age(StateRecord<?> record, long now) {
        long since = record.unwrittenSince;
        return since == 0 ? 0 : Math.max(0, now - since);
    }

    /** The options it was opened with. */
    public StateOptions<A> options() {
        return options;
    }

    // ---- asked by its parts ----

    String home() {
        return Homes.of(census.process(), keeper.incarnation());
    }

    /** In which epoch what is read now is. */
    int epoch() {
        return keeper.epoch();
    }

    boolean isFull() {
        return flusher.isFull();
    }

    boolean writesBehind(Field<?> field) {
        return windowNanos == Long.MAX_VALUE && !field.isCritical();
    }

    /** A field was changed in memory. */
    void changed(StateRecord<A> record, boolean first) {
        if (first) {
            flusher.add(record);
        } else {
            counters.coalesced.increment();
        }
    }

    /** Sees to it that what is unwritten of a record is written, and that one that has nothing, or is gone, counts no more. */
    void account(StateRecord<A> record) {
        if (record.isUnwritten()) {
            flusher.add(record);
        } else {
            flusher.written(record);
        }
    }

    /** What had been changed by then is written. */
    void written(StateRecord<A> record, long byNanos) {
        record.unwrittenSinceAtLeast(byNanos);
        flusher.written(record);
    }

    boolean write(StateRecord<A> record, Changes changes) {
        return writer.write(record, changes, null);
    }

    boolean writeIf(StateRecord<A> record, Changes changes, BooleanSupplier condition) {
        return writer.write(record, changes, condition);
    }

    /** Reads a record again if what memory has is too old for the mode. */
    void freshen(StateRecord<A> record) {
        long window = windowNanos;
        if (window != Long.MAX_VALUE && !record.gone && System.nanoTime() - record.fresh >= window) {
            refresh(record, System.nanoTime() + timeoutNanos);
        }
    }

    /** Reads a record again. */
    void refresh(StateRecord<A> record, long deadline) {
        reader.refresh(record, deadline);
    }

    /** A page of the index of homes. */
    List<String> page(Range<String> range) {
        return Objects.requireNonNull(
                dispatch.run(SortedSetRanges.zrangeByLex(keys.homes(), range, new Limit(0, PAGE)), timeoutNanos));
    }

    boolean disconnect(StateRecord<A> record) {
        if (windowNanos != Long.MAX_VALUE || !record.attached) {
            return writer.delete(record);
        }
        if (!records.remove(record)) {
            return false;
        }
        records.leaving().add(record);
        record.toDelete = true;
        flusher.add(record);
        return true;
    }

    /** Puts a record in, and tells the listener of what comes and goes by that. */
    void put(StateRecord<A> record) {
        StateRecord<A> out = records.put(record);
        if (out != null && out.attached && out != record) {
            tell(() -> options.listener().lost(out, StateListener.Reason.REPLACED));
        } else if (out != null && !out.attached) {
            tell(() -> options.listener().left(out));
        }
        if (!record.attached && !record.gone) {
            tell(() -> options.listener().arrived(record));
        }
    }

    /** A connection of another process is gone. */
    void left(StateRecord<A> record) {
        if (records.remove(record)) {
            tell(() -> options.listener().left(record));
        }
    }

    /** A connection of this process is gone, by somebody else's doing. */
    void lost(StateRecord<A> record, StateListener.Reason reason) {
        if (records.remove(record)) {
            tell(() -> options.listener().lost(record, reason));
        }
    }

    private void tell(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("state {}: the listener failed: {}", options.name(), e.toString());
        }
    }

    boolean isLeaving(String id) {
        return records.leaving().stream().anyMatch(record -> record.id().equals(id));
    }

    /** Redis has a record of this process that nobody here has the connection of. */
    void forget(String escapedId, long version) {
        List<Object> unused = exchange.sendAll(List.of(RecordCall.delete(escapedId, version)), timeoutNanos);
    }

    void suspect() {
        keeper.suspect();
    }

    void doubt(StateRecord<A> record) {
        keeper.doubt(record);
    }

    /**
     * Redis does not have a record of this process: others have removed it, which the stream tells, or it was lost, and then it is
     * registered again. Whether that is clear by now.
     */
    boolean isDecided(StateRecord<A> record) {
        if (record.gone || record.toRegister) {
            return true;
        }
        if (record.absentSince == 0) {
            record.absentSince = keeper.cycle();
        }
        if (keeper.cycle() >= record.absentSince + 2) {
            record.cells.absent(keeper.epoch());
            record.toRegister = true;
            return true;
        }
        return false;
    }

    /** Waits until that is clear. */
    void awaitDecision(StateRecord<A> record, long deadline) {
        if (!isDecided(record) && !keeper.awaitCycle(record.absentSince + 2, deadline)) {
            throw new NotSent("a change was not written: Redis does not have the record, and why was not clear in time")
                    .raised();
        }
        boolean unused = isDecided(record);
    }

    void requireServing() {
        String why = stopped;
        if (why != null) {
            throw Writer.stopped(why).raised();
        }
    }

    /** Another process of this name has begun after this one. */
    void superseded() {
        stopped = "another process has the name " + options.process() + " and began later; give each its own";
        LOG.error("state {}: {}", options.name(), stopped);
    }

    void malformed(String field) {
        counters.malformed.increment();
        if (saidMalformed.compareAndSet(false, true)) {
            LOG.warn(
                    "state {}: Redis holds values of the field {} that can't be read and count as absent; so may others,"
                            + " which is counted and not logged",
                    options.name(),
                    field);
        }
    }

    void unwritable(String field) {
        counters.dropped.increment();
        LOG.warn("state {}: the codec of the field {} refuses a value, which stays in memory", options.name(), field);
    }

    /**
     * Writes what is unwritten, removes this process's connections from Redis, and leaves no thread. What can't be done by the
     * command timeout is given up: another process removes the connections then. Does nothing the second time.
     */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        long deadline = System.nanoTime() + timeoutNanos;
        boolean superseded = stopped != null;
        if (stopped == null) {
            stopped = "it is closed";
        }
        keeper.close();
        messages.close();
        flusher.close();
        join(keeper.thread(), deadline);
        join(messages.thread(), deadline);
        join(flusher.thread(), deadline);
        if (!superseded) {
            leave(deadline);
        }
        closed.accept(this);
    }

    private void leave(long deadline) {
        try {
            List<RecordCall> ends = new ArrayList<>();
            for (StateRecord<A> record : records.all()) {
                if (record.attached) {
                    ends.add(RecordCall.end(record.escapedId, record.born));
                }
            }
            boolean flushed = flusher.flush(deadline - System.nanoTime());
            List<Object> unused = exchange.sendAll(ends, Math.max(1, deadline - System.nanoTime()));
            keeper.leave();
            if (!flushed) {
                LOG.warn("state {}: {} records were unwritten when it was closed", options.name(), flusher.unwritten());
            }
        } catch (MillraceException e) {
            LOG.warn("state {}: it was closed without telling Redis: {}", options.name(), e.toString());
        }
    }

    private static void join(Thread thread, long deadline) {
        boolean interrupted = false;
        while (thread.isAlive() && deadline - System.nanoTime() > 0) {
            try {
                thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "State[" + options.name() + ", " + mode.kind() + "]";
    }
}
