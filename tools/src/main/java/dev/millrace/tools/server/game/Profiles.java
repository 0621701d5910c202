package dev.millrace.tools.server.game;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.Millrace;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.Hashes;
import dev.millrace.command.MillraceException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What stays of players when their connections are gone, and their processes: a hash for each, of room, score and when they were
 * last seen, for 30 days. Saving waits for nothing: {@link ProfileWriter} writes it behind, in trips that players share. A login
 * reads nothing older than what this process has yet to write.
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
                    : new Profile(fields.get("room"), number(fields.get(Unsaved.SCORE)), number(fields.get("seen")));
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

    /** A profile that is being read. Confined to one thread. */
    final class Reading {
        private final String key;
        private final @Nullable CompletionStage<Profile> begun;

        private Reading(String key) {
            this.key = key;
            this.begun = writer.unsaved(key) == null ? start(key) : null;
        }

        private CompletionStage<Profile> start(String hash) {
            return redis.start(Hashes.hgetAll(hash)).thenApply(Profile::of);
        }

        /**
         * Waits for it.
         *
         * @return null if it can't be read within the time
         */
        @Nullable
        Profile await(Duration within) {
            long end = System.nanoTime() + within.toNanos();
            try {
                if (begun == null && !writer.await(key, within)) {
                    return null;
                }
                CompletionStage<Profile> reading = begun == null ? start(key) : begun;
                return reading.toCompletableFuture().get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            } catch (ExecutionException | TimeoutException | CompletionException | MillraceException e) {
                return null;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
    }

    private final Millrace redis;
    private final ProfileWriter writer;

    /** To be closed. */
    Profiles(Millrace redis) {
        this(redis, ProfileWriter.start(redis));
    }

    /** @param writer is closed with it */
    Profiles(Millrace redis, ProfileWriter writer) {
        this.redis = redis;
        this.writer = writer;
    }

    /**
     * Starts to read a profile, so that it shares a trip with what the caller does meanwhile. If this process has yet to write
     * something of the player, that is waited for and then read: nobody could say whether moves that are under way are in what is
     * read beside them.
     */
    Reading begin(String player) {
        return new Reading(PLAYER + player);
    }

    /**
     * The profile in Redis, which may lack what was saved last.
     *
     * @throws MillraceException if it can't be read
     */
    Profile get(String player) {
        return Profile.of(redis.run(Hashes.hgetAll(PLAYER + player)));
    }

    /**
     * Saves, and does not wait; with that the connection can be resumed for a day more.
     *
     * @param room null for the one where he was
     * @param moves since the last time, which are not the caller's any more
     */
    void save(String player, String connection, @Nullable String room, long moves) {
        String seen = Long.toString(System.currentTimeMillis());
        Map<String, String> fields = room == null ? Map.of("seen", seen) : Map.of("room", room, "seen", seen);
        writer.write(PLAYER + player, Unsaved.of(fields, moves, KEPT));
        writer.write(RESUME + connection, Unsaved.prolonged(RESUMABLE));
    }

    /** Players and connections that have something unsaved. */
    int unsaved() {
        return writer.size();
    }

    /** What was lost, or is not known to be saved: changes of players and connections, each once however often it was tried. */
    long failed() {
        return writer.failed();
    }

    /** Saves what is unsaved, for so long at the most; what can't be is lost, and counted. */
    void close(Duration within) {
        writer.close(within);
    }

    // ---- coming back ----

    /** Lets a connection's secret resume its player; does not wait. */
    void allowResuming(String connection, String secret, String player) {
        writer.write(RESUME + connection, Unsaved.of(Map.of("player", player, "secret", digest(secret)), 0, RESUMABLE));
    }

    /** From now on nothing is resumed by it in this process, and soon in all; does not wait. */
    void forbidResuming(String connection) {
        writer.write(RESUME + connection, Unsaved.GONE);
    }

    /**
     * The player that a connection's secret resumes, by what this process has yet to write of it, else by what is in Redis; null if
     * it resumes none.
     *
     * @throws MillraceException if that can't be read
     */
    @Nullable
    String resumed(String connection, String secret) {
        Unsaved unsaved = writer.unsaved(RESUME + connection);
        if (unsaved != null && (unsaved.isGone() || unsaved.fields().containsKey("secret"))) {
            return isOf(secret, unsaved.fields().get("secret"))
                    ? unsaved.fields().get("player")
                    : null;
        }
        Batch batch = redis.batch();
        Reply<String> player = batch.add(Hashes.hget(RESUME + connection, "player"));
        Reply<String> expected = batch.add(Hashes.hget(RESUME + connection, "secret"));
        batch.run();
        return isOf(secret, expected.get()) ? player.get() : null;
    }

    private static boolean isOf(String secret, @Nullable String digest) {
        return digest != null
                && MessageDigest.isEqual(
                        digest.getBytes(StandardCharsets.UTF_8), digest(secret).getBytes(StandardCharsets.UTF_8));
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
