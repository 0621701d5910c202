package dev.millrace.storage;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the vote on the playing track of a room stands.
 *
 * @param rules what it takes to skip a track
 * @param playing the track that is playing, null for none
 * @param votes how many want it skipped, as of the last vote
 * @param needed how many it takes, as of the last vote; 0 while nobody has voted
 * @param skipped whether it is skipped
 */
public record Democracy(Rules rules, @Nullable String playing, long votes, long needed, boolean skipped) {
    /**
     * What it takes to skip a track.
     *
     * @param fraction of the listeners, above 0 and at most 1
     * @param least votes whatever the fraction says, at least 1
     * @param window for how long a vote counts
     */
    public record Rules(double fraction, int least, Duration window) {
        private static final Duration LONGEST = Duration.ofDays(1);

        /** Half of the listeners, at least two, within 10 minutes. */
        public static final Rules DEFAULT = new Rules(0.5, 2, Duration.ofMinutes(10));

        /** @throws IllegalArgumentException if one is out of its range; a window is from 1 ms to a day */
        public Rules {
            if (!(fraction > 0 && fraction <= 1)) {
                throw new IllegalArgumentException(
                        "a fraction of the listeners is above 0 and at most 1, not " + fraction);
            }
            if (least < 1) {
                throw new IllegalArgumentException("a track takes at least 1 vote to be skipped, not " + least);
            }
            if (window.toMillis() < 1 || window.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("a vote counts from 1 ms to a day, not " + window);
            }
        }

        /** As the script reads it. */
        String text() {
            return new BigDecimal(fraction).setScale(6, RoundingMode.HALF_UP).toPlainString() + " " + least + " "
                    + window.toMillis();
        }

        /** The default where there is no text, or one that is none of ours. */
        static Rules of(@Nullable String text) {
            if (text == null) {
                return DEFAULT;
            }
            String[] parts = text.split(" ", -1);
            try {
                return new Rules(
                        Double.parseDouble(parts[0]),
                        Integer.parseInt(parts[1]),
                        Duration.ofMillis(Long.parseLong(parts[2])));
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                return DEFAULT;
            }
        }
    }
}
