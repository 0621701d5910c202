package dev.millrace.state;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.EscapedName;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Value;
import dev.millrace.topology.Dispatch;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * HTTP sessions: {@code redis.sessions(options)}. Loading one is one round trip that also begins its idle time anew, and brings
 * nothing when this process has what Redis has; saving sends what was changed, and nothing else.
 *
 * <pre>{@code
 * Session<String> session = sessions.load(cookie);        // null: there is none, or it has ended
 * session.set("user", "7");
 * sessions.save(session);
 * sessions.rotate(session);                               // after a login: another id, and the old one is no session any more
 * }</pre>
 *
 * <p>Requests of one session at the same time: each attribute has the value that was saved last. A session that has ended is not
 * made again by a save that comes late.
 *
 * <p>Thread-safe.
 *
 * @param <T> the type of the attributes' values
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class SessionStore<T> {
    private static final int ID_BYTES = 24;
    private static final char ATTRIBUTE = ':';

    /** What memory has of a session. */
    private record Known<T>(long version, Instant created, Map<String, T> attributes, long loadedNanos) {}

    private final Dispatch dispatch;
    private final long timeoutNanos;
    private final SessionOptions<T> options;
    private final String prefix;
    private final long windowNanos;
    private final SecureRandom random = new SecureRandom();
    private final Cache<String, Known<T>> memory;

    /** A store over a client's dispatch; {@code Millrace.sessions} makes it. Nothing is sent yet. */
    public SessionStore(Dispatch dispatch, Duration timeout, SessionOptions<T> options) {
        this.dispatch = dispatch;
        this.timeoutNanos = timeout.toNanos();
        this.options = options;
        this.prefix = options.prefix() + "{" + EscapedName.of("a session store", options.name()) + "}:";
        this.windowNanos = options.window().toNanos();
        this.memory = Caffeine.newBuilder().maximumSize(options.mostInMemory()).build();
    }

    /**
     * A new session, in Redis when this returns.
     *
     * @throws MillraceException if it can't be written
     */
    public Session<T> create() {
        while (true) {
            String id = newId();
            if (call(List.of(key(id)), "new", 0, List.of(), List.of())
                            .getFirst()
                            .asLong()
                    == 1) {
                Session<T> session = load(id);
                if (session != null) {
                    return session;
                }
            }
        }
    }

    /**
     * A session by its id, whose idle time begins anew.
     *
     * @return null if there is none, or it has ended
     * @throws MillraceException if it can't be read
     */
    public @Nullable Session<T> load(String id) {
        if (!canBe(id)) {
            return null;
        }
        Known<T> known = memory.getIfPresent(id);
        if (known != null && windowNanos > 0 && System.nanoTime() - known.loadedNanos < windowNanos) {
            return new Session<>(id, known.version, known.created, known.attributes);
        }
        long asked = System.nanoTime();
        List<Value> answer = call(List.of(key(id)), "load", known == null ? -1 : known.version, List.of(), List.of());
        if (answer.getFirst().asLong() == 0) {
            memory.invalidate(id);
            return null;
        }
        Known<T> now = answer.size() > 3 || known == null
                ? read(answer.get(1).asLong(), answer.get(3).asList(), asked)
                : new Known<>(known.version, known.created, known.attributes, asked);
        memory.put(id, now);
        return new Session<>(id, now.version, now.created, now.attributes);
    }

    private Known<T> read(long version, List<Value> fields, long asked) {
        Instant created = Instant.EPOCH;
        Map<String, T> attributes = new HashMap<>();
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            String name = String.valueOf(fields.get(i).asText());
            if (name.equals("#created")) {
                created = Instant.ofEpochMilli(fields.get(i + 1).asLong());
            } else if (name.charAt(0) == ATTRIBUTE && fields.get(i + 1) instanceof Value.Bytes value) {
                attributes.put(name.substring(1), options.codec().decode(value.bytes()));
            }
        }
        return new Known<>(version, created, attributes, asked);
    }

    /**
     * Saves what was changed of a session, and begins its idle time anew; sends nothing if nothing was changed.
     *
     * @return false if the session has ended; what was changed is not saved then
     * @throws MillraceException if it can't be written; it may be saved again then
     */
    public boolean save(Session<T> session) {
        return !session.isChanged() || write(session, session.id(), "save", List.of(key(session.id())));
    }

    /**
     * Gives a session another id, and saves what was changed of it: when this returns the old id is of no session. To be called
     * when somebody logs in, so that an id that another had given him is worth nothing.
     *
     * @return false if the session has ended
     * @throws MillraceException if it can't be written; where the outcome is not known, load it by its old id to see
     */
    public boolean rotate(Session<T> session) {
        String id = newId();
        return write(session, id, "rotate", List.of(key(session.id()), key(id)));
    }

    private boolean write(Session<T> session, String as, String op, List<String> keys) {
        List<Object> sets = new ArrayList<>();
        List<Object> removed = new ArrayList<>();
        session.changed().forEach((name, value) -> {
            if (value == null) {
                removed.add(ATTRIBUTE + name);
            } else {
                sets.add(ATTRIBUTE + name);
                sets.add(options.codec().encode(value));
            }
        });
        Duration idle = session.ownIdle();
        if (idle != null) {
            sets.add("#idle");
            sets.add(Long.toString(idle.toMillis()));
        }
        String before = session.id();
        memory.invalidate(before);
        List<Value> answer;
        try {
            answer = call(keys, op, 0, sets, removed);
        } finally {
            memory.invalidate(before); // what was loaded meanwhile may be either
        }
        if (answer.getFirst().asLong() == 0) {
            return false;
        }
        boolean mine = answer.get(2).asLong() == session.version();
        Known<T> now =
                new Known<>(answer.get(1).asLong(), session.created(), Map.copyOf(session.all()), System.nanoTime());
        session.saved(as, now.version);
        if (mine) {
            memory.put(as, now); // otherwise another request has saved something else
        }
        return true;
    }

    /**
     * Begins a session's idle time anew.
     *
     * @return false if there is none
     * @throws MillraceException if it can't be
     */
    public boolean touch(String id) {
        return load(id) != null;
    }

    /**
     * Ends a session.
     *
     * @return false if there was none
     * @throws MillraceException if it can't be; it may have ended all the same
     */
    public boolean invalidate(String id) {
        if (!canBe(id)) {
            return false;
        }
        memory.invalidate(id);
        try {
            return call(List.of(key(id)), "end", 0, List.of(), List.of())
                            .getFirst()
                            .asLong()
                    == 1;
        } finally {
            memory.invalidate(id);
        }
    }

    private List<Value> call(List<String> keys, String op, long known, List<Object> sets, List<Object> removed) {
        List<Object> arguments = new ArrayList<>(4 + sets.size() + removed.size());
        arguments.add(op);
        arguments.add(Long.toString(options.idle().toMillis()));
        arguments.add(Long.toString(known));
        arguments.add(Integer.toString(sets.size()));
        arguments.addAll(sets);
        arguments.addAll(removed);
        return Objects.requireNonNull(
                        dispatch.run(StateScripts.SESSION.call(keys.toArray(), arguments.toArray()), timeoutNanos))
                .asList();
    }

    /** Whether it may be an id of ours; what a cookie says may be anything. */
    private static boolean canBe(String id) {
        return !id.isEmpty()
                && id.length() <= 512
                && StandardCharsets.US_ASCII.newEncoder().canEncode(id);
    }

    private String key(String id) {
        return prefix + EscapedName.of("a session", id);
    }

    /** 192 random bits: nobody guesses one. */
    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "SessionStore[" + options.name() + "]";
    }
}
