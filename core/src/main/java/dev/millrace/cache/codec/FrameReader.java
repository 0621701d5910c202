package dev.millrace.cache.codec;

import java.util.Arrays;

/**
 * Reads what may or may not be a {@link Frame}. Nothing is believed before the checksum has been compared, and no size
 * even then: a checksum is no signature.
 */
final class FrameReader {
    private static final Frame ABSENT = new Frame.Absent();

    private FrameReader() {}

    static Frame read(byte[] raw, int maxBytes) {
        if (!FrameLayout.isReserved(raw)) {
            return new Frame.Payload(raw);
        }
        if (raw.length < FrameLayout.FIELDS_AT) {
            return unreadable("a frame is cut off within its header, after " + raw.length + " bytes");
        }
        if (FrameLayout.intAt(raw, 0) != FrameLayout.MAGIC) {
            return unreadable("the magic of a frame is damaged");
        }
        int version = raw[FrameLayout.VERSION_AT] & 0xFF;
        if (version != FrameLayout.VERSION) {
            return unreadable("a frame is of version " + version + "; this reader knows " + FrameLayout.VERSION);
        }
        int payloadAt = FrameLayout.COUNTED_FROM + (raw[FrameLayout.HEADER_LENGTH_AT] & 0xFF);
        if (payloadAt < FrameLayout.FIELDS_AT || payloadAt > raw.length) {
            return unreadable("a frame of " + raw.length + " bytes puts its payload at " + payloadAt);
        }
        if (FrameLayout.intAt(raw, FrameLayout.CHECKSUM_AT) != FrameLayout.checksum(raw)) {
            return unreadable("the checksum of a frame of " + raw.length + " bytes does not match: damaged or cut off");
        }
        Kind kind = Kind.of(raw[FrameLayout.KIND_AT]);
        if (kind == null) {
            return unreadable("a frame is of kind " + (raw[FrameLayout.KIND_AT] & 0xFF) + ", which is not known here");
        }
        return switch (kind) {
            case STORED -> new Frame.Payload(from(raw, payloadAt));
            case LEASE -> new Frame.Lease(from(raw, payloadAt));
            case ABSENT ->
                payloadAt == raw.length ? ABSENT : unreadable("a frame says that there is no value, and has one");
            case ZSTD, LZ4 -> decompressed(raw, kind, payloadAt, maxBytes);
        };
    }

    private static byte[] from(byte[] raw, int at) {
        return Arrays.copyOfRange(raw, at, raw.length);
    }

    private static Frame decompressed(byte[] raw, Kind kind, int payloadAt, int maxBytes) {
        long declared = varint(raw, FrameLayout.FIELDS_AT, payloadAt);
        if (declared < 0) {
            return unreadable("a frame does not say how large its value is");
        }
        if (declared > maxBytes) {
            return unreadable("a value of " + declared + " bytes is larger than the limit of " + maxBytes);
        }
        OptionalLibrary library = Compressor.library(kind);
        String missing = library.missing();
        if (missing != null) {
            return unreadable(missing);
        }
        Compressor compressor = Compressor.of(kind);
        int length = raw.length - payloadAt;
        if (declared > compressor.mostFrom(length)) {
            return unreadable(length + " compressed bytes cannot become " + declared);
        }
        byte[] value = new byte[(int) declared];
        if (!compressor.decompress(raw, payloadAt, value)) {
            return unreadable(length + " compressed bytes do not become the " + declared + " that the frame says");
        }
        return new Frame.Payload(value);
    }

    /** Unsigned LEB128; negative when it does not end within the header or does not fit 63 bits. */
    private static long varint(byte[] raw, int at, int end) {
        long value = 0;
        for (int shift = 0; shift < 63 && at < end; shift += 7) {
            byte next = raw[at++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        return -1;
    }

    private static Frame unreadable(String why) {
        return new Frame.Unreadable(why);
    }
}
