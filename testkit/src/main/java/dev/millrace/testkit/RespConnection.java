package dev.millrace.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection on which the test kit, or a test, asks a server things: RESP2, one question at a time. Got from {@link
 * RedisServer#connect}.
 *
 * <p>Deliberately not the client under test, and deliberately naive. Confined to the thread that uses it.
 */
public final class RespConnection implements AutoCloseable {

    private final Socket socket;
    private final InputStream in;
    private Charset charset = StandardCharsets.UTF_8;

    RespConnection(int port, Duration timeout) throws IOException {
        int millis = Math.clamp(timeout.toMillis(), 1, Integer.MAX_VALUE);
        socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(millis);
            socket.connect(new InetSocketAddress(Loopback.ADDRESS, port), millis);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException | RuntimeException failed) {
            socket.close();
            throw failed;
        }
    }

    /**
     * How words and bulk replies are made of bytes from now on. Default UTF-8; ISO 8859-1 takes every byte for a
     * character of its own and so carries keys and values that are no text.
     */
    public RespConnection charset(Charset wanted) {
        this.charset = wanted;
        return this;
    }

    /**
     * Sends one command and reads its reply.
     *
     * @return String, Long, List of the same, or null
     * @throws ErrorReplyException if the server refuses the command; the connection stays usable
     * @throws IOException if the server does not answer in time or the connection is lost; it is of no use then
     */
    public @Nullable Object ask(String... words) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(ascii("*" + words.length + "\r\n"));
        for (String word : words) {
            byte[] bytes = word.getBytes(charset);
            request.writeBytes(ascii("$" + bytes.length + "\r\n"));
            request.writeBytes(bytes);
            request.writeBytes(ascii("\r\n"));
        }
        socket.getOutputStream().write(request.toByteArray());
        Object reply = read();
        if (reply instanceof ErrorReplyException error) {
            throw error;
        }
        return reply;
    }

    private @Nullable Object read() throws IOException {
        int type = in.read();
        String line = line();
        return switch (type) {
            case '+' -> line;
            case '-' -> new ErrorReplyException(line);
            case ':' -> Long.valueOf(line);
            case '$' -> bulk(Integer.parseInt(line));
            case '*' -> array(Integer.parseInt(line));
            case -1 -> throw new EOFException("the server closed the connection");
            default -> throw new IOException("not a RESP2 reply, first byte " + type);
        };
    }

    private @Nullable String bulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the server closed the connection inside a reply");
        }
        line();
        return new String(bytes, charset);
    }

    private @Nullable List<@Nullable Object> array(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        List<@Nullable Object> items = new ArrayList<>();
        for (int item = 0; item < length; item++) {
            items.add(read());
        }
        return items;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        while (next != -1 && next != '\n') {
            if (next != '\r') {
                line.write(next);
            }
            next = in.read();
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException ignored) {
            // A question has been answered or has failed already; a failing close changes neither.
        }
    }
}
