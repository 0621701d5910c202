package dev.millrace.tools.flight;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.GZIPInputStream;

/** What a file holds, whether it is packed with gzip or not; told by its first two bytes. Stateless. */
public final class Unpacked {
    private Unpacked() {}

    /**
     * The content of a stream, which stays the caller's.
     *
     * @throws IOException if it can't be read, or begins as gzip does and is none
     */
    public static InputStream of(InputStream in) throws IOException {
        PushbackInputStream pushback = new PushbackInputStream(in, 2);
        byte[] magic = new byte[2];
        int length = pushback.readNBytes(magic, 0, 2);
        pushback.unread(magic, 0, length);
        boolean packed = length == 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b;
        return packed ? new GZIPInputStream(pushback, 1 << 16) : pushback;
    }
}
