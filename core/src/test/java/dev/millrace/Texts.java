package dev.millrace;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Collects every text that something shows of itself: messages, causes, stack traces, toString, the log. */
final class Texts implements AutoCloseable {
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private final PrintStream before = System.err;

    /** From now on, until it is closed, the log is collected too. */
    Texts() {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    }

    /** What {@code failure} and all that led to it show. */
    static String of(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return failure + "\n" + text;
    }

    void add(Object shown) {
        texts.add(shown instanceof Throwable failure ? of(failure) : String.valueOf(shown));
    }

    /** Runs something that may fail, and keeps what it says then. */
    void addFailure(ThrowingCallable call) {
        try {
            call.call();
        } catch (Throwable failure) {
            add(failure);
        }
    }

    List<String> all() {
        List<String> all = new ArrayList<>(texts);
        all.add(log.toString(StandardCharsets.UTF_8));
        return all;
    }

    @Override
    public void close() {
        System.setErr(before);
        before.print(log.toString(StandardCharsets.UTF_8));
    }
}
