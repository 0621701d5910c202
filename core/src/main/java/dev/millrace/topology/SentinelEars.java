package dev.millrace.topology;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.millrace.command.MillraceException;
import dev.millrace.command.ServerError;
import dev.millrace.connection.ChannelKind;
import dev.millrace.connection.MessageListener;
import dev.millrace.connection.Node;
import dev.millrace.connection.Timeouts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what the Sentinels say of a master: that another has taken its place, that a server went or came back. Each is
 * subscribed to on a virtual thread of its own, so that one that does not answer holds up nobody.
 */
@ThreadSafe
final class SentinelEars implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SentinelEars.class);

    private static final String SWITCH = "+switch-master";

    /** Said by the Sentinel that leads a failover, some time before the others hear of the new master. */
    private static final String PROMOTED = "+promoted-slave";

    /** What may change the master, or which of its replicas can be read from. */
    private static final List<String> EVENTS =
            List.of(SWITCH, PROMOTED, "+slave-reconf-done", "+reboot", "+slave", "+sdown", "-sdown");

    private final String master;
    private final Timeouts timeouts;
    private final Runnable changed;
    private final Runnable switched;
    private final Object lock = new Object();

    /** Those that are subscribed to, or will be when they answer. */
    @GuardedBy("lock")
    private final Map<Node, Thread> listening = new HashMap<>();

    @GuardedBy("lock")
    private final Set<Node> complainedOf = new HashSet<>();

    @GuardedBy("lock")
    private boolean closed;

    /**
     * Ears that hear nothing yet.
     *
     * @param master whose events count
     * @param changed called for each of them; must not block
     * @param switched called instead when they say that there is another master now; must not block
     */
    SentinelEars(String master, Timeouts timeouts, Runnable changed, Runnable switched) {
        this.master = master;
        this.timeouts = timeouts;
        this.changed = changed;
        this.switched = switched;
    }

    /** Listens to these Sentinels and to no others; returns at once. */
    void listenTo(Collection<Node> sentinels) {
        synchronized (lock) {
            listening.keySet().retainAll(sentinels); // the subscriptions of the others end with their nodes
            complainedOf.retainAll(sentinels);
            for (Node sentinel : sentinels) {
                if (!closed && !listening.containsKey(sentinel)) {
                    Thread thread =
                            Thread.ofVirtual().name("millrace-sentinel-ears").unstarted(() -> listen(sentinel));
                    listening.put(sentinel, thread);
                    thread.start();
                }
            }
        }
    }

    private void listen(Node sentinel) {
        try {
            subscribe(sentinel, EVENTS);
        } catch (ServerError.NoPermission e) {
            listenToLess(sentinel, e);
        } catch (MillraceException e) {
            forget(sentinel); // the next look tries again
        }
    }

    /** Its user may be allowed to hear of failovers, and of nothing else. */
    private void listenToLess(Node sentinel, ServerError.NoPermission refusal) {
        try {
            subscribe(sentinel, List.of(SWITCH));
        } catch (MillraceException e) {
            synchronized (lock) {
                if (complainedOf.add(sentinel)) {
                    LOG.warn(
                            "the Sentinel at {} does not let this client hear of failovers ({}): allow its user"
                                    + " SUBSCRIBE and the channel {}; until then they are noticed by lost connections",
                            sentinel.name(),
                            refusal.getMessage(),
                            SWITCH);
                }
            }
            forget(sentinel);
        }
    }

    private void subscribe(Node sentinel, List<String> events) {
        long deadline = System.nanoTime() + timeouts.command().toNanos();
        var unused = sentinel.subscriber().subscribe(ChannelKind.CHANNEL, events, new Ear(), deadline);
        changed.run(); // what happened before is not told
    }

    private void forget(Node sentinel) {
        synchronized (lock) {
            listening.remove(sentinel);
        }
    }

    /** Waits for those that are still subscribing; their nodes are closed, which ends that. */
    @Override
    public void close() {
        List<Thread> threads;
        synchronized (lock) {
            closed = true;
            threads = new ArrayList<>(listening.values());
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** One Sentinel's messages. */
    private final class Ear implements MessageListener {
        @Override
        public void message(String channel, byte[] payload) {
            List<String> words = List.of(new String(payload, StandardCharsets.UTF_8).split(" ", -1));
            if (words.contains(master)) {
                (channel.equals(SWITCH) || channel.equals(PROMOTED) ? switched : changed).run();
            }
        }

        @Override
        public void dropped(long messages) {
            changed.run();
        }

        @Override
        public void restored() {
            changed.run();
        }
    }
}
