package dev.millrace.command;

/** Keys and values that are no text: what breaks where bytes are taken for UTF-8 or for the ends of lines. */
final class Binary {
    static final byte[] KEY = {(byte) 0xff, 0, '\r', '\n', 'a'};

    static final byte[] OTHER_KEY = {(byte) 0xff, 0, '\r', '\n', 'b'};

    /** Values, in the order of their bytes. */
    static final byte[] ONE = {(byte) 0xfe, 1};

    static final byte[] TWO = {(byte) 0xfe, '\r', '\n', 2};
    static final byte[] THREE = {(byte) 0xfe, 'c'};

    private Binary() {}

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
