package dev.millrace.resp;

import dev.millrace.command.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Bytes of RESP, handed to a reader in pieces of any size, and what the reader makes of them. */
final class Stream implements ByteSource {
    static final int LIMIT = 1 << 20;

    private final byte[] bytes;
    private final int pieces;
    private final int firstPiece;
    private int position;

    private Stream(byte[] bytes, int firstPiece, int pieces) {
        this.bytes = bytes;
        this.firstPiece = firstPiece;
        this.pieces = pieces;
    }

    /** Everything as fast as the reader takes it. */
    static Stream whole(byte[] bytes) {
        return new Stream(bytes, bytes.length, Integer.MAX_VALUE);
    }

    /** In pieces of {@code size}. */
    static Stream pieces(byte[] bytes, int size) {
        return new Stream(bytes, size, size);
    }

    /** In two pieces, the first of {@code at} bytes. */
    static Stream splitAt(byte[] bytes, int at) {
        return new Stream(bytes, at, Integer.MAX_VALUE);
    }

    /** UTF-8 of the text, where {@code ␍} stands for CR LF. */
    static byte[] wire(String text) {
        return text.replace("␍", "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (position == bytes.length) {
            return -1;
        }
        int piece = position < firstPiece ? firstPiece - position : pieces;
        int count = Math.min(Math.min(length, piece), bytes.length - position);
        System.arraycopy(bytes, position, into, offset, count);
        position += count;
        return count;
    }

    /** What every reply of the stream is, as text; the last line is the error that ended it, if one did. */
    List<String> replies() {
        return replies(16);
    }

    List<String> replies(int initialCapacity) {
        RespReader reader = new RespReader(initialCapacity, LIMIT);
        List<String> shown = new ArrayList<>();
        try {
            while (reader.fill(this)) {
                while (reader.next()) {
                    String mark = reader.isPush() ? "push " : reader.isError() ? "error " : "";
                    shown.add(mark + show(Value.read(reader)));
                }
            }
        } catch (IOException | RuntimeException e) {
            shown.add(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
        return shown;
    }

    static String show(Value value) {
        return switch (value) {
            case Value.Null absent -> "null";
            case Value.Bytes string -> '"' + new String(string.bytes(), StandardCharsets.ISO_8859_1) + '"';
            case Value.Number integer -> Long.toString(integer.number());
            case Value.Real real -> "real " + real.number();
            case Value.Big big -> "big " + big.number();
            case Value.Bool bool -> Boolean.toString(bool.isTrue());
            case Value.Failed failed ->
                failed.error().getClass().getSimpleName() + " " + failed.error().getMessage();
            case Value.Items items ->
                items.items().stream().map(Stream::show).collect(Collectors.joining(", ", "[", "]"));
            case Value.Entries entries ->
                entries.entries().stream()
                        .map(entry -> show(entry.key()) + "=" + show(entry.value()))
                        .collect(Collectors.joining(", ", "{", "}"));
        };
    }

    static byte[] join(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        byte[] joined = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }
}
