package dev.millrace.resp;

import static dev.millrace.resp.Stream.join;
import static dev.millrace.resp.Stream.wire;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.command.ReplyReader;
import dev.millrace.command.ReplyType;
import dev.millrace.command.ServerError;
import dev.millrace.command.UnexpectedReply;
import dev.millrace.command.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RespReaderTest {
    /** Every type of RESP2 and RESP3, alone and nested, and what it is. */
    private static final String[][] REPLIES = {
        {"+OK␍", "\"OK\""},
        {"+␍", "\"\""},
        {"-WRONGTYPE not a list␍", "error WrongType WRONGTYPE not a list"},
        {":0␍", "0"},
        {":-17␍", "-17"},
        {":+17␍", "17"},
        {":9223372036854775807␍", "9223372036854775807"},
        {":-9223372036854775808␍", "-9223372036854775808"},
        {"$5␍hello␍", "\"hello\""},
        {"$0␍␍", "\"\""},
        {"$4␍a␍b␍", "\"a\r\nb\""},
        {"$-1␍", "null"},
        {"*0␍", "[]"},
        {"*-1␍", "null"},
        {"*3␍:1␍$1␍x␍*2␍+a␍$-1␍", "[1, \"x\", [\"a\", null]]"},
        {"_␍", "null"},
        {"#t␍", "true"},
        {"#f␍", "false"},
        {",1.25␍", "real 1.25"},
        {",-1e-3␍", "real -0.001"},
        {",inf␍", "real Infinity"},
        {",-inf␍", "real -Infinity"},
        {",nan␍", "real NaN"},
        {"(3492890328409238509324850943850943825024385␍", "big 3492890328409238509324850943850943825024385"},
        {"(-12345678901234567890␍", "big -12345678901234567890"},
        {"!21␍SYNTAX invalid syntax␍", "error Other SYNTAX invalid syntax"},
        {"=9␍txt:hello␍", "\"hello\""},
        {"=4␍mkd:␍", "\"\""},
        {"%2␍+a␍:1␍+b␍*1␍_␍", "{\"a\"=1, \"b\"=[null]}"},
        {"%0␍", "{}"},
        {"~2␍+a␍#t␍", "[\"a\", true]"},
        {">3␍+message␍+channel␍$2␍hi␍", "push [\"message\", \"channel\", \"hi\"]"},
        {"|1␍+ttl␍:3600␍$1␍v␍", "\"v\""},
        {"|1␍+a␍*1␍:1␍|1␍+b␍%1␍+c␍:2␍:7␍", "7"},
        {"*2␍|1␍+a␍:1␍:5␍|0␍:6␍", "[5, 6]"},
        {"|1␍+a␍:1␍>1␍+x␍", "push [\"x\"]"},
        {"|1␍+a␍:1␍-ERR no␍", "error Other ERR no"},
        {"*2␍-ERR one␍+two␍", "[Other ERR one, \"two\"]"},
        {"%1␍%1␍+k␍:1␍~1␍:2␍", "{{\"k\"=1}=[2]}"},
    };

    private static final byte[] ALL = wire(
            String.join("", List.of(REPLIES).stream().map(reply -> reply[0]).toList()));
    private static final List<String> SHOWN =
            List.of(REPLIES).stream().map(reply -> reply[1]).toList();

    @Test
    void next_everyType_isReadAsItIs() {
        for (String[] reply : REPLIES) {
            assertThat(Stream.whole(wire(reply[0])).replies()).as(reply[0]).containsExactly(reply[1]);
        }
    }

    @Test
    void next_splitAtEveryByte_givesTheSame() {
        for (int at = 0; at <= ALL.length; at++) {
            assertThat(Stream.splitAt(ALL, at).replies()).as("split at %d", at).isEqualTo(SHOWN);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 16, 64, 1000})
    void next_piecesOfAnySizeAndBuffersOfAnySize_givesTheSame(int size) {
        assertThat(Stream.pieces(ALL, size).replies(1)).isEqualTo(SHOWN);
        assertThat(Stream.pieces(ALL, size).replies(17)).isEqualTo(SHOWN);
        assertThat(Stream.pieces(ALL, size).replies(4096)).isEqualTo(SHOWN);
    }

    @Test
    void next_truncatedAnywhere_waitsForMoreAndReportsWhatWasWhole() {
        for (String[] reply : REPLIES) {
            byte[] bytes = wire(reply[0]);
            for (int end = 0; end < bytes.length; end++) {
                byte[] cut = java.util.Arrays.copyOf(bytes, end);
                assertThat(Stream.whole(join(wire(":1␍"), cut)).replies())
                        .as("%s cut to %d bytes", reply[0], end)
                        .containsExactly("1");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$9223372036854775807␍",
                "$-9223372036854775808␍",
                "$9223372036854775808␍",
                "$-2␍",
                "$1048577␍",
                "*9223372036854775807␍",
                "*-9223372036854775808␍",
                "*-2␍",
                "*349526␍",
                "%9223372036854775807␍",
                "%4611686018427387904␍",
                "%-1␍",
                "~-1␍",
                ">-1␍",
                "|-1␍",
                "|9223372036854775807␍",
                "=-1␍",
                "!-1␍",
                ":9223372036854775808␍",
                ":-9223372036854775809␍",
                ":99999999999999999999␍",
                ":␍",
                ":-␍",
                ":1a␍",
                "$␍",
                "$1x␍",
                "$+␍",
                ":1\r\r",
                "$3␍abcd␍",
                "$3␍ab␍␍",
                "_x␍",
                "#␍",
                "#x␍",
                "#tt␍",
                "x␍",
                "\u0000",
                "*1␍x",
                "*2␍:1␍\n",
                "$00000000000000000000␍",
                "*300000␍*300000␍*300000␍*300000␍"
            })
    void next_notRespOrTooLarge_isOneTypedError(String text) {
        for (int size : new int[] {1, 2, 3, Integer.MAX_VALUE}) {
            List<String> replies =
                    Stream.pieces(join(wire(":1␍"), wire(text)), size).replies();
            assertThat(replies).hasSize(2).first().isEqualTo("1");
            assertThat(replies.getLast()).startsWith("ProtocolException: ").doesNotContain("\n");
        }
    }

    @Test
    void next_lineOfTwoHundredThousandBytes_isTakenHoweverItIsCut() {
        // Redis passes on an error of any length that a script returns.
        String line = "ERR " + "x".repeat(200_000);
        byte[] bytes = wire("-" + line + "␍:1␍");
        for (int size : new int[] {1, 8192, Integer.MAX_VALUE}) {
            List<String> replies = Stream.pieces(bytes, size).replies();
            assertThat(replies).hasSize(2);
            assertThat(replies.getFirst()).startsWith("error Other ERR xxx");
            assertThat(replies.getLast()).isEqualTo("1");
        }
    }

    @Test
    void next_lineThatNeverEnds_isRefusedAtTheLimit() {
        byte[] bytes = wire("+" + "x".repeat(2 * Stream.LIMIT));
        assertThat(Stream.pieces(bytes, 4096).replies())
                .singleElement()
                .asString()
                .startsWith("ProtocolException: a reply is larger than the limit of " + Stream.LIMIT);
    }

    @ParameterizedTest
    @CsvSource({"*1␍, 10000", "~1␍, 10000", "%1␍:0␍, 10000", "|1␍:0␍:0␍*1␍, 10000", "*1␍, 150000"})
    void valueRead_nestedTenThousandDeep_isUnexpectedReplyAndTheNextReplyIsRead(String level, int depth)
            throws IOException {
        RespReader reader = new RespReader(16, Stream.LIMIT);
        Stream stream = Stream.whole(wire(level.repeat(depth) + "+deep␍:42␍"));
        while (reader.fill(stream)) {
            // the whole stream fits
        }
        assertThat(reader.next()).isTrue();
        assertThatThrownBy(() -> Value.read(reader))
                .isInstanceOf(UnexpectedReply.class)
                .hasMessage("the reply is nested deeper than 512 levels");
        assertThat(reader.next()).isTrue();
        assertThat(reader.readLong()).isEqualTo(42);
    }

    @Test
    void skip_nestedTenThousandDeep_needsNoStack() throws IOException {
        RespReader reader = filled("*2␍" + "*1␍".repeat(10_000) + "+deep␍:42␍");
        assertThat(reader.readArray()).isEqualTo(2);
        reader.skip();
        assertThat(reader.readLong()).isEqualTo(42);
    }

    @Test
    void valueRead_asDeepAsAllowed_isRead() throws IOException {
        RespReader reader = filled("*1␍".repeat(Value.MAX_DEPTH) + ":7␍");
        Value value = Value.read(reader);
        for (int i = 0; i < Value.MAX_DEPTH; i++) {
            value = value.asList().getFirst();
        }
        assertThat(value.asLong()).isEqualTo(7);
    }

    @Test
    void valueRead_bigNumberOfTooManyDigits_isUnexpectedReply() throws IOException {
        RespReader reader = filled("(" + "9".repeat(Value.MAX_DIGITS + 1) + "␍");
        assertThatThrownBy(() -> Value.read(reader)).isInstanceOf(UnexpectedReply.class);
    }

    @Test
    void readText_everyScalar_isItsText() throws IOException {
        assertThat(read("$2␍hé".replace("2", "3") + "␍", ReplyReader::readText)).isEqualTo("hé");
        assertThat(read("=7␍txt:abc␍", ReplyReader::readText)).isEqualTo("abc");
        assertThat(read("=3␍abc␍", ReplyReader::readText)).isEqualTo("abc");
        assertThat(read("+OK␍", ReplyReader::readText)).isEqualTo("OK");
        assertThat(read(":-5␍", ReplyReader::readText)).isEqualTo("-5");
        assertThat(read(",1.5␍", ReplyReader::readText)).isEqualTo("1.5");
        assertThat(read("(123␍", ReplyReader::readText)).isEqualTo("123");
        assertThat(read("#t␍", ReplyReader::readText)).isEqualTo("true");
        assertThat(read("_␍", ReplyReader::readText)).isNull();
        assertThat(read("*-1␍", ReplyReader::readText)).isNull();
        assertThat(read("$-1␍", ReplyReader::readText)).isNull();
    }

    @Test
    void readBytes_bytesThatAreNoText_areKeptAsTheyCame() throws IOException {
        byte[] binary = {(byte) 0xff, 0, (byte) 0xc3, (byte) 0x28, '\n', (byte) 0x80};
        assertThat(read(join(wire("$6␍"), binary, wire("␍")), ReplyReader::readBytes))
                .isEqualTo(binary);
        assertThat(read(join(wire("=10␍txt:"), binary, wire("␍")), ReplyReader::readBytes))
                .isEqualTo(binary);
        assertThat(read(join(wire("+"), binary, wire("␍")), ReplyReader::readBytes))
                .isEqualTo(binary);
        assertThat(read(":12␍", ReplyReader::readBytes)).isEqualTo("12".getBytes(StandardCharsets.UTF_8));
        assertThat(read("_␍", ReplyReader::readBytes)).isNull();
    }

    @Test
    void readLong_whatIsOne_isRead() throws IOException {
        assertThat(read(":12␍", ReplyReader::readLong)).isEqualTo(12);
        assertThat(read("$3␍-12␍", ReplyReader::readLong)).isEqualTo(-12);
        assertThat(read("+7␍", ReplyReader::readLong)).isEqualTo(7);
        assertThat(read("#t␍", ReplyReader::readLong)).isEqualTo(1);
        assertThat(read("#f␍", ReplyReader::readLong)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"$1␍x␍", "$0␍␍", "$-1␍", "_␍", "*0␍", "%0␍", ",1.5␍", "(1␍", "=5␍txt:1␍"})
    void readLong_whatIsNone_isUnexpectedReplyWithoutTheValue(String text) throws IOException {
        RespReader reader = filled(text);
        assertThatThrownBy(reader::readLong)
                .isInstanceOf(UnexpectedReply.class)
                .hasMessageStartingWith("wanted an integer, the server answered ");
    }

    @Test
    void readDouble_whatIsOne_isRead() throws IOException {
        assertThat(read(",1.5␍", ReplyReader::readDouble)).isEqualTo(1.5);
        assertThat(read("$4␍-1e3␍", ReplyReader::readDouble)).isEqualTo(-1000);
        assertThat(read("$3␍inf␍", ReplyReader::readDouble)).isInfinite();
        assertThat(read("$4␍-inf␍", ReplyReader::readDouble)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(read(",nan␍", ReplyReader::readDouble)).isNaN();
        assertThat(read(":3␍", ReplyReader::readDouble)).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {",1.5d␍", ",0x1p3␍", ",␍", ", 1␍", "$2␍1f␍", ",1.5.5␍", "$-1␍", "*0␍", ",NaN␍"})
    void readDouble_whatOnlyJavaTakesForOne_isUnexpectedReply(String text) throws IOException {
        RespReader reader = filled(text);
        assertThatThrownBy(reader::readDouble)
                .isInstanceOf(UnexpectedReply.class)
                .hasMessageStartingWith("wanted a double, the server answered ");
    }

    @Test
    void readBoolean_whatStandsForOne_isRead() throws IOException {
        assertThat(read("#t␍", ReplyReader::readBoolean)).isTrue();
        assertThat(read("#f␍", ReplyReader::readBoolean)).isFalse();
        assertThat(read(":1␍", ReplyReader::readBoolean)).isTrue();
        assertThat(read(":0␍", ReplyReader::readBoolean)).isFalse();
        assertThat(read("+OK␍", ReplyReader::readBoolean)).isTrue();
        assertThat(read("$-1␍", ReplyReader::readBoolean)).isFalse();
        assertThatThrownBy(() -> read("$1␍x␍", ReplyReader::readBoolean)).isInstanceOf(UnexpectedReply.class);
    }

    @Test
    void readMap_bothForms_answerTheirEntries() throws IOException {
        assertThat(read("%2␍+a␍:1␍+b␍:2␍", ReplyReader::readMap)).isEqualTo(2);
        assertThat(read("*4␍+a␍:1␍+b␍:2␍", ReplyReader::readMap)).isEqualTo(2);
        assertThat(read("*-1␍", ReplyReader::readMap)).isZero();
        assertThat(read("%2␍+a␍:1␍+b␍:2␍", ReplyReader::readArray)).isEqualTo(4);
        assertThatThrownBy(() -> read("*3␍+a␍:1␍+b␍", ReplyReader::readMap)).isInstanceOf(UnexpectedReply.class);
        assertThatThrownBy(() -> read("+a␍", ReplyReader::readMap)).isInstanceOf(UnexpectedReply.class);
    }

    @Test
    void readText_errorInsideAnAggregate_isThatError() throws IOException {
        RespReader reader = filled("*1␍-OOM command not allowed␍");
        assertThat(reader.readArray()).isEqualTo(1);
        assertThatThrownBy(reader::readText).isInstanceOf(ServerError.OutOfMemory.class);
    }

    @Test
    void read_pastTheEndOfTheReply_isUnexpectedReplyAndTheNextReplyIsWhole() throws IOException {
        RespReader reader = filled("*1␍:1␍:2␍");
        reader.readArray();
        reader.readLong();
        assertThatThrownBy(reader::readLong)
                .isInstanceOf(UnexpectedReply.class)
                .hasMessage("the reply has fewer elements than were asked for");
        assertThat(reader.next()).isTrue();
        assertThat(reader.readLong()).isEqualTo(2);
    }

    @Test
    void next_decoderThatReadNothing_standsAtTheNextReply() throws IOException {
        RespReader reader = filled("%1␍+a␍*2␍:1␍$3␍abc␍:2␍");
        assertThat(reader.next()).isTrue();
        assertThat(reader.readLong()).isEqualTo(2);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void moveBehind_decoderThatStoppedEarly_goesOnBehindTheElement() throws IOException {
        RespReader reader = filled("*2␍*2␍:1␍|1␍+a␍:9␍%1␍+k␍+v␍:3␍");
        reader.readArray();
        RespReader.Mark mark = reader.markElement();
        assertThat(reader.readArray()).isEqualTo(2);
        reader.moveBehind(mark);
        assertThat(reader.readLong()).isEqualTo(3);
        assertThat(reader.remainingBytes()).isZero();
    }

    @Test
    void type_attributesBefore_arePassedOver() throws IOException {
        assertThat(filled("|1␍+a␍:1␍~1␍:1␍").type()).isEqualTo(ReplyType.SET);
        assertThat(filled("|1␍+a␍:1␍|1␍+b␍:1␍%0␍").type()).isEqualTo(ReplyType.MAP);
    }

    @Test
    void capacity_afterALargeReply_shrinksAgain() throws IOException {
        RespReader reader = new RespReader(64, 8 << 20);
        Stream stream = Stream.pieces(join(wire("$4000000␍"), new byte[4_000_000], wire("␍:1␍:2␍")), 100_000);
        int largest = 0;
        int replies = 0;
        while (reader.fill(stream)) {
            largest = Math.max(largest, reader.capacity());
            while (reader.next()) {
                replies++;
            }
        }
        assertThat(replies).isEqualTo(3);
        assertThat(largest).isGreaterThanOrEqualTo(4_000_000).isLessThanOrEqualTo(8 << 20);
        assertThat(reader.fill(Stream.whole(wire(":3␍")))).isTrue();
        assertThat(reader.next()).isTrue();
        assertThat(reader.readLong()).isEqualTo(3);
        assertThat(reader.capacity()).isEqualTo(64);
    }

    @Test
    void fill_limitBelowTheFirstCapacity_isKept() throws IOException {
        RespReader reader = new RespReader(64 * 1024, 1024);
        Stream stream = Stream.whole(wire("*300␍" + "+abc␍".repeat(300)));
        assertThatThrownBy(() -> {
                    while (reader.fill(stream)) {
                        reader.next();
                    }
                })
                .isInstanceOf(ProtocolException.class)
                .hasMessage("a reply is larger than the limit of 1024 bytes");
    }

    @Test
    void counters_afterReading_areWhatWasRead() throws IOException {
        RespReader reader = new RespReader(16, Stream.LIMIT);
        Stream stream = Stream.pieces(ALL, 10);
        while (reader.fill(stream)) {
            while (reader.next()) {
                reader.skip();
            }
        }
        assertThat(reader.bytes()).isEqualTo(ALL.length);
        assertThat(reader.reads()).isGreaterThanOrEqualTo((ALL.length + 9) / 10);
    }

    private static RespReader filled(String text) throws IOException {
        return filled(wire(text));
    }

    private static RespReader filled(byte[] bytes) throws IOException {
        RespReader reader = new RespReader(16, Stream.LIMIT);
        Stream stream = Stream.whole(bytes);
        boolean more = true;
        while (more) {
            more = reader.fill(stream);
        }
        assertThat(reader.next()).isTrue();
        return reader;
    }

    private static <T> T read(String text, Function<ReplyReader, T> how) throws IOException {
        return read(wire(text), how);
    }

    private static <T> T read(byte[] bytes, Function<ReplyReader, T> how) throws IOException {
        RespReader reader = filled(join(bytes, wire(":99␍")));
        T value = how.apply(reader);
        assertThat(reader.next()).isTrue();
        assertThat(reader.readLong()).isEqualTo(99);
        return value;
    }
}
