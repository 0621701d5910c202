package dev.millrace.tools.server.game;

import com.google.errorprone.annotations.ThreadSafe;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The connections of this process: no more than may be at once, ended when they have been silent for too long, cut when they do not
 * end, and their players saved now and then, by a thread that looks each second.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Audience {
    private static final long SECOND = 1_000_000_000L;
    private static final long TO_END = SECOND;
    private static final int SAVE_EACH = 30;

    private final GameLimits limits;
    private final Players players;
    private final Game game;
    private final SecureRandom random = new SecureRandom();
    private final Set<GameConnection> all = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final Thread keeper =
            Thread.ofVirtual().name("millrace-game-keeper").unstarted(this::keep);
    private volatile boolean closing;

    Audience(GameLimits limits, Players players, Game game) {
        this.limits = limits;
        this.players = players;
        this.game = game;
    }

    void start() {
        keeper.start();
    }

    /**
     * Takes in one more, and greets him; blocks until Redis knows of him, or can't be told.
     *
     * @param isAdmitted whether he needs to show no token
     * @return null if there are as many as may be, or the game ends
     */
    @Nullable
    GameConnection join(Wire wire, boolean isAdmitted) {
        if (count.incrementAndGet() > limits.connections() || closing) {
            count.decrementAndGet();
            return null;
        }
        GameConnection connection = new GameConnection("c-" + hex(8), hex(16), wire, limits);
        all.add(connection);
        connection.start();
        game.begin(connection, isAdmitted);
        if (closing) {
            connection.end("* the server stops; come back soon");
        }
        return connection;
    }

    private String hex(int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return HexFormat.of().formatHex(drawn);
    }

    /** A line came; called by the one thread that reads them. */
    void heard(GameConnection connection, LineReader.Input input) {
        if (input.isTooLong()) {
            game.tooLong(connection);
        } else {
            game.line(connection, input.text());
        }
    }

    /** A message came, which is a line; called by the one thread that reads them. */
    void heard(GameConnection connection, String text) {
        heard(connection, new LineReader.Input(text, text.length() > limits.lineLength()));
    }

    /** One has gone; does nothing the second time. */
    void leave(GameConnection connection) {
        if (all.remove(connection)) {
            count.decrementAndGet();
            connection.cut();
            game.end(connection);
        }
    }

    int size() {
        return count.get();
    }

    /** What is said to one who can't come in. */
    String full() {
        return closing
                ? "! the server stops; come back soon"
                : "! " + limits.connections() + " are connected, as many as may be; come back later";
    }

    private void keep() {
        for (int second = 1; !closing; second++) {
            LockSupport.parkNanos(this, SECOND);
            long now = System.nanoTime();
            for (GameConnection connection : all) {
                look(connection, now, second % SAVE_EACH == 0);
            }
        }
    }

    private void look(GameConnection connection, long now, boolean saves) {
        if (connection.endingNanos(now) > TO_END) {
            connection.cut();
        } else if (connection.silentNanos(now) > limits.idle().toNanos()) {
            connection.end("* you have said nothing for " + limits.idle().toSeconds() + " s; good bye");
        } else if (saves && connection.earned.get() > 0 && game.roster().isFree()) {
            players.save(connection);
        }
    }

    /** Lets nobody in, and ends all with a line that says why. */
    void quiesce() {
        closing = true;
        LockSupport.unpark(keeper);
        all.forEach(connection -> connection.end("* the server stops; come back soon"));
    }

    /** Waits until all have gone, and cuts off those who have not by then. */
    void close(long withinNanos) {
        quiesce();
        long end = System.nanoTime() + withinNanos;
        while (!all.isEmpty() && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(2_000_000);
        }
        all.forEach(this::leave);
    }
}
