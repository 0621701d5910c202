package dev.millrace.tools.server.game;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.Millrace;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.Command;
import dev.millrace.command.Hashes;
import dev.millrace.command.Keys;
import dev.millrace.command.MillraceException;
import dev.millrace.command.OutcomeUnknown;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What stays of players when their connections are gone, and their processes: a hash for each, of room, score and when they were
 * last seen, for 30 days. Saving waits for nothing; what could not be saved is kept by the caller, and counted.
 *
 * <p>Beside it, for a day, who may come back as a connection: a hash for each connection that logged in, of its player and the
 * SHA-256 of its secret. A record of a state lives no longer than its process, so what a player resumes is a new record of the old
 * id, with the profile's room and score: in the same process, in another, or in one that was started again.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
final class Profiles {
    private static final Duration KEPT = Duration.ofDays(30);
    private static final Duration RESUMABLE = Duration.ofDays(1);
    private static final String PLAYER = "millrace:game:player:";
    private static final String RESUME = "millrace:game:resume:";

    /**
     * Of one player.
     *
     * @param room null for one who was in none
     * @param lastSeen in ms since 1970; 0 for never
     */
    record Profile(@Nullable String room, long score, long lastSeen) {
        /** Of one who was never here. */
        static final Profile NONE = new Profile(null, 0, 0);

        static Profile of(@Nullable Map<String, String> fields) {
            return fields == null || fields.isEmpty()
                    ? NONE
                    : new Profile(fields.get("room"), number(fields.get("score")), number(fields.get("seen")));
        }

        /** Any client can write there, so nothing is believed. */
        private static long number(@Nullable String text) {
            try {
                return text == null ? 0 : Math.max(0, Long.parseLong(text));
            } catch (NumberFormatException none) {
                return 0;
            }
        }
    }

    private final Millrace redis;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicLong failed = new AtomicLong();

    Profiles(Millrace redis) {
        this.redis = redis;
    }

    /** Starts to read a profile, so that it shares a trip with what the caller does meanwhile. */
    CompletionStage<Profile> begin(String player) {
        return redis.start(Hashes.hgetAll(PLAYER + player)).thenApply(Profile::of);
    }

    /** @throws MillraceException if it can't be read */
    Profile get(String player) {
        return Profile.of(redis.run(Hashes.hgetAll(PLAYER + player)));
    }

    /** Saves, and does not wait: where a player is, and the moves since the last time, which are given back if that fails. */
    void save(String player, String connection, @Nullable String room, AtomicLong earned) {
        String key = PLAYER + player;
        long moves = earned.getAndSet(0);
        String seen = Long.toString(System.currentTimeMillis());
        start(Hashes.hset(key, room == null ? Map.of("seen", seen) : Map.of("room", room, "seen", seen)), 0, earned);
        if (moves > 0) {
            start(Hashes.hincrBy(key, "score", moves), moves, earned);
        }
        start(Keys.expire(key, KEPT), 0, earned);
        start(Keys.expire(RESUME + connection, RESUMABLE), 0, earned);
    }

    private void start(Command<?> command, long moves, AtomicLong earned) {
        underWay.incrementAndGet();
        try {
            redis.start(command).whenComplete((value, failure) -> {
                underWay.decrementAndGet();
                if (failure != null) {
                    failed(failure, moves, earned);
                }
            });
        } catch (MillraceException refused) {
            underWay.decrementAndGet();
            failed(refused, moves, earned);
        }
    }

    /** Moves that may have been counted are not counted again. */
    private void failed(Throwable failure, long moves, AtomicLong earned) {
        failed.incrementAndGet();
        if (!(failure instanceof OutcomeUnknown)) {
            earned.addAndGet(moves);
        }
    }

    /** Commands that are on their way. */
    int underWay() {
        return underWay.get();
    }

    /** Commands that failed. */
    long failed() {
        return failed.get();
    }

    // ---- coming back ----

    /** Lets a connection's secret resume its player; does not wait. */
    void allowResuming(String connection, String secret, String player) {
        String key = RESUME + connection;
        start(Hashes.hset(key, Map.of("player", player, "secret", digest(secret))), 0, new AtomicLong());
        start(Keys.expire(key, RESUMABLE), 0, new AtomicLong());
    }

    /** From now on nothing is resumed by it; does not wait. */
    void forbidResuming(String connection) {
        start(Keys.del(RESUME + connection), 0, new AtomicLong());
    }

    /**
     * The player that a connection's secret resumes; null if it resumes none.
     *
     * @throws MillraceException if that can't be read
     */
    @Nullable
    String resumed(String connection, String secret) {
        Batch batch = redis.batch();
        Reply<String> player = batch.add(Hashes.hget(RESUME + connection, "player"));
        Reply<String> expected = batch.add(Hashes.hget(RESUME + connection, "secret"));
        batch.run();
        String digest = expected.get();
        boolean same = digest != null
                && MessageDigest.isEqual(
                        digest.getBytes(StandardCharsets.UTF_8), digest(secret).getBytes(StandardCharsets.UTF_8));
        return same ? player.get() : null;
    }

    private static String digest(String secret) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible); // every Java platform has it
        }
    }
}
