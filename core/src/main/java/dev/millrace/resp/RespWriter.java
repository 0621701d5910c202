package dev.millrace.resp;

import dev.millrace.command.Command;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;

/**
 * Encodes commands as arrays of bulk strings into one buffer, and hands the buffer to the socket when it is full or
 * flushed. Short text is encoded straight into the buffer without an array of its own; payloads of {@link
 * #LARGE} bytes and more are not copied but written from where they lie.
 *
 * <p>Confined to one thread at a time.
 */
public final class RespWriter {
    /** Payloads from this size on are written from their own array: 32 KiB. */
    static final int LARGE = 32 * 1024;

    /** Text up to this many chars is encoded in place, without an array of its own. */
    private static final int SHORT = 256;

    private final ByteSink sink;
    private final byte[] buffer;

    // The platform moves and checks many chars at a time on this way; one by one takes five times as long.
    private final char[] chars = new char[SHORT];
    private final CharBuffer from = CharBuffer.wrap(chars);
    private final ByteBuffer to;
    private final CharsetEncoder utf8 = StandardCharsets.UTF_8.newEncoder();
    private int length;
    private long writes;
    private long bytes;

    /** A writer with a buffer of {@code capacity} bytes; more is never kept back. */
    public RespWriter(ByteSink sink, int capacity) {
        this.sink = sink;
        this.buffer = new byte[Math.max(capacity, 2 * SHORT * 3 + 64)];
        this.to = ByteBuffer.wrap(buffer);
    }

    /** Encodes one command; writes to the socket only when the buffer has no room left. */
    public void write(Command<?> command) throws IOException {
        int arguments = command.argumentCount();
        byte[] verb = command.verb().encoded();
        header('*', command.verb().words() + arguments);
        raw(verb);
        for (int i = 0; i < arguments; i++) {
            if (command.argument(i) instanceof String text) {
                text(text);
            } else {
                bulk((byte[]) command.argument(i));
            }
        }
    }

    /** Takes bytes that are RESP already; what is longer than the buffer is written from where it lies. */
    public void raw(byte[] encoded) throws IOException {
        ensure(encoded.length);
        if (encoded.length > buffer.length) {
            send(encoded, encoded.length);
            return;
        }
        System.arraycopy(encoded, 0, buffer, length, encoded.length);
        length += encoded.length;
    }

    /** Hands over what is buffered, in one write; nothing happens when nothing is. */
    public void flush() throws IOException {
        if (length > 0) {
            int flushed = length;
            length = 0;
            send(buffer, flushed);
        }
    }

    /** Forgets what is buffered: its connection is gone. */
    public void clear() {
        length = 0;
    }

    /** How many bytes wait in the buffer. */
    public int buffered() {
        return length;
    }

    /** How many writes the socket has been given since the start. */
    public long writes() {
        return writes;
    }

    /** How many bytes the socket has been given since the start. */
    public long bytes() {
        return bytes;
    }

    private void text(String text) throws IOException {
        if (text.length() > SHORT || !asciiText(text)) {
            bulk(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Encodes text whose length in bytes is known because it is one byte a char; false, and nothing done, if not. */
    private boolean asciiText(String text) throws IOException {
        int count = text.length();
        ensure(count + 16);
        int before = length;
        header('$', count);
        text.getChars(0, count, chars, 0);
        from.position(0).limit(count);
        to.position(length);
        if (!utf8.reset().encode(from, to, true).isUnderflow() || to.position() != length + count) {
            length = before;
            return false;
        }
        length += count;
        buffer[length++] = '\r';
        buffer[length++] = '\n';
        return true;
    }

    private void bulk(byte[] payload) throws IOException {
        header('$', payload.length);
        if (payload.length >= LARGE) {
            flush();
            send(payload, payload.length);
        } else {
            raw(payload);
        }
        ensure(2);
        buffer[length++] = '\r';
        buffer[length++] = '\n';
    }

    private void header(char type, int number) throws IOException {
        ensure(14);
        buffer[length++] = (byte) type;
        if (number < 10) {
            buffer[length++] = (byte) ('0' + number);
        } else if (number < 100) {
            buffer[length++] = (byte) ('0' + number / 10);
            buffer[length++] = (byte) ('0' + number % 10);
        } else {
            digits(number);
        }
        buffer[length++] = '\r';
        buffer[length++] = '\n';
    }

    private void digits(int number) {
        int digits = 0;
        for (int rest = number; rest > 0; rest /= 10) {
            digits++;
        }
        for (int i = digits - 1, rest = number; i >= 0; i--, rest /= 10) {
            buffer[length + i] = (byte) ('0' + rest % 10);
        }
        length += digits;
    }

    private void ensure(int room) throws IOException {
        if (buffer.length - length < room) {
            flush();
        }
    }

    private void send(byte[] from, int count) throws IOException {
        writes++;
        bytes += count;
        sink.write(from, 0, count);
    }
}
