package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyScannerTest {

    private static final List<String> FRAMES = List.of(
            "+OK\r\n",
            "-ERR wrong\r\n",
            ":-12\r\n",
            "$5\r\nhe\r\no\r\n",
            "$0\r\n\r\n",
            "$-1\r\n",
            "*-1\r\n",
            "*0\r\n",
            "*3\r\n:1\r\n*2\r\n$1\r\na\r\n+b\r\n$-1\r\n",
            "_\r\n",
            "#t\r\n",
            ",-1.5e-3\r\n",
            "(3492890328409238509324850943850943825024385\r\n",
            "!21\r\nSYNTAX invalid syntax\r\n",
            "=15\r\ntxt:Some string\r\n",
            "%2\r\n+a\r\n:1\r\n+b\r\n*1\r\n:2\r\n",
            "~2\r\n+a\r\n+b\r\n",
            "|1\r\n+ttl\r\n:3600\r\n*2\r\n:1\r\n:2\r\n",
            "*2\r\n|1\r\n+ttl\r\n:3600\r\n$1\r\nx\r\n+y\r\n",
            "|0\r\n+after\r\n",
            "$?\r\n;4\r\nHell\r\n;1\r\no\r\n;0\r\n",
            "*?\r\n:1\r\n*1\r\n:2\r\n.\r\n",
            "%?\r\n+a\r\n:1\r\n.\r\n",
            "*2\r\n*?\r\n.\r\n+end\r\n");

    @Test
    void advance_wholeStream_endsAtEveryFrame() {
        ByteBuffer stream = bytes(String.join("", FRAMES));

        assertThat(frames(stream, stream.limit())).isEqualTo(FRAMES);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 16})
    void advance_inPiecesOfAnySize_findsTheSameFrames(int pieceSize) {
        assertThat(frames(bytes(String.join("", FRAMES)), pieceSize)).isEqualTo(FRAMES);
    }

    @Test
    void advance_pushBetweenReplies_isToldApart() {
        ReplyScanner scanner = new ReplyScanner();
        ByteBuffer stream = bytes(">2\r\n+invalidate\r\n*1\r\n+k\r\n+OK\r\n");

        int end = scanner.advance(stream, 0, stream.limit());
        assertThat(scanner.isPush()).isTrue();
        assertThat(end).isEqualTo(stream.limit() - 5);

        scanner.advance(stream, end, stream.limit());
        assertThat(scanner.isPush()).isFalse();
        assertThat(scanner.isBetweenFrames()).isTrue();
    }

    @Test
    void advance_nestingDeeperThanTheStackStartsWith_isFollowed() {
        ByteBuffer stream = bytes("*1\r\n".repeat(10_000) + ":1\r\n+OK\r\n");

        assertThat(frames(stream, 100)).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0016\u0003\u0001rest\r\n",
                "hello\r\n",
                "*2\r\n:1\r\n?\r\n",
                ".\r\n",
                ";0\r\n",
                "$9223372036854775807\r\nx\r\n",
                "*9223372036854775807\r\n:1\r\n"
            })
    void advance_notResp_isLostForGoodAndNeverEndsAFrame(String text) {
        ReplyScanner scanner = new ReplyScanner();
        ByteBuffer stream = bytes(text + "+OK\r\n");

        assertThat(scanner.advance(stream, 0, stream.limit())).isEqualTo(stream.limit());

        assertThat(scanner.isLost()).isTrue();
        assertThat(scanner.isBetweenFrames()).isFalse();
    }

    private static List<String> frames(ByteBuffer stream, int pieceSize) {
        ReplyScanner scanner = new ReplyScanner();
        List<String> frames = new ArrayList<>();
        int start = 0;
        for (int from = 0; from < stream.limit(); from += pieceSize) {
            int limit = Math.min(from + pieceSize, stream.limit());
            int at = from;
            while (at < limit) {
                at = scanner.advance(stream, at, limit);
                if (scanner.isBetweenFrames()) {
                    frames.add(text(stream, start, at));
                    start = at;
                }
            }
        }
        assertThat(start).isEqualTo(stream.limit());
        return frames;
    }

    private static String text(ByteBuffer stream, int from, int to) {
        return StandardCharsets.ISO_8859_1
                .decode(stream.duplicate().position(from).limit(to))
                .toString();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
