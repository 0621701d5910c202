package dev.millrace.queue;

import dev.millrace.command.EscapedName;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The keys of one queue, in the order in which every script takes them. All have the queue's name as their hash tag, so a
 * cluster keeps them together; whatever the name holds, its bytes other than letters, digits, {@code .}, {@code _} and
 * {@code -} stand as {@code %XX}, so that no name reaches another queue's keys.
 */
final class QueueKeys {
    private static final String HEAD = "millrace:queue:{";
    private static final String TAIL = "}:";
    private static final String[] FIXED = {
        "state", "job", "meta", "delayed", "leased", "done", "failed", "dead", "dedup", "error", "types"
    };

    private QueueKeys() {}

    static Object[] of(String queue, int lanes) {
        String prefix = prefix(queue);
        Object[] keys = new Object[FIXED.length + lanes];
        for (int i = 0; i < keys.length; i++) {
            String key = prefix + (i < FIXED.length ? FIXED[i] : "ready:" + (i - FIXED.length));
            keys[i] = key.getBytes(StandardCharsets.US_ASCII);
        }
        return keys;
    }

    /** The key that every queue has from its first call on; it is never removed. */
    static String state(String queue) {
        return prefix(queue) + "state";
    }

    /** What {@link #state} is for any queue, as a pattern of a scan. */
    static String anyState() {
        return HEAD + "*" + TAIL + "state";
    }

    /** The name of the queue that has this {@link #state}; empty if no queue has. */
    static Optional<String> nameOf(String state) {
        if (!state.startsWith(HEAD) || !state.endsWith(TAIL + "state")) {
            return Optional.empty();
        }
        String safe = state.substring(HEAD.length(), state.length() - (TAIL + "state").length());
        String name = EscapedName.original(safe);
        return !name.isEmpty() && escaped(name).equals(safe) ? Optional.of(name) : Optional.empty();
    }

    private static String prefix(String queue) {
        return HEAD + escaped(queue) + TAIL;
    }

    /** A name as a part of a key; half of a surrogate pair, which no queue's name has, becomes a question mark. */
    static String escaped(String name) {
        return EscapedName.escaped(name.getBytes(StandardCharsets.UTF_8));
    }
}
