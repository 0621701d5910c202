package dev.millrace.tools.server.game;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One who plays by telnet. Confined to one thread. */
final class TelnetClient implements AutoCloseable {
    private static final int SOON_MILLIS = 20_000;

    private final Socket socket = new Socket();
    private final BufferedReader in;

    private TelnetClient(int port, int receiveBuffer) throws IOException {
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress("127.0.0.1", port), SOON_MILLIS);
        socket.setSoTimeout(SOON_MILLIS);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    static TelnetClient at(int port) {
        return at(port, 0);
    }

    /** With a receive buffer of so many bytes; 0 for the usual. */
    static TelnetClient at(int port, int receiveBuffer) {
        try {
            return new TelnetClient(port, receiveBuffer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Logged in. */
    static TelnetClient at(int port, String player) {
        TelnetClient client = at(port);
        client.says("login " + player).hears("you are " + player);
        return client;
    }

    TelnetClient says(String line) {
        return sends((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    TelnetClient sends(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads up to a line with this in it, and returns it. */
    String hears(String part) {
        StringBuilder before = new StringBuilder();
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.contains(part)) {
                    return line;
                }
                before.append(line).append('\n');
            }
        } catch (IOException e) {
            throw new AssertionError("no line with \"" + part + "\" (" + e + ") but\n" + before, e);
        }
        throw new AssertionError("the connection ended without \"" + part + "\" but with\n" + before);
    }

    /** Whether a line with this in it is among those that have come by now. */
    boolean hasHeard(String part) {
        try {
            while (in.ready()) {
                if (in.readLine().contains(part)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads up to the end, and returns all. */
    String hearsTheEnd() {
        StringBuilder all = new StringBuilder();
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                all.append(line).append('\n');
            }
        } catch (IOException e) {
            all.append('(').append(e.getMessage()).append(")\n");
        }
        return all.toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
