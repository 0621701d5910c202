package dev.millrace.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.command.Command;
import dev.millrace.command.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RespWriterTest {
    private final Taken taken = new Taken();

    /** The socket's side: what it was given, write by write. */
    private static final class Taken implements ByteSink {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final List<Integer> writes = new ArrayList<>();

        @Override
        public void write(byte[] from, int offset, int length) {
            bytes.write(from, offset, length);
            writes.add(length);
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    @Test
    void write_textAndBytes_isAnArrayOfBulkStrings() throws IOException {
        RespWriter writer = new RespWriter(taken, 4096);
        writer.write(Command.of("SET", "key", new byte[] {1, 2}, 12, -3L, 1.5));
        writer.flush();
        assertThat(taken.text())
                .isEqualTo(
                        "*6\r\n$3\r\nSET\r\n$3\r\nkey\r\n$2\r\n\u0001\u0002\r\n$2\r\n12\r\n$2\r\n-3\r\n$3\r\n1.5\r\n");
        assertThat(taken.writes).hasSize(1);
    }

    @Test
    void write_verbOfTwoWords_sendsThemAsTwo() throws IOException {
        RespWriter writer = new RespWriter(taken, 4096);
        writer.write(Command.of("client setname", "n"));
        writer.flush();
        assertThat(taken.text()).isEqualTo("*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$1\r\nn\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "é", "abcdé", "éabcd", "漢字", "😀", "a😀b", "\u0000", "\r\n", "\u007f\u0080\u07ff\u0800\uffff"
            })
    void write_anyText_isItsUtf8(String text) throws IOException {
        assertThat(sent(4096, "ECHO", text)).containsExactly("ECHO".getBytes(StandardCharsets.UTF_8), utf8(text));
    }

    @Test
    void write_loneSurrogate_isTheReplacementAndTheFrameIsWhole() throws IOException {
        assertThat(sent(4096, "ECHO", "a\ud800b", "after")).containsExactly(utf8("ECHO"), utf8("a?b"), utf8("after"));
    }

    @ParameterizedTest
    @ValueSource(ints = {4096, 16 * 1024, 64 * 1024})
    void write_payloadsOfEveryMagnitude_arriveInAnyBuffer(int capacity) throws IOException {
        for (int length : new int[] {
            0, 1, 9, 10, 99, 100, 255, 256, 257, 999, 1000, 4000, 4090, 4096, 5000, 20_000, 32_767, 32_768, 40_000,
            65_536, 100_000, 1_000_000
        }) {
            byte[] payload = new byte[length];
            Arrays.fill(payload, (byte) 'x');
            String text = "y".repeat(length);
            assertThat(sent(capacity, "SET", text, payload, "end"))
                    .as("%d bytes", length)
                    .containsExactly(utf8("SET"), utf8(text), payload, utf8("end"));
        }
    }

    @Test
    void write_hundredThousandArguments_areCounted() throws IOException {
        Object[] arguments = new Object[100_000];
        Arrays.setAll(arguments, i -> Integer.toString(i));
        List<byte[]> words = sent(4096, "MGET", arguments);
        assertThat(words).hasSize(100_001);
        assertThat(words.getLast()).isEqualTo(utf8("99999"));
    }

    @Test
    void write_manyCommands_areOneWriteUntilTheBufferIsFull() throws IOException {
        RespWriter writer = new RespWriter(taken, 64 * 1024);
        for (int i = 0; i < 1000; i++) {
            writer.write(Command.of("GET", "key:" + i));
        }
        assertThat(taken.writes).isEmpty();
        assertThat(writer.buffered()).isPositive();
        writer.flush();
        writer.flush();
        assertThat(taken.writes).hasSize(1);
        assertThat(writer.writes()).isEqualTo(1);
        assertThat(writer.bytes()).isEqualTo(taken.bytes.size());
        assertThat(writer.buffered()).isZero();
    }

    @Test
    void write_largePayload_isWrittenFromWhereItLies() throws IOException {
        byte[] large = new byte[RespWriter.LARGE];
        List<byte[]> given = new ArrayList<>();
        RespWriter writer = new RespWriter((from, offset, length) -> given.add(from), 4096);
        writer.write(Command.of("SET", "k", large));
        writer.flush();
        assertThat(given).hasSize(3);
        assertThat(given.get(1)).isSameAs(large);
    }

    @Test
    void clear_afterASocketThatFailed_forgetsWhatWasBuffered() throws IOException {
        List<Integer> given = new ArrayList<>();
        RespWriter writer = new RespWriter(
                (from, offset, length) -> {
                    given.add(length);
                    if (given.size() == 1) {
                        throw new IOException("gone");
                    }
                },
                4096);
        writer.write(Command.of("GET", "a"));
        assertThatThrownBy(writer::flush).hasMessage("gone");
        writer.write(Command.of("GET", "b"));
        writer.clear();
        writer.write(Command.of("PING"));
        writer.flush();
        assertThat(given).containsExactly(20, 14);
    }

    @Test
    void write_randomCommandsInSmallBuffers_areReadBackAsTheyWere() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        RespWriter writer = new RespWriter(taken, 4096);
        List<List<byte[]>> wanted = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            List<byte[]> words = new ArrayList<>(List.of(utf8("CMD")));
            Object[] arguments = new Object[random.nextInt(6)];
            for (int a = 0; a < arguments.length; a++) {
                int length = 1 << random.nextInt(14);
                if (random.nextBoolean()) {
                    String text = text(random, random.nextInt(length));
                    arguments[a] = text;
                    words.add(utf8(text));
                } else {
                    byte[] bytes = new byte[random.nextInt(length)];
                    random.nextBytes(bytes);
                    arguments[a] = bytes;
                    words.add(bytes);
                }
            }
            writer.write(Command.of("CMD", arguments));
            wanted.add(words);
        }
        writer.flush();
        List<List<byte[]>> decoded = decode(taken.bytes.toByteArray());
        assertThat(decoded).hasSameSizeAs(wanted);
        for (int i = 0; i < wanted.size(); i++) {
            assertThat(Arrays.deepEquals(decoded.get(i).toArray(), wanted.get(i).toArray()))
                    .as("command %d", i)
                    .isTrue();
        }
    }

    private static String text(SplittableRandom random, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(random.nextInt(50) == 0 ? 0x1f600 + random.nextInt(40) : ' ' + random.nextInt(90));
        }
        return text.toString();
    }

    private static List<byte[]> sent(int capacity, String name, Object... arguments) throws IOException {
        Taken taken = new Taken();
        RespWriter writer = new RespWriter(taken, capacity);
        writer.write(Command.of(name, arguments));
        writer.flush();
        return decode(taken.bytes.toByteArray()).getFirst();
    }

    private static List<List<byte[]>> decode(byte[] bytes) throws IOException {
        RespReader reader = new RespReader(64, 64 << 20);
        Stream stream = Stream.whole(bytes);
        List<List<byte[]>> commands = new ArrayList<>();
        while (reader.fill(stream)) {
            while (reader.next()) {
                List<byte[]> words = new ArrayList<>();
                for (Value word : Value.read(reader).asList()) {
                    words.add(((Value.Bytes) word).bytes());
                }
                commands.add(words);
            }
        }
        return commands;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
