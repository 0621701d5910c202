package dev.millrace;

import dev.millrace.testkit.Await;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Somebody on a loopback port who shakes hands as Redis does and then answers each command with what the test says,
 * right or wrong. {@code ␍} in an answer stands for CR LF, {@code ✂} at its end closes the connection after it.
 */
final class ScriptedPeer implements AutoCloseable {
    static final String HELLO = "%2␍$6␍server␍$5␍redis␍$7␍version␍$5␍7.0.0␍";

    /** What to answer; the words of the command are given. */
    interface Script {
        String answer(List<String> command);
    }

    private final ServerSocket listener;
    private final Script script;
    private final String hello;
    private final Thread accepting;
    private final List<Thread> serving = new CopyOnWriteArrayList<>();
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger closedByClient = new AtomicInteger();

    ScriptedPeer(Script script) throws IOException {
        this(HELLO, script);
    }

    /** Answers HELLO with {@code hello}. */
    ScriptedPeer(String hello, Script script) throws IOException {
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.script = script;
        this.hello = hello;
        this.accepting = Thread.ofVirtual().name("scripted-peer").start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    String url() {
        return "redis://127.0.0.1:" + port();
    }

    /** How many connections there were. */
    int connections() {
        return sockets.size();
    }

    /** Waits until the client has closed so many of its connections. */
    void awaitClosedByClient(int count) {
        Await.until(
                Duration.ofSeconds(20),
                () -> closedByClient.get() >= count,
                () -> closedByClient + " connections were closed by the client, not " + count);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                serving.add(Thread.ofVirtual().name("scripted-peer").start(() -> serve(socket)));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                List<String> command = command(in);
                String verb = command.getFirst().toUpperCase(Locale.ROOT);
                String answer = switch (verb) {
                    case "HELLO" -> hello;
                    case "CLIENT", "SELECT" -> "+OK␍";
                    default -> script.answer(command);
                };
                send(socket.getOutputStream(), answer.replace("✂", ""));
                if (answer.endsWith("✂")) {
                    socket.shutdownOutput();
                }
            }
        } catch (IOException ended) {
            if (!listener.isClosed()) {
                closedByClient.incrementAndGet();
            }
        }
    }

    private static void send(OutputStream out, String answer) throws IOException {
        out.write(answer.replace("␍", "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static List<String> command(InputStream in) throws IOException {
        int count = number(in, '*');
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] word = in.readNBytes(number(in, '$'));
            in.skipNBytes(2);
            words.add(new String(word, StandardCharsets.UTF_8));
        }
        return words;
    }

    private static int number(InputStream in, char type) throws IOException {
        int first = in.read();
        if (first != type) {
            throw new EOFException("a command does not begin with " + type + " but " + first);
        }
        int number = 0;
        for (int c = in.read(); c != '\r'; c = in.read()) {
            if (c < 0) {
                throw new EOFException();
            }
            number = 10 * number + c - '0';
        }
        in.skipNBytes(1);
        return number;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        try {
            accepting.join(); // first: a client that comes back meanwhile would be left with its socket open
            for (Socket socket : sockets) {
                socket.close();
            }
            for (Thread thread : serving) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
