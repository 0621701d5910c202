package dev.millrace.tools.server.http;

import com.google.errorprone.annotations.ThreadSafe;
import io.javalin.http.Context;
import io.javalin.http.sse.SseClient;
import io.javalin.http.sse.SseHandler;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Events for all clients that listen, as server-sent events. Each client has a thread and a short line of its own: one that reads
 * slowly holds up nobody, and when {@value #LINE} events wait for it, it is cut off (a browser comes back by itself). A comment
 * every 15 s keeps connections alive and finds those that are gone.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // a concurrent set of parts that are thread-safe
public final class Feed implements AutoCloseable {
    private static final int LINE = 64;
    private static final int CLIENTS = 500;

    private record Event(String name, String data) {}

    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Nobody listens yet. */
    public Feed() {}

    /** Whether anybody listens. */
    public boolean isHeard() {
        return !listeners.isEmpty();
    }

    /** Sends an event to all that listen now. */
    public void publish(String name, String data) {
        Event event = new Event(name, data);
        listeners.forEach(listener -> listener.offer(event));
    }

    /**
     * Answers a request with events until its client goes.
     *
     * @param first the data of an event that it gets before all others, under the name {@code name}
     * @throws Problem 406 if it does not ask for events, 503 if there are too many clients: told before the stream begins, for
     *     then the status has been sent
     */
    public void answer(Context context, String name, String first) {
        String accepted = context.header("Accept");
        if (accepted == null || !accepted.contains("text/event-stream")) {
            throw Problem.of(
                    406, "Not acceptable", "this is a stream of events; ask for it by Accept: text/event-stream");
        }
        if (closed || listeners.size() >= CLIENTS) {
            throw Problem.unavailable("as many clients listen as may, " + CLIENTS, Duration.ofSeconds(10));
        }
        new SseHandler(client -> join(client, name, first)).handle(context);
    }

    private void join(SseClient client, String name, String first) {
        Listener listener = new Listener(client);
        client.keepAlive();
        client.onClose(listener::stop);
        listener.offer(new Event(name, first));
        listeners.add(listener);
        listener.start();
        if (closed) {
            listener.stop();
        }
    }

    /** Ends all. */
    @Override
    public void close() {
        closed = true;
        listeners.forEach(Listener::stop);
    }

    private final class Listener {
        private final SseClient client;
        private final ArrayBlockingQueue<Event> line = new ArrayBlockingQueue<>(LINE);
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final Thread thread = Thread.ofVirtual().name("millrace-feed").unstarted(this::work);

        Listener(SseClient client) {
            this.client = client;
        }

        void start() {
            thread.start();
        }

        void offer(Event event) {
            if (!line.offer(event)) {
                stop();
            }
        }

        void stop() {
            if (stopped.compareAndSet(false, true)) {
                listeners.remove(this);
                thread.interrupt();
            }
        }

        private void work() {
            try {
                while (!stopped.get() && !client.terminated()) {
                    @Nullable Event event = line.poll(15, TimeUnit.SECONDS);
                    if (event == null) {
                        client.sendComment("still here");
                    } else {
                        client.sendEvent(event.name(), event.data());
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                stop();
                boolean unused = Thread.interrupted();
                client.close();
            }
        }
    }
}
