package dev.millrace.tools.server.site;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Server;
import dev.millrace.tools.server.Platform;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Asks what the server stands on whether it is there: one command of Redis, one statement of the database. Each answers within its
 * deadline, whatever is the matter.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the platform is
final class Probe {
    /** How long each may take. */
    static final Duration WITHIN = Duration.ofMillis(700);

    /**
     * What came of it.
     *
     * @param ok whether it answered
     * @param millis how long that took
     */
    record Result(boolean ok, double millis) {}

    private final Platform platform;

    Probe(Platform platform) {
        this.platform = platform;
    }

    /** Redis. */
    CompletableFuture<Result> redis() {
        return timed(platform.redis().start(Server.ping(), WITHIN).thenApply(pong -> true));
    }

    /** The database. */
    CompletableFuture<Result> database() {
        CompletableFuture<Boolean> asked = new CompletableFuture<>();
        Thread unused = Thread.ofVirtual().name("millrace-probe").start(() -> {
            try (Connection connection = platform.database().source().getConnection();
                    Statement statement = connection.createStatement()) {
                asked.complete(statement.execute("SELECT 1"));
            } catch (SQLException e) {
                asked.completeExceptionally(e);
            }
        });
        return timed(asked);
    }

    private static CompletableFuture<Result> timed(CompletionStage<Boolean> asked) {
        long began = System.nanoTime();
        return asked.toCompletableFuture()
                .copy()
                .orTimeout(WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .handle((ok, failure) -> new Result(failure == null, millisSince(began)));
    }

    /** Waits for one; it has its own deadline. */
    static Result await(CompletableFuture<Result> probe) {
        try {
            return probe.join();
        } catch (CompletionException e) {
            return new Result(false, WITHIN.toMillis());
        }
    }

    /** Milliseconds since a moment of {@link System#nanoTime}, to the microsecond. */
    static double millisSince(long began) {
        return (System.nanoTime() - began) / 1_000 / 1_000.0;
    }
}
