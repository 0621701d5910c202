package dev.millrace.tools.server.game;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.state.StateRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One who plays, in this process: the wire, and the line of what waits to be sent, which a thread of its own sends. Nobody who says
 * something waits for one who reads slowly; when the line is full, it is dropped, and the connection ended with the reason.
 *
 * <p>Thread-safe, but for what says that it is of the input's thread.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are, or are of one thread
final class GameConnection {
    private static final int AT_ONCE = 32;

    /** @param isLast whether the connection ends with it */
    private record Outgoing(String text, boolean isLast) {}

    private final Wire wire;
    private final ArrayBlockingQueue<Outgoing> line;
    private final AtomicBoolean ending = new AtomicBoolean();
    private final Thread writer =
            Thread.ofVirtual().name("millrace-game-writer").unstarted(this::write);
    private volatile long endingSince;
    private volatile long heardAt;

    /** What resumes its player on another connection. */
    volatile String secret;

    /** Whether its player's profile could be read, or he has moved since: else his room is not to be saved. */
    volatile boolean isPlaced;

    /** Moves that are not handed over yet to be saved. */
    final AtomicLong earned = new AtomicLong();

    /** Of the input's thread. */
    final LineRate rate;

    /** Of the input's thread: lines that came. */
    long lines;

    /** Of the input's thread: whether it has shown the server's token, where there is one. */
    boolean isAdmitted;

    /** Of the input's thread: tokens that were wrong. */
    int wrongTokens;

    /** Its id; another's once that is resumed. */
    volatile String id;

    /** Its record; null while Redis could not be told of it. */
    volatile @Nullable StateRecord<GameConnection> record;

    GameConnection(String id, String secret, Wire wire, GameLimits limits) {
        this.id = id;
        this.secret = secret;
        this.wire = wire;
        this.line = new ArrayBlockingQueue<>(limits.outgoing());
        long now = System.nanoTime();
        this.heardAt = now;
        this.rate = new LineRate(limits.linesPerSecond(), limits.burst(), now);
    }

    void start() {
        writer.start();
    }

    // ---- what is sent ----

    /** Sends a line when those before it have been sent; false if the connection ends. */
    boolean offer(String text) {
        return add(PlainText.of(text));
    }

    /** Sends some lines together. */
    boolean offer(List<String> lines) {
        return add(lines.stream().map(PlainText::of).collect(Collectors.joining("\n")));
    }

    private boolean add(String text) {
        if (ending.get()) {
            return false;
        }
        if (line.offer(new Outgoing(text, false))) {
            return true;
        }
        if (ending.compareAndSet(false, true)) {
            line.clear();
            last("! you read too slowly: " + (line.remainingCapacity() + line.size())
                    + " lines were waiting, and are dropped; good bye");
        }
        return false;
    }

    /** Sends what waits and a last line, and ends the connection. */
    void end(String text) {
        if (ending.compareAndSet(false, true)) {
            last(PlainText.of(text));
        }
    }

    private void last(String text) {
        endingSince = System.nanoTime();
        while (!line.offer(new Outgoing(text, true))) {
            line.poll();
        }
    }

    /** Whether it ends: what comes is not listened to any more. */
    boolean isEnding() {
        return ending.get();
    }

    /** For how long it has been ending; 0 if it is not. */
    long endingNanos(long now) {
        return ending.get() ? Math.max(1, now - endingSince) : 0;
    }

    /** Ends it as it stands. */
    void cut() {
        ending.set(true);
        wire.cut();
        writer.interrupt();
    }

    private void write() {
        List<Outgoing> taken = new ArrayList<>(AT_ONCE);
        try {
            boolean last = false;
            while (!last) {
                taken.add(line.take());
                line.drainTo(taken, AT_ONCE - 1);
                List<String> texts = new ArrayList<>(taken.size());
                for (Outgoing each : taken) {
                    if (!last) { // what came behind the last comes too late
                        texts.add(each.text());
                        last = each.isLast();
                    }
                }
                taken.clear();
                wire.write(texts);
            }
        } catch (java.io.IOException gone) {
            // Whoever reads from it finds that out too, and cleans up.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ending.set(true);
            wire.end();
        }
    }

    // ---- what comes ----

    /** A line came. */
    void heard(long now) {
        heardAt = now;
    }

    /** How long ago the last line came. */
    long silentNanos(long now) {
        return now - heardAt;
    }

    /** Its id only. */
    @Override
    public String toString() {
        return "GameConnection[" + id + "]";
    }
}
