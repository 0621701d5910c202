package dev.millrace.queue;

import dev.millrace.command.UnexpectedReply;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What the queue keeps of a job beside its payload, as the scripts pack it; {@code prelude.lua} has the layout. The first
 * nine bytes, state and token, are the fence: a lease's holder shows them to end or extend it.
 *
 * @param state w, l, d, f or x
 * @param lane position of its lane in the options
 * @param attempts how often the handler failed
 * @param deliveries how often a lease ran out
 * @param score see {@link Score}
 * @param enqueuedMillis when it was enqueued, by the server's clock
 * @param progress in percent; -1 for none
 * @param type its type, possibly empty
 */
record JobRecord(
        char state,
        int lane,
        int attempts,
        int deliveries,
        double score,
        long enqueuedMillis,
        int progress,
        String type) {
    static final int FENCE = 9;
    private static final int FIXED = 35;

    static JobRecord of(byte[] packed) {
        if (packed.length < FIXED) {
            throw new UnexpectedReply("the record of a job has " + packed.length + " bytes, fewer than " + FIXED
                    + "; JobQueue.audit() mends the queue");
        }
        ByteBuffer buffer = ByteBuffer.wrap(packed);
        int progress = packed[34] & 0xff;
        return new JobRecord(
                (char) packed[0],
                packed[9] & 0xff,
                buffer.getShort(10) & 0xffff,
                buffer.getShort(12) & 0xffff,
                buffer.getDouble(18),
                (long) buffer.getDouble(26),
                progress == 255 ? -1 : progress,
                new String(packed, FIXED, packed.length - FIXED, StandardCharsets.UTF_8));
    }

    static byte[] fence(byte[] packed) {
        return Arrays.copyOf(packed, FENCE);
    }
}
