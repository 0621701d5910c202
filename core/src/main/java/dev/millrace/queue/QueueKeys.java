package dev.millrace.queue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    private static final Pattern ESCAPE = Pattern.compile("%([0-9A-Fa-f]{2})");

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
        String name = unsafe(safe);
        return !name.isEmpty() && safe(name).equals(safe) ? Optional.of(name) : Optional.empty();
    }

    private static String prefix(String queue) {
        return HEAD + safe(queue) + TAIL;
    }

    static String safe(String name) {
        StringBuilder safe = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = (b >= 'a' && b <= 'z')
                    || (b >= 'A' && b <= 'Z')
                    || (b >= '0' && b <= '9')
                    || b == '.'
                    || b == '_'
                    || b == '-';
            if (plain) {
                safe.append((char) b);
            } else {
                safe.append('%').append(String.format("%02X", b & 0xff));
            }
        }
        return safe.toString();
    }

    /** The other way; what is no escape stands for itself, and bytes that are no text become replacement characters. */
    static String unsafe(String safe) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(safe.length());
        Matcher escape = ESCAPE.matcher(safe);
        int from = 0;
        while (escape.find()) {
            bytes.writeBytes(safe.substring(from, escape.start()).getBytes(StandardCharsets.UTF_8));
            bytes.write(Integer.parseInt(escape.group(1), 16));
            from = escape.end();
        }
        bytes.writeBytes(safe.substring(from).getBytes(StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
