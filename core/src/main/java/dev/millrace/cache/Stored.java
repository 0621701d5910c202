package dev.millrace.cache;

import dev.millrace.cache.codec.Codec;
import dev.millrace.cache.codec.CodecException;
import dev.millrace.cache.codec.Compression;
import dev.millrace.cache.codec.Frame;

/** What a key turns out to hold at the server, decoded. */
sealed interface Stored<V> {
    /** A value. */
    record Found<V>(V value) implements Stored<V> {}

    /** Whoever loaded it found that there is none. */
    record None<V>() implements Stored<V> {}

    /** Somebody is loading it. */
    record Leased<V>(byte[] token) implements Stored<V> {}

    /** Bytes that are none of ours, or damaged. */
    record Unreadable<V>(String why) implements Stored<V> {}

    /** Decodes what is stored; throws nothing. */
    static <V> Stored<V> of(byte[] raw, Compression compression, Codec<V> codec) {
        return switch (compression.read(raw)) {
            case Frame.Payload payload -> decoded(payload.bytes(), codec);
            case Frame.Absent absent -> new None<>();
            case Frame.Lease lease -> new Leased<>(lease.token());
            case Frame.Unreadable unreadable -> new Unreadable<>(unreadable.why());
        };
    }

    private static <V> Stored<V> decoded(byte[] payload, Codec<V> codec) {
        try {
            return new Found<>(codec.decode(payload));
        } catch (CodecException e) {
            return new Unreadable<>(String.valueOf(e.getMessage()));
        } catch (RuntimeException | StackOverflowError e) {
            // A codec of the application's own; its message may hold what it read.
            return new Unreadable<>("the codec failed with " + e.getClass().getSimpleName());
        }
    }
}
