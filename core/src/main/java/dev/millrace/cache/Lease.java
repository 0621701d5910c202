package dev.millrace.cache;

import dev.millrace.cache.codec.Frame;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;

/**
 * The right to load one value: a placeholder that stands where the value will. Any write of the key, by anyone, ends it,
 * and so does its time.
 *
 * <p>Idea: rueidisaside; Nishtala and others, "Scaling Memcache at Facebook" (2013), has leases against stale sets and
 * thundering herds.
 */
final class Lease {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int TOKEN_BYTES = 12;

    private final byte[] token = new byte[TOKEN_BYTES];
    private final byte[] placeholder;
    private final Duration lasting;

    Lease(Duration lasting) {
        RANDOM.nextBytes(token);
        this.placeholder = Frame.lease(token);
        this.lasting = lasting;
    }

    byte[] placeholder() {
        return placeholder;
    }

    Duration lasting() {
        return lasting;
    }

    boolean is(byte[] other) {
        return Arrays.equals(token, other);
    }
}
