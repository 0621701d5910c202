package dev.millrace.queue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Where a job goes in its queue, as {@code enqueue.lua} reads it. Many jobs of a call have the same, so that it is sent and
 * read once for all of them.
 *
 * @param lane its number, from 0
 */
record Place(int priority, int lane, long delayMillis, String type) {
    /** Bytes before the type. */
    static final int HEAD = 11;

    byte[] encoded() {
        byte[] name = type.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(HEAD + name.length)
                .putShort((short) priority)
                .put((byte) lane)
                .putDouble(delayMillis)
                .put(name)
                .array();
    }
}
