package dev.millrace.command;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Where two strings have their longest common subsequence, as LCS with IDX answers it.
 *
 * @param matches the ranges that match, the last in the strings first; unmodifiable
 * @param length how many bytes the whole subsequence has, those of matches too short to be listed too
 */
public record LcsMatches(List<Match> matches, long length) {
    static final Decoder<LcsMatches> DECODER = LcsMatches::read;

    /** Wraps the matches so that they can't be changed through this record. */
    public LcsMatches {
        matches = Collections.unmodifiableList(matches);
    }

    /**
     * One range that both strings have; offsets in bytes from 0, ends included.
     *
     * @param firstStart where it begins in the first string
     * @param firstEnd its last byte in the first string
     * @param secondStart where it begins in the second string
     * @param secondEnd its last byte in the second string
     */
    public record Match(long firstStart, long firstEnd, long secondStart, long secondEnd) {
        /** How many bytes match. */
        public long length() {
            return firstEnd - firstStart + 1;
        }
    }

    private static LcsMatches read(ReplyReader reply) {
        List<Match> matches = List.of();
        long length = 0;
        int entries = reply.readMap();
        for (int i = 0; i < entries; i++) {
            switch (String.valueOf(reply.readText())) {
                case "matches" -> matches = readMatches(reply);
                case "len" -> length = reply.readLong();
                default -> reply.skip();
            }
        }
        return new LcsMatches(matches, length);
    }

    private static List<Match> readMatches(ReplyReader reply) {
        int count = reply.readArray();
        List<Match> matches = new ArrayList<>(reply.capacity(count));
        for (int i = 0; i < count; i++) {
            int parts = reply.readArray();
            if (parts != 2) {
                throw new UnexpectedReply("wanted a range in each of two strings, the server answered " + parts);
            }
            reply.readArray();
            long firstStart = reply.readLong();
            long firstEnd = reply.readLong();
            reply.readArray();
            matches.add(new Match(firstStart, firstEnd, reply.readLong(), reply.readLong()));
        }
        return matches;
    }
}
