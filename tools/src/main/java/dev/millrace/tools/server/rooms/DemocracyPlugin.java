package dev.millrace.tools.server.rooms;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.storage.Democracy;
import dev.millrace.storage.PlaylistDemocracy;
import dev.millrace.storage.RoomPlugin;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The library's vote on the playing track, with its rules in JSON.
 *
 * <p>Thread-safe.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // the library's is
final class DemocracyPlugin implements Plugin<Democracy, DemocracyPlugin.Rules> {
    /**
     * What it takes to skip a track.
     *
     * @param fraction of the listeners, above 0 and at most 1
     * @param least votes whatever the fraction says, 1 to 10,000
     * @param windowMs for how long a vote counts, 1 ms to a day
     */
    record Rules(
            @Nullable Double fraction,
            @Nullable Integer least,
            @Nullable Long windowMs) {
        Rules {
            if (fraction == null || !(fraction > 0 && fraction <= 1)) {
                throw new IllegalArgumentException("fraction must be a number above 0, at most 1");
            }
            if (least == null || least < 1 || least > 10_000) {
                throw new IllegalArgumentException("least must be a whole number from 1 to 10000");
            }
            if (windowMs == null || windowMs < 1 || windowMs > 86_400_000) {
                throw new IllegalArgumentException("windowMs must be a whole number from 1 to 86400000");
            }
        }

        static Rules of(Democracy.Rules rules) {
            return new Rules(rules.fraction(), rules.least(), rules.window().toMillis());
        }

        Democracy.Rules rules() {
            return new Democracy.Rules(
                    java.util.Objects.requireNonNull(fraction),
                    java.util.Objects.requireNonNull(least),
                    Duration.ofMillis(java.util.Objects.requireNonNull(windowMs)));
        }
    }

    /** The component in answers. */
    private record View(Rules config, @Nullable String playing, long votes, long needed, boolean skipped) {}

    private final PlaylistDemocracy democracy;

    DemocracyPlugin(PlaylistDemocracy democracy) {
        this.democracy = democracy;
    }

    @Override
    public RoomPlugin<Democracy> shown() {
        return democracy;
    }

    @Override
    public Object view(Democracy now) {
        return new View(config(now), track(now), now.votes(), now.needed(), now.skipped());
    }

    /** What is playing; null for silence. */
    static @Nullable String track(Democracy now) {
        String playing = now.playing();
        return playing == null || playing.isEmpty() ? null : playing;
    }

    @Override
    public Rules config(Democracy now) {
        return Rules.of(now.rules());
    }

    @Override
    public Class<Rules> configType() {
        return Rules.class;
    }

    @Override
    public void configure(String room, Rules config) {
        String unused = democracy.configure(room, config.rules()).orThrow();
    }

    @Override
    public List<String> keys() {
        return List.of("config", "playing", "votes", "tally", "skipped");
    }
}
