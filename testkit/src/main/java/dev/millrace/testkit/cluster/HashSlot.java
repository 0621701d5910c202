package dev.millrace.testkit.cluster;

import java.nio.charset.StandardCharsets;

/**
 * The slot of a key: CRC16 (XMODEM) of the key, or of what stands between its first <code>{</code> and the next <code>}
 * </code> if that is not empty, modulo 16384. Written from the cluster specification, apart from the client's own.
 */
final class HashSlot {

    static final int COUNT = 16_384;
    private static final int POLYNOMIAL = 0x1021;

    private HashSlot() {}

    static int of(String key) {
        return of(key.getBytes(StandardCharsets.UTF_8));
    }

    static int of(byte[] key) {
        int from = 0;
        int to = key.length;
        int open = indexOf(key, '{', 0);
        if (open >= 0) {
            int close = indexOf(key, '}', open + 1);
            if (close > open + 1) {
                from = open + 1;
                to = close;
            }
        }
        return crc16(key, from, to) % COUNT;
    }

    static int validated(int slot) {
        if (slot < 0 || slot >= COUNT) {
            throw new IllegalArgumentException("slot %d is not within 0 to %d".formatted(slot, COUNT - 1));
        }
        return slot;
    }

    private static int indexOf(byte[] key, char wanted, int from) {
        for (int index = from; index < key.length; index++) {
            if (key[index] == wanted) {
                return index;
            }
        }
        return -1;
    }

    private static int crc16(byte[] bytes, int from, int to) {
        int crc = 0;
        for (int index = from; index < to; index++) {
            crc ^= (bytes[index] & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ POLYNOMIAL;
            }
            crc &= 0xffff;
        }
        return crc;
    }
}
