package dev.millrace.tools.server.rooms;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.Millrace;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.Hashes;
import dev.millrace.command.Keys;
import dev.millrace.command.MillraceException;
import dev.millrace.command.Misuse;
import dev.millrace.command.ScoredMember;
import dev.millrace.command.SortedSetPops;
import dev.millrace.command.SortedSetRanges;
import dev.millrace.command.SortedSets;
import dev.millrace.command.ZAddOptions;
import dev.millrace.storage.Operation;
import dev.millrace.storage.Storage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which rooms there are: the newest {@value #MOST}. When there are more the oldest go, with all that is kept of them.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are; the list is a volatile of an immutable one
final class RoomCatalog {
    /** How many rooms there are at the most. */
    static final int MOST = 1_000;

    private static final Duration WITHIN = Duration.ofSeconds(2);

    /**
     * A room in the list.
     *
     * @param created when it was made, ms
     */
    record Listed(String room, long created) {}

    /**
     * The list.
     *
     * @param rooms the newest first
     * @param stale whether Redis did not answer, and this is what it last was
     */
    record Listing(List<Listed> rooms, boolean stale) {}

    private final Millrace redis;
    private final Storage storage;
    private final Rooms rooms;
    private volatile @Nullable Listing last;

    RoomCatalog(Millrace redis, Storage storage, Rooms rooms) {
        this.redis = redis;
        this.storage = storage;
        this.rooms = rooms;
    }

    /**
     * Makes a room.
     *
     * @return whether there was none of that id
     * @throws MillraceException if it is not known to be made
     */
    boolean create(String room, String name, long now) {
        // Who creates the field has made the room; the name goes in the same trip, and means nothing without it.
        Batch making = redis.batch();
        Reply<Boolean> made = making.add(Hashes.hsetNx(RoomKeys.room(room), "created", Long.toString(now)));
        Reply<Boolean> named = making.add(Hashes.hsetNx(RoomKeys.room(room), "name", name));
        Reply<Long> listed = making.add(
                SortedSets.zadd(RoomKeys.INDEX, ZAddOptions.ofDefaults().ifAbsent(), now, room));
        Reply<Long> count = making.add(SortedSets.zcard(RoomKeys.INDEX));
        making.run(WITHIN);
        boolean mine = Boolean.TRUE.equals(made.get());
        Boolean unusedName = named.get();
        Long unusedListing = listed.get();
        long over = Objects.requireNonNullElse(count.get(), 0L) - MOST;
        if (over > 0) {
            makeRoom(over);
        }
        return mine;
    }

    private void makeRoom(long over) {
        List<ScoredMember<String>> oldest = redis.run(SortedSetPops.zpopMin(RoomKeys.INDEX, over), WITHIN);
        for (ScoredMember<String> each : Objects.requireNonNullElse(oldest, List.<ScoredMember<String>>of())) {
            String room = each.member();
            Long unused = redis.run(Keys.unlink(RoomKeys.room(room), RoomKeys.listeners(room)), WITHIN);
            for (Plugin<?, ?> plugin : rooms.plugins()) {
                storage.plugin(room, plugin.name())
                        .pipeline(plugin.keys().stream().map(Operation::delete).toList());
            }
            rooms.forget(room);
        }
    }

    /** The newest rooms. @throws MillraceException if Redis does not answer, and never has */
    Listing list() {
        try {
            List<ScoredMember<String>> newest =
                    redis.run(SortedSetRanges.zrevRangeWithScores(RoomKeys.INDEX, 0, MOST - 1), WITHIN);
            Listing now = new Listing(
                    Objects.requireNonNullElse(newest, List.<ScoredMember<String>>of()).stream()
                            .map(each -> new Listed(each.member(), (long) each.score()))
                            .toList(),
                    false);
            last = now;
            return now;
        } catch (Misuse bug) {
            throw bug;
        } catch (MillraceException away) {
            Listing known = last;
            if (known == null) {
                throw away;
            }
            return new Listing(known.rooms(), true);
        }
    }

    /** How many there are. */
    long count() {
        return Objects.requireNonNullElse(redis.run(SortedSets.zcard(RoomKeys.INDEX), Duration.ofSeconds(1)), 0L);
    }
}
