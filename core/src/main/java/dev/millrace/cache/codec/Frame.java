package dev.millrace.cache.codec;

import java.util.Arrays;

/**
 * What a stored value turns out to be: a {@link Payload}, the mark of an {@link Absent} value, the {@link Lease} of
 * whoever is loading it, or {@link Unreadable}. Immutable, provided that nobody writes into its arrays.
 *
 * <p>A value that is not compressed has no frame: what is stored is what its codec wrote, readable in any language.
 * Everything else begins with one:
 *
 * <table>
 *   <caption>A frame, by byte</caption>
 *   <tr><td>0–3</td><td>magic: {@code F5 4D 52 FA}</td></tr>
 *   <tr><td>4</td><td>version: 1</td></tr>
 *   <tr><td>5</td><td>header length: bytes from 6 to the payload, at least 5</td></tr>
 *   <tr><td>6</td><td>kind: 0 stored, 1 zstd, 2 lz4 block, 3 absent, 4 lease</td></tr>
 *   <tr><td>7–10</td><td>checksum: CRC32C, most significant byte first, of bytes 4 to 6 and 11 to the end</td></tr>
 *   <tr><td>11–</td><td>for zstd and lz4: the uncompressed size, as an unsigned LEB128 varint</td></tr>
 *   <tr><td>then</td><td>fields of later writers, which readers skip by the header length</td></tr>
 *   <tr><td>to the end</td><td>payload: the value, compressed or not; nothing for absent; the token for a lease</td></tr>
 * </table>
 *
 * <p>Versions: fields are added at the end of the header, and the version stays; it changes only when old readers must
 * not read on, and they then answer {@link Unreadable}, as they do for a kind they don't know.
 *
 * <p>No damage of one bit, and no cut but the one that leaves nothing, turns a frame into another value. The checksum
 * guards all but the magic, and the magic is guarded by what is reserved: every stored value whose first four bytes
 * differ from the magic in at most one bit, and every one that is a beginning of it, belongs to frames. A plain value
 * that looks so is written as a stored frame. Two of the magic's bytes occur nowhere in UTF-8, so no text looks so,
 * and text written by others is never taken for a frame. Damage of a plain value can't be noticed.
 */
public sealed interface Frame {
    /** The bytes of a value, for its codec to decode. May be the very array that was read, so it must not be changed. */
    @SuppressWarnings("ArrayRecordComponent") // equality is of the bytes
    record Payload(byte[] bytes) implements Frame {
        @Override
        public boolean equals(Object other) {
            return other instanceof Payload payload && Arrays.equals(bytes, payload.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Payload[" + bytes.length + " bytes]";
        }
    }

    /** There is no such value: whoever loaded it found nothing, and said so. */
    record Absent() implements Frame {}

    /** Someone is loading the value; the token says who. */
    @SuppressWarnings("ArrayRecordComponent") // equality is of the bytes
    record Lease(byte[] token) implements Frame {
        @Override
        public boolean equals(Object other) {
            return other instanceof Lease lease && Arrays.equals(token, lease.token);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(token);
        }

        @Override
        public String toString() {
            return "Lease[" + token.length + " bytes]";
        }
    }

    /**
     * Damaged, of a later version, larger than allowed, or compressed by a library that is not here.
     *
     * @param why one line, with sizes and versions and nothing of the value
     */
    record Unreadable(String why) implements Frame {}

    /**
     * Finds out what a stored value is. Throws nothing, whatever the bytes are, and allocates no more than the
     * uncompressed size that a frame declares, after checking that it is within the limit and that the payload can
     * have come from so much.
     *
     * @param raw what is stored; the answer may hold this array
     * @param maxBytes the largest uncompressed size that is accepted of a compressed value, in bytes
     */
    static Frame read(byte[] raw, int maxBytes) {
        return FrameReader.read(raw, maxBytes);
    }

    /** What to store for a value that does not exist. The same 11 bytes each time. */
    static byte[] absent() {
        return FrameLayout.frame(Kind.ABSENT, new byte[0]);
    }

    /** What to store while loading a value. The same token gives the same bytes: a script can compare them whole. */
    static byte[] lease(byte[] token) {
        return FrameLayout.frame(Kind.LEASE, token);
    }
}
