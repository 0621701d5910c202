package dev.millrace.metrics;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Command;
import dev.millrace.command.ReplyType;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Prints what goes over the wire to standard error, one line each way per command, when the environment variable
 * {@code DEBUG} asks for it: a list of names separated by commas or blanks, {@code *} for any characters, {@code -}
 * before a name to leave it out. The names are {@code redis:wire} for commands and replies and {@code redis:connection}
 * for connections; {@code DEBUG=redis*} switches both on.
 *
 * <pre>
 *   redis:wire → localhost:6379 SET 1 key, arguments of 8, 64 bytes +3ms
 *   redis:wire ← localhost:6379 SET SIMPLE, 5 bytes +0ms
 * </pre>
 *
 * <p>Keys and values are shown as their sizes only, and of a command that carries credentials not even those. While it
 * is off it costs the look at a constant.
 *
 * @see <a href="https://github.com/debug-js/debug">debug, whose convention this follows</a>
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the print stream is
public final class WireLog {
    /** The log that this process's environment asks for. */
    private static final WireLog INSTANCE = new WireLog(System.getenv("DEBUG"), System.err);

    /** Whether commands and replies are printed; a constant, so that a compiler removes what hangs on it. */
    public static final boolean WIRE = INSTANCE.wire;

    private static final boolean CONNECTION = INSTANCE.connection;

    private final PrintStream out;
    private final boolean wire;
    private final boolean connection;
    private final AtomicLong last = new AtomicLong(System.nanoTime());

    WireLog(@Nullable String debug, PrintStream out) {
        this.out = out;
        this.wire = matches(debug, "redis:wire");
        this.connection = matches(debug, "redis:connection");
    }

    /** A command goes out; call only if {@link #WIRE}. */
    public static void sent(String node, Command<?> command) {
        INSTANCE.print("wire →", node, describe(command));
    }

    /** A command without arguments goes out; call only if {@link #WIRE}. */
    public static void sent(String node, String verb) {
        INSTANCE.print("wire →", node, verb);
    }

    /** The reply to {@code verb} came, or a message that nobody asked for; call only if {@link #WIRE}. */
    public static void received(String node, String verb, ReplyType type, int bytes) {
        INSTANCE.print("wire ←", node, verb + " " + type + ", " + bytes + " bytes");
    }

    /** Something happened to a connection; {@code what} holds no values and no credentials. */
    public static void connection(String node, String what) {
        if (CONNECTION) {
            INSTANCE.print("connection", node, what);
        }
    }

    void print(String channel, String node, String what) {
        long now = System.nanoTime();
        long since = (now - last.getAndSet(now)) / 1_000_000;
        // One array, one call: lines of several threads do not run into each other.
        byte[] line = ("  redis:" + channel + " " + node + " " + what + " +" + since + "ms" + System.lineSeparator())
                .getBytes(StandardCharsets.UTF_8);
        out.write(line, 0, line.length);
        out.flush();
    }

    static String describe(Command<?> command) {
        String verb = command.verb().name();
        int arguments = command.argumentCount();
        if (command.verb().isSecret() || arguments == 0) {
            return verb;
        }
        int keys = command.keyCount();
        StringBuilder line = new StringBuilder(verb)
                .append(keys == 1 ? " 1 key" : " " + keys + " keys")
                .append(arguments == 1 ? ", argument of " : ", arguments of ");
        int shown = Math.min(arguments, 8);
        for (int i = 0; i < shown; i++) {
            line.append(i == 0 ? "" : ", ").append(size(command.argument(i)));
        }
        return line.append(arguments > shown ? ", … (" + arguments + ")" : "")
                .append(" bytes")
                .toString();
    }

    private static int size(Object argument) {
        return argument instanceof String text
                ? text.getBytes(StandardCharsets.UTF_8).length
                : ((byte[]) argument).length;
    }

    static boolean matches(@Nullable String debug, String name) {
        if (debug == null) {
            return false;
        }
        boolean on = false;
        for (String word : debug.toLowerCase(Locale.ROOT).split("[\\s,]+", -1)) {
            boolean out = word.startsWith("-");
            String glob = out ? word.substring(1) : word;
            if (!glob.isEmpty() && Pattern.matches(Pattern.quote(glob).replace("*", "\\E.*\\Q"), name)) {
                if (out) {
                    return false;
                }
                on = true;
            }
        }
        return on;
    }
}
