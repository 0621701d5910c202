package dev.millrace.cache;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.connection.Epoch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** How keys and values of a cache are written at the server, and what becomes an entry of memory. */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // immutable, with codecs that are to be thread-safe
final class Shelf<K, V> {
    /**
     * What of the cache's own is kept among its keys. Its keys go on with a tilde and one letter; those of values that
     * begin with a tilde go on with two, so that no value can be written where these are.
     */
    enum Aside {
        /** Who refreshes a value. */
        REFRESH("~r:"),
        /** The keys that have a tag. */
        TAG("~t:"),
        /** The keys that had a tag which was invalidated, and are not deleted yet. */
        TAKEN("~g:"),
        /** The keys that are asked for most. */
        HOT("~h");

        private final byte[] mark;

        Aside(String mark) {
            this.mark = mark.getBytes(StandardCharsets.US_ASCII);
        }
    }

    private static final byte MARK = '~';

    /** An entry's own objects, about. */
    private static final int ENTRY_BYTES = 64;

    private final CacheOptions<K, V> options;
    private final Ttls ttls;
    private final EarlyRefresh early;
    private final byte[] prefix;
    private final boolean inBytes;

    Shelf(CacheOptions<K, V> options, Ttls ttls, EarlyRefresh early) {
        this.options = options;
        this.ttls = ttls;
        this.early = early;
        this.prefix = options.prefix().getBytes(StandardCharsets.UTF_8);
        this.inBytes = options.bound().inBytes();
    }

    /** The key as the server knows it. */
    byte[] address(K key) {
        byte[] own = options.keys().encode(key);
        return own.length > 0 && own[0] == MARK ? joined(prefix, new byte[] {MARK}, own) : joined(prefix, own);
    }

    /** A key beside those of values, where something of the cache's own is kept. */
    byte[] aside(Aside what, byte[] of) {
        return joined(prefix, what.mark, of);
    }

    private static byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] whole = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, at, part.length);
            at += part.length;
        }
        return whole;
    }

    /** The key at an address; null for one that is none of this cache's. */
    @Nullable
    K key(byte[] address) {
        if (address.length < prefix.length || !Arrays.equals(address, 0, prefix.length, prefix, 0, prefix.length)) {
            return null;
        }
        int from = prefix.length;
        if (from < address.length && address[from] == MARK) {
            if (from + 1 == address.length || address[from + 1] != MARK) {
                return null; // kept aside
            }
            from++;
        }
        return options.keys().decode(Arrays.copyOfRange(address, from, address.length));
    }

    byte[] encode(V value) {
        return options.compression().wrap(options.values().encode(value));
    }

    Stored<V> decode(byte[] raw) {
        return Stored.of(raw, options.compression(), options.values());
    }

    Duration ttl(CacheEntry<K, V> entry) {
        Duration own = entry.ttl();
        return own != null ? own : ttls.of(entry.ttlClass());
    }

    Duration defaultTtl() {
        return ttls.of(TtlClass.DEFAULT);
    }

    /**
     * What memory keeps of a reading: no longer than the server does, and than the options allow, counted from when it
     * was asked. The answer may have been on its way for long.
     */
    Entry<V> entry(@Nullable V value, K key, Reading reading) {
        CacheOptions.Times times = options.times();
        Epoch epoch = reading.epoch();
        long most = (epoch == null ? times.untracked() : times.memory()).toNanos();
        if (value == null) {
            most = Math.min(most, options.negative().toNanos());
        }
        long asked = reading.asked();
        long lasting = Math.min(reading.remainingNanos(), jittered(most));
        boolean ends = reading.remainingNanos() != Long.MAX_VALUE && value != null;
        long endsAt = asked + Math.min(reading.remainingNanos(), Long.MAX_VALUE / 4);
        long refreshFrom = ends ? early.from(endsAt) : asked + Long.MAX_VALUE / 4;
        return new Entry<>(
                value, asked + lasting, refreshFrom, endsAt, weight(key, reading.raw()), reading.raw() == null, epoch);
    }

    private static long jittered(long nanos) {
        return nanos - (long) (nanos * 0.1 * ThreadLocalRandom.current().nextDouble());
    }

    private int weight(K key, byte @Nullable [] raw) {
        if (!inBytes) {
            return 1;
        }
        long bytes = (long) ENTRY_BYTES + options.keys().encode(key).length + (raw == null ? 0 : raw.length);
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }
}
