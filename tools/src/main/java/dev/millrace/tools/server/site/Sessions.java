package dev.millrace.tools.server.site;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.Millrace;
import dev.millrace.state.Session;
import dev.millrace.state.SessionOptions;
import dev.millrace.state.SessionStore;
import dev.millrace.tools.server.http.Problem;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * HTTP sessions by a cookie that scripts and other sites don't see. All processes on one Redis share them; what one request
 * changed is saved, and nothing else.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Sessions {
    private static final String COOKIE = "millrace_session";
    private static final Duration IDLE = Duration.ofMinutes(30);
    private static final int MOST_ATTRIBUTES = 32;
    private static final int LONGEST_NAME = 100;
    private static final int LONGEST_VALUE = 4_096;
    private static final int MOST_SEEN = 10_000;

    /**
     * What is to be changed.
     *
     * @param attributes by name; null removes one
     */
    record Attributes(Map<String, @Nullable String> attributes) {
        Attributes {
            if (attributes == null || attributes.size() > MOST_ATTRIBUTES) {
                throw new IllegalArgumentException(
                        "attributes must be an object of up to " + MOST_ATTRIBUTES + " texts");
            }
            attributes.forEach((name, value) -> {
                if (name.isEmpty() || name.length() > LONGEST_NAME) {
                    throw new IllegalArgumentException(
                            "attributes must have names of 1 to " + LONGEST_NAME + " characters");
                }
                if (value != null && value.length() > LONGEST_VALUE) {
                    throw new IllegalArgumentException(
                            "attributes must have values of up to " + LONGEST_VALUE + " characters");
                }
            });
        }
    }

    private final SessionStore<String> store;

    /** Those that this process has seen within the idle time, for figures. */
    private final Cache<String, Boolean> seen =
            Caffeine.newBuilder().maximumSize(MOST_SEEN).expireAfterAccess(IDLE).build();

    Sessions(Millrace redis) {
        this.store = redis.sessions(SessionOptions.ofStrings("site").withIdle(IDLE));
    }

    /** How many this process has seen lately, up to 10,000. */
    long count() {
        seen.cleanUp();
        return seen.estimatedSize();
    }

    void create(Context context) {
        Session<String> session = store.create();
        setCookie(context, session.id(), IDLE.toSeconds());
        context.status(201);
        answer(context, session);
    }

    void load(Context context) {
        answer(context, current(context));
    }

    void change(Context context, Attributes attributes) {
        Session<String> session = current(context);
        attributes.attributes().forEach(session::set);
        if (session.names().size() > MOST_ATTRIBUTES) {
            throw Problem.unprocessable("a session has up to " + MOST_ATTRIBUTES + " attributes; remove some by null");
        }
        if (!store.save(session)) {
            throw ended(context);
        }
        setCookie(context, session.id(), IDLE.toSeconds());
        answer(context, session);
    }

    void rotate(Context context) {
        Session<String> session = current(context);
        seen.invalidate(session.id());
        if (!store.rotate(session)) {
            throw ended(context);
        }
        setCookie(context, session.id(), IDLE.toSeconds());
        answer(context, session);
    }

    void end(Context context) {
        String id = context.cookie(COOKIE);
        if (id == null || !store.invalidate(id)) {
            throw ended(context);
        }
        seen.invalidate(id);
        setCookie(context, "", 0);
        context.status(204);
    }

    private Session<String> current(Context context) {
        String id = context.cookie(COOKIE);
        Session<String> session = id == null ? null : store.load(id);
        if (session == null) {
            throw ended(context);
        }
        return session;
    }

    private static Problem ended(Context context) {
        if (context.cookie(COOKIE) != null) {
            setCookie(context, "", 0);
        }
        return Problem.notFound("there is no session, or it has ended; POST /api/session begins one");
    }

    /** The id is a credential: it is in the cookie, and nowhere else. */
    private void answer(Context context, Session<String> session) {
        seen.put(session.id(), true);
        Map<String, Object> attributes = new LinkedHashMap<>();
        session.names().forEach(name -> attributes.put(name, session.get(name)));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("created", session.created().toEpochMilli());
        answer.put("idleSeconds", IDLE.toSeconds());
        answer.put("attributes", attributes);
        context.header("Cache-Control", "no-store");
        context.json(answer);
    }

    private static void setCookie(Context context, String id, long seconds) {
        context.header(
                "Set-Cookie", COOKIE + "=" + id + "; Path=/; Max-Age=" + seconds + "; HttpOnly; SameSite=Strict");
    }
}
