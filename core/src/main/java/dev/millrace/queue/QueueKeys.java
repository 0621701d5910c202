package dev.millrace.queue;

import java.nio.charset.StandardCharsets;

/**
 * The keys of one queue, in the order in which every script takes them. All have the queue's name as their hash tag, so a
 * cluster keeps them together; whatever the name holds, its bytes other than letters, digits, {@code .}, {@code _} and
 * {@code -} stand as {@code %XX}, so that no name reaches another queue's keys.
 */
final class QueueKeys {
    private static final String[] FIXED = {
        "state", "job", "meta", "delayed", "leased", "done", "failed", "dead", "dedup", "error", "types"
    };

    private QueueKeys() {}

    static Object[] of(String queue, int lanes) {
        String prefix = "millrace:queue:{" + safe(queue) + "}:";
        Object[] keys = new Object[FIXED.length + lanes];
        for (int i = 0; i < keys.length; i++) {
            String key = prefix + (i < FIXED.length ? FIXED[i] : "ready:" + (i - FIXED.length));
            keys[i] = key.getBytes(StandardCharsets.US_ASCII);
        }
        return keys;
    }

    private static String safe(String name) {
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
}
