package dev.millrace.state;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.EscapedName;
import dev.millrace.command.MillraceException;
import dev.millrace.command.ReadFrom;
import dev.millrace.command.StreamEntry;
import dev.millrace.command.StreamId;
import dev.millrace.command.StreamTrim;
import dev.millrace.command.Streams;
import dev.millrace.command.XAddOptions;
import dev.millrace.command.XReadOptions;
import dev.millrace.resilience.Reconnection;
import dev.millrace.topology.Dispatch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages to connections, wherever they are: those of this process are handed over by the one who sends, and each other process
 * gets one message for all of its own, all of them in one trip. A process reads its inbox, a stream of bounded length, on one
 * virtual thread.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Messages<A> {
    private static final Logger LOG = LoggerFactory.getLogger(Messages.class);
    private static final int ENTRIES = 100;
    private static final Duration BLOCK = Duration.ofSeconds(1);
    private static final String EVERYONE = "*";

    private static final Reconnection PAUSES =
            new Reconnection(Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ZERO);

    private final State<A> state;
    private final Dispatch dispatch;
    private final StateKeys keys;
    private final String inbox;
    private final long timeoutNanos;
    private final XAddOptions adding;
    private final Thread thread;
    private volatile boolean closing;
    private volatile StreamId position = StreamId.ZERO;
    private int failures;

    Messages(State<A> state, Dispatch dispatch, StateKeys keys, String process, Duration timeout) {
        this.state = state;
        this.dispatch = dispatch;
        this.keys = keys;
        this.inbox = keys.inbox(process);
        this.timeoutNanos = timeout.toNanos();
        this.adding = XAddOptions.ofDefaults()
                .ifPresent()
                .trimming(StreamTrim.maxLength(state.options().keptMessages()).approximately());
        this.thread = Thread.ofVirtual().name("millrace-state-inbox").unstarted(this::work);
    }

    // ---- sending ----

    /** Sends to some connections. */
    Delivery send(Collection<StateRecord<A>> records, int absent, byte[] message) {
        int local = 0;
        Map<String, StringBuilder> ids = new LinkedHashMap<>();
        Map<String, Integer> counts = new HashMap<>();
        for (StateRecord<A> record : records) {
            if (record.attached) {
                local++;
                handOver(record, message);
            } else {
                String process = Homes.escapedProcess(record.home);
                StringBuilder its = ids.computeIfAbsent(process, p -> new StringBuilder());
                its.append(its.isEmpty() ? "" : " ").append(record.escapedId);
                counts.merge(process, 1, Integer::sum);
            }
        }
        return post(ids, counts, local, absent, message);
    }

    /** Sends to all connections of all processes. */
    Delivery sendToAll(byte[] message) {
        int local = 0;
        Map<String, Integer> counts = new HashMap<>();
        for (StateRecord<A> record : state.records.all()) {
            if (record.attached) {
                local++;
                handOver(record, message);
            } else {
                counts.merge(Homes.escapedProcess(record.home), 1, Integer::sum);
            }
        }
        Map<String, StringBuilder> ids = new LinkedHashMap<>();
        counts.keySet().forEach(process -> ids.put(process, new StringBuilder(EVERYONE)));
        return post(ids, counts, local, 0, message);
    }

    private Delivery post(
            Map<String, StringBuilder> ids, Map<String, Integer> counts, int local, int absent, byte[] message) {
        if (ids.isEmpty()) {
            return new Delivery(local, 0, 0, absent, 0);
        }
        Batch batch = new Batch(dispatch::run, Duration.ofNanos(timeoutNanos));
        Map<String, Reply<StreamId>> replies = new LinkedHashMap<>();
        ids.forEach((process, its) -> {
            Map<String, byte[]> fields = new LinkedHashMap<>();
            fields.put("#i", its.toString().getBytes(StandardCharsets.US_ASCII));
            fields.put("m", message);
            replies.put(process, batch.add(Streams.xaddBytes(keys.inbox(process), adding, fields)));
        });
        try {
            batch.run();
        } catch (MillraceException e) {
            // Each reply has it.
        }
        int remote = 0;
        int processes = 0;
        int gone = absent;
        int failed = 0;
        for (Map.Entry<String, Reply<StreamId>> each : replies.entrySet()) {
            int count = counts.getOrDefault(each.getKey(), 1);
            if (each.getValue().error() != null) {
                failed += count;
            } else if (each.getValue().get() == null) {
                gone += count;
            } else {
                remote += count;
                processes++;
            }
        }
        return new Delivery(local, remote, processes, gone, failed);
    }

    private void handOver(StateRecord<A> record, byte[] message) {
        try {
            state.options().messages().deliver(record, message);
        } catch (RuntimeException | Error e) {
            LOG.warn("state {}: a message's handler failed: {}", state.options().name(), e.toString());
        }
    }

    // ---- receiving ----

    /** The inbox is a new one, of which this was read. */
    void restart(StreamId from) {
        position = from;
    }

    void start() {
        thread.start();
    }

    private void work() {
        while (!closing) {
            try {
                read();
                failures = 0;
            } catch (MillraceException e) {
                failures++;
                if (!closing) {
                    LockSupport.parkNanos(
                            this,
                            PAUSES.wait(failures, ThreadLocalRandom.current()).toNanos());
                }
            } catch (RuntimeException e) {
                LOG.error(
                        "state {}: reading messages failed, and goes on",
                        state.options().name(),
                        e);
                LockSupport.parkNanos(this, BLOCK.toNanos());
            }
            if (!closing) {
                boolean unused = Thread.interrupted();
            }
        }
    }

    private void read() {
        StreamId from = position;
        List<StreamEntry<byte[]>> entries = dispatch.run(
                Streams.xreadBytes(
                        XReadOptions.ofDefaults().counting(ENTRIES).blocking(BLOCK), inbox, ReadFrom.after(from)),
                timeoutNanos);
        if (entries == null) {
            return;
        }
        for (StreamEntry<byte[]> entry : entries) {
            if (position != from && position.compareTo(entry.id()) > 0) {
                return; // it is a new one meanwhile
            }
            position = entry.id();
            from = entry.id();
            deliver(entry.fields());
        }
    }

    private void deliver(Map<String, byte[]> fields) {
        byte[] to = fields.get("#i");
        byte[] message = fields.get("m");
        if (to == null || message == null) {
            return;
        }
        String ids = new String(to, StandardCharsets.US_ASCII);
        List<StateRecord<A>> receivers = new ArrayList<>();
        if (ids.equals(EVERYONE)) {
            receivers.addAll(state.records.all());
        } else {
            for (String id : ids.split(" ")) {
                StateRecord<A> record = state.records.get(EscapedName.original(id));
                if (record != null) {
                    receivers.add(record);
                }
            }
        }
        for (StateRecord<A> record : receivers) {
            if (record.attached && !record.gone) {
                handOver(record, message);
            }
        }
    }

    void close() {
        closing = true;
        thread.interrupt();
    }

    Thread thread() {
        return thread;
    }
}
