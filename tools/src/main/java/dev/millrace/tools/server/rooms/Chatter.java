package dev.millrace.tools.server.rooms;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.NotSent;
import dev.millrace.command.Rejected;
import dev.millrace.storage.Answer;
import dev.millrace.storage.Operation;
import dev.millrace.storage.RoomPlugin;
import dev.millrace.storage.Storage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A plugin that greets who joins, and counts them. Joins are counted here first and added at Redis once a second, by one
 * increment for however many there were; so the count, which everybody is shown, does not make memory forget the component with
 * each of them. What a crash loses is that second's.
 *
 * <p>Thread-safe; has a thread while there is something to add.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // a concurrent map
final class Chatter implements RoomPlugin<Chatter.Chat>, Plugin<Chatter.Chat, Chatter.Greeting> {
    private static final String GREETING = "greeting";
    private static final String JOINS = "joins";
    private static final String PRESET = "Welcome!";
    private static final int LONGEST = 200;
    private static final int MOST_ROOMS = 1_000;
    private static final long SECOND = 1_000_000_000L;

    /**
     * What can be set.
     *
     * @param greeting 1 to 200 characters
     */
    record Greeting(@Nullable String greeting) {
        Greeting {
            if (greeting == null || greeting.isBlank() || greeting.length() > LONGEST) {
                throw new IllegalArgumentException("greeting must be a text of 1 to " + LONGEST + " characters");
            }
        }
    }

    /**
     * What is shown.
     *
     * @param joins how often anybody has joined, as of the last second or so
     */
    record Chat(String greeting, long joins) {}

    private final Storage storage;
    private final Consumer<String> changed;
    private final ConcurrentHashMap<String, Long> pending = new ConcurrentHashMap<>();
    private final AtomicBoolean adding = new AtomicBoolean();
    private volatile boolean closing;
    private volatile @Nullable Thread adder;

    /** @param changed is told of a room whose count has changed */
    Chatter(Storage storage, Consumer<String> changed) {
        this.storage = storage;
        this.changed = changed;
    }

    /** Somebody has joined. */
    void joined(String room) {
        if (pending.size() < MOST_ROOMS || pending.containsKey(room)) {
            pending.merge(room, 1L, Long::sum);
        }
        if (!closing && adding.compareAndSet(false, true)) {
            adder = Thread.ofVirtual().name("millrace-chatter").start(this::addAll);
        }
    }

    private void addAll() {
        do {
            long end = System.nanoTime() + SECOND;
            for (long left = SECOND; left > 0 && !closing; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            add();
        } while (!pending.isEmpty() && !closing);
        adding.set(false);
    }

    private void add() {
        for (String room : List.copyOf(pending.keySet())) {
            Long joins = pending.remove(room);
            if (joins == null) {
                continue;
            }
            Answer<Long> sum = storage.plugin(room, name()).run(Operation.increment(JOINS, joins));
            if (sum.error() instanceof NotSent || sum.error() instanceof Rejected) {
                pending.merge(room, joins, Long::sum); // later; Redis is away for the others too
                return;
            }
            changed.accept(room);
        }
    }

    /** Adds what is left, for no longer than a moment. */
    void close() {
        closing = true;
        Thread running = adder;
        if (running != null) {
            LockSupport.unpark(running);
            try {
                boolean unused = running.join(java.time.Duration.ofSeconds(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // ---- as a plugin ----

    @Override
    public String name() {
        return "chatter";
    }

    @Override
    public RoomPlugin<Chat> shown() {
        return this;
    }

    @Override
    public List<String> componentKeys() {
        return List.of(GREETING, JOINS);
    }

    @Override
    public Chat component(Map<String, String> values) {
        return new Chat(values.getOrDefault(GREETING, PRESET), Long.parseLong(values.getOrDefault(JOINS, "0")));
    }

    @Override
    public Object view(Chat now) {
        return now;
    }

    @Override
    public Greeting config(Chat now) {
        return new Greeting(now.greeting());
    }

    @Override
    public Class<Greeting> configType() {
        return Greeting.class;
    }

    @Override
    public void configure(String room, Greeting config) {
        String unused = storage.plugin(room, name())
                .run(Operation.set(GREETING, String.valueOf(config.greeting())))
                .orThrow();
    }

    @Override
    public List<String> keys() {
        return componentKeys();
    }
}
