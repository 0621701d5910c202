package dev.millrace.topology;

import dev.millrace.command.Command;
import java.nio.charset.StandardCharsets;

/**
 * The slot of a key: CRC16 (XMODEM) modulo 16,384, of the part between the first { and the next } where there is one.
 *
 * @see <a href="https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/">Redis: cluster
 *     specification</a>
 */
public final class KeySlot {
    /** How many slots a cluster has. */
    public static final int COUNT = 16_384;

    /** Of a command without keys. */
    static final int NONE = -1;

    /** Of a command whose keys are of several slots. */
    static final int SEVERAL = -2;

    private static final short[] CRC = table();

    private KeySlot() {}

    /** The slot of a key, a {@link String} (taken as UTF-8) or a {@code byte[]}: from 0 to 16,383. */
    public static int of(Object key) {
        return key instanceof String text ? ofText(text) : ofBytes((byte[]) key);
    }

    /** The slot of a command's keys, or {@link #NONE}, or {@link #SEVERAL}. */
    static int of(Command<?> command) {
        int keys = command.keyCount();
        if (keys == 0) {
            return NONE;
        }
        int slot = of(command.key(0));
        for (int i = 1; i < keys; i++) {
            if (of(command.key(i)) != slot) {
                return SEVERAL;
            }
        }
        return slot;
    }

    private static int ofText(String key) {
        int from = 0;
        int to = key.length();
        int open = key.indexOf('{');
        if (open >= 0) {
            int close = key.indexOf('}', open + 1);
            if (close > open + 1) {
                from = open + 1;
                to = close;
            }
        }
        int crc = 0;
        for (int i = from; i < to; i++) {
            char c = key.charAt(i);
            if (c >= 0x80) {
                return ofBytes(key.getBytes(StandardCharsets.UTF_8));
            }
            crc = next(crc, c);
        }
        return crc & (COUNT - 1);
    }

    private static int ofBytes(byte[] key) {
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
        int crc = 0;
        for (int i = from; i < to; i++) {
            crc = next(crc, key[i] & 0xff);
        }
        return crc & (COUNT - 1);
    }

    private static int indexOf(byte[] bytes, char sought, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == sought) {
                return i;
            }
        }
        return -1;
    }

    private static int next(int crc, int octet) {
        return ((crc << 8) ^ CRC[((crc >>> 8) ^ octet) & 0xff]) & 0xffff;
    }

    private static short[] table() {
        short[] table = new short[256];
        for (int octet = 0; octet < table.length; octet++) {
            int crc = octet << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            }
            table[octet] = (short) crc;
        }
        return table;
    }
}
