package dev.millrace.storage;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.command.Value;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Listeners of a room vote on the track that is playing; enough votes skip it, once. A vote is one round trip, and counted
 * by one script, so that of two votes that come at the same time one skips the track and the other is told that it is.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the storage is
public final class PlaylistDemocracy implements RoomPlugin<Democracy> {
    /** What became of a vote. */
    public enum Outcome {
        /** It counts. */
        COUNTED,
        /** It counts, and was the one that skips the track. */
        SKIPS,
        /** This listener has voted before. */
        REPEATED,
        /** The track is skipped already. */
        SKIPPED_ALREADY,
        /** Another track is playing, or none. */
        NOT_PLAYING
    }

    /**
     * A vote that was cast.
     *
     * @param outcome what became of it
     * @param votes how many there are now; 0 where it was not counted
     * @param needed how many it takes; 0 where it was not counted
     */
    public record Vote(Outcome outcome, long votes, long needed) {}

    private static final String NAME = "playlist-democracy";
    private static final String CONFIG = "config";
    private static final String PLAYING = "playing";
    private static final String TALLY = "tally";
    private static final String SKIPPED = "skipped";
    private static final List<String> KEYS = List.of(CONFIG, PLAYING, "votes", TALLY, SKIPPED);

    private final Storage storage;

    /** The plugin on a storage. */
    public PlaylistDemocracy(Storage storage) {
        this.storage = storage;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> componentKeys() {
        return List.of(CONFIG, PLAYING, TALLY, SKIPPED);
    }

    @Override
    public Democracy component(Map<String, String> values) {
        String playing = values.get(PLAYING);
        String[] tally = values.getOrDefault(TALLY, "0 0").split(" ", 2);
        return new Democracy(
                Democracy.Rules.of(values.get(CONFIG)),
                playing,
                Long.parseLong(tally[0]),
                Long.parseLong(tally[1]),
                playing != null && playing.equals(values.get(SKIPPED)));
    }

    /** Sets a room's rules, for votes from now on. Fails as the storage does: with an error in the answer. */
    public Answer<String> configure(String room, Democracy.Rules rules) {
        return storage.plugin(room, NAME).run(Operation.set(CONFIG, rules.text()));
    }

    /**
     * A track begins to play; votes on the one before are forgotten.
     *
     * @param track its id; empty for silence
     */
    public Answer<Value> play(String room, String track) {
        PluginStorage its = storage.plugin(room, NAME);
        return its.change("the change of a room's track", KEYS, keys -> StorageScripts.PLAY.call(keys, track));
    }

    /**
     * A listener votes for skipping a track.
     *
     * @param track which one is meant: a vote that comes when the next has begun does not count against that
     * @param listener who votes; each counts once per track and window
     * @param listeners how many listen to the room now, at least 1
     * @return the vote, or why it is not known to be counted; casting it again is safe
     */
    public Answer<Vote> vote(String room, String track, String listener, int listeners) {
        if (listeners < 1) {
            throw new IllegalArgumentException("at least 1 listens where somebody votes, not " + listeners);
        }
        Object[] arguments = Stream.concat(
                        Stream.of(listener, track, Integer.toString(listeners)),
                        Stream.of(Democracy.Rules.DEFAULT.text().split(" ")))
                .toArray();
        Answer<Value> answer =
                storage.plugin(room, NAME).change("a vote", KEYS, keys -> StorageScripts.VOTE.call(keys, arguments));
        Value value = answer.value();
        if (value == null) {
            return new Answer<>(null, answer.error());
        }
        List<Value> parts = value.asList();
        Outcome outcome = Outcome.values()[(int) parts.get(0).asLong() - 1];
        return Answer.of(new Vote(outcome, parts.get(1).asLong(), parts.get(2).asLong()));
    }
}
