package dev.millrace.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Direct buffers of a few sizes, used again and again so that a proxy under load makes no garbage.
 *
 * <p>Not thread-safe; its owner guards it.
 */
final class ChunkPool {

    static final int LARGEST = 128 * 1024;
    private static final int[] SIZES = {1024, 8 * 1024, LARGEST};
    private static final int[] KEPT = {256, 64, 16};

    private final List<ArrayDeque<ByteBuffer>> free =
            List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());

    /** An empty buffer that holds at least that many bytes. */
    ByteBuffer take(int bytes) {
        int size = sizeFor(bytes);
        ByteBuffer kept = free.get(size).pollLast();
        return kept == null ? ByteBuffer.allocateDirect(SIZES[size]) : kept.clear();
    }

    void giveBack(ByteBuffer buffer) {
        int size = sizeFor(buffer.capacity());
        if (free.get(size).size() < KEPT[size]) {
            free.get(size).addLast(buffer);
        }
    }

    /** Whether a chunk would do with a smaller buffer than the one it came in. */
    static boolean isWorthCopying(int bytes) {
        return bytes <= SIZES[SIZES.length - 2];
    }

    private static int sizeFor(int bytes) {
        int size = 0;
        while (SIZES[size] < bytes) {
            size++;
        }
        return size;
    }
}
