package dev.millrace.cache.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTest {
    private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int LIMIT = 64 << 20;
    private static final byte[] VALUE = Samples.text(3000);

    static Stream<byte[]> frames() {
        return Stream.of(
                Frame.absent(),
                Frame.lease("token".getBytes(StandardCharsets.US_ASCII)),
                Frame.lease(new byte[0]),
                Compression.none().wrap(Samples.MAGIC),
                Compression.none().wrap(Samples.joined(Samples.MAGIC, VALUE)),
                Compression.zstd().wrap(VALUE),
                Compression.lz4().wrap(VALUE));
    }

    @Test
    void read_plainBytes_areThemselvesWithoutACopy() {
        for (byte[] plain : new byte[][] {{}, {0}, VALUE, {(byte) 0xF4}, {(byte) 0xF5, 0x4E}, {1, 2, 3, 4, 5}}) {
            assertThat(((Frame.Payload) Frame.read(plain, LIMIT)).bytes()).isSameAs(plain);
        }
    }

    @Test
    void read_markers_areWhatTheyAre() {
        byte[] token = Samples.noise(16, 1);
        assertThat(Frame.read(Frame.absent(), LIMIT)).isEqualTo(new Frame.Absent());
        assertThat(Frame.read(Frame.lease(token), LIMIT)).isEqualTo(new Frame.Lease(token));
        assertThat(Frame.lease(token)).isEqualTo(Frame.lease(token.clone()));
        assertThat(Frame.absent()).isNotSameAs(Frame.absent()).isEqualTo(Frame.absent());
    }

    /** Made by another program from the table in the Javadoc: what is stored must stay readable. */
    @Test
    void read_framesOfKnownBytes_areReadForEver() {
        byte[] token = "token".getBytes(StandardCharsets.US_ASCII);
        byte[] letters = "a".repeat(300).getBytes(StandardCharsets.US_ASCII);
        assertThat(Frame.absent()).isEqualTo(hex("f54d52fa0105038b5d3b5b"));
        assertThat(Frame.lease(token)).isEqualTo(hex("f54d52fa0105048e0ff48a746f6b656e"));
        assertThat(Compression.none().wrap(Samples.MAGIC)).isEqualTo(hex("f54d52fa01050054687ab0f54d52fa"));
        assertThat(Frame.read(hex("f54d52fa010701e5e80fafac0228b52ffd602c0063090061"), LIMIT))
                .isEqualTo(new Frame.Payload(letters));
        assertThat(Frame.read(hex("f54d52fa010702755caf89ac021f610100ff14506161616161"), LIMIT))
                .isEqualTo(new Frame.Payload(letters));
    }

    @ParameterizedTest
    @MethodSource("frames")
    void read_everyTruncation_isUnreadable(byte[] frame) {
        for (int length = 1; length < frame.length; length++) {
            assertThat(Frame.read(Arrays.copyOf(frame, length), LIMIT))
                    .as("the first %d of %d bytes", length, frame.length)
                    .isInstanceOf(Frame.Unreadable.class);
        }
    }

    @ParameterizedTest
    @MethodSource("frames")
    void read_everyFlippedBit_isUnreadable(byte[] frame) {
        for (int bit = 0; bit < frame.length * 8; bit++) {
            byte[] damaged = frame.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(Frame.read(damaged, LIMIT))
                    .as("bit %d of byte %d", bit % 8, bit / 8)
                    .isInstanceOf(Frame.Unreadable.class);
        }
    }

    @Test
    void read_plainValueWithAFlippedBit_isItselfOrUnreadable() {
        for (byte[] plain : new byte[][] {VALUE, {(byte) 0xF5, 0x4D, 0x52, (byte) 0xF9, 1}, {(byte) 0xF4}}) {
            for (int bit = 0; bit < plain.length * 8; bit++) {
                byte[] damaged = plain.clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                Frame read = Frame.read(damaged, LIMIT);
                assertThat(read instanceof Frame.Unreadable || read.equals(new Frame.Payload(damaged)))
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("frames")
    void read_bytesBehindTheEnd_areNoticed(byte[] frame) {
        assertThat(Frame.read(Arrays.copyOf(frame, frame.length + 1), LIMIT)).isInstanceOf(Frame.Unreadable.class);
    }

    @Test
    void read_fieldsOfLaterWriters_areSkipped() {
        byte[] later = {42, 43, 44};
        assertThat(Frame.read(ForeignFrame.of(0, later, VALUE).bytes(), LIMIT)).isEqualTo(new Frame.Payload(VALUE));
        assertThat(Frame.read(ForeignFrame.of(3, later, new byte[0]).bytes(), LIMIT))
                .isEqualTo(new Frame.Absent());
        assertThat(Frame.read(ForeignFrame.of(4, later, new byte[] {7}).bytes(), LIMIT))
                .isEqualTo(new Frame.Lease(new byte[] {7}));
        for (Compression compression : new Compression[] {Compression.zstd(), Compression.lz4()}) {
            byte[] frame = compression.wrap(VALUE);
            byte[] size = ForeignFrame.varint(VALUE.length);
            byte[] payload = Arrays.copyOfRange(frame, 11 + size.length, frame.length);
            assertThat(ForeignFrame.of(frame[6], size, payload).bytes()).isEqualTo(frame);
            assertThat(Frame.read(
                            ForeignFrame.of(frame[6], Samples.joined(size, later), payload)
                                    .bytes(),
                            LIMIT))
                    .isEqualTo(new Frame.Payload(VALUE));
        }
        assertThat(Frame.read(ForeignFrame.of(0, new byte[250], VALUE).bytes(), LIMIT))
                .isEqualTo(new Frame.Payload(VALUE));
    }

    @Test
    void read_foreignVersions_areUnreadableAndSaySo() {
        for (int version = 0; version < 256; version++) {
            Frame read = Frame.read(new ForeignFrame(version, 0, new byte[0], VALUE).bytes(), LIMIT);
            assertThat(read)
                    .isEqualTo(
                            version == 1
                                    ? new Frame.Payload(VALUE)
                                    : new Frame.Unreadable(
                                            "a frame is of version " + version + "; this reader knows 1"));
        }
    }

    @Test
    void read_foreignKinds_areUnreadableAndSaySo() {
        for (int kind = 5; kind < 256; kind++) {
            assertThat(Frame.read(ForeignFrame.of(kind, new byte[0], VALUE).bytes(), LIMIT))
                    .isEqualTo(new Frame.Unreadable("a frame is of kind " + kind + ", which is not known here"));
        }
    }

    @Test
    void read_headerLengthsThatAreWrong_areUnreadable() {
        ForeignFrame frame = ForeignFrame.of(0, new byte[0], new byte[3]);
        for (int length = 0; length < 256; length++) {
            boolean fits = length >= 5 && length <= 8;
            assertThat(Frame.read(frame.bytes(length), LIMIT) instanceof Frame.Payload)
                    .isEqualTo(fits);
        }
    }

    @Test
    void read_absentWithAPayload_isUnreadable() {
        assertThat(Frame.read(ForeignFrame.of(3, new byte[0], new byte[1]).bytes(), LIMIT))
                .isInstanceOf(Frame.Unreadable.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void read_sizeThatIsNoSize_isUnreadable(int kind) {
        for (byte[] size : new byte[][] {
            {},
            {(byte) 0x80},
            {-1, -1, -1, -1, -1, -1, -1, -1, -1},
            {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1},
            {-1, -1, -1, -1, -1, -1, -1, -1, 0x7F},
        }) {
            assertThat(Frame.read(ForeignFrame.of(kind, size, VALUE).bytes(), LIMIT))
                    .isInstanceOf(Frame.Unreadable.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void read_bombThatDeclaresMoreThanTheLimit_allocatesNothing(int kind) {
        for (long size : new long[] {LIMIT + 1L, Integer.MAX_VALUE, 1L << 31, 1L << 32, 1L << 40, Long.MAX_VALUE}) {
            byte[] bomb = ForeignFrame.of(kind, ForeignFrame.varint(size), new byte[100])
                    .bytes();
            assertThat(allocatedBy(bomb))
                    .isEqualTo(
                            new Frame.Unreadable("a value of " + size + " bytes is larger than the limit of " + LIMIT));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void read_sizeThatThePayloadCannotReach_allocatesNothing(int kind) {
        byte[] bomb =
                ForeignFrame.of(kind, ForeignFrame.varint(LIMIT), new byte[100]).bytes();
        assertThat(allocatedBy(bomb)).isEqualTo(new Frame.Unreadable("100 compressed bytes cannot become " + LIMIT));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void read_bombThatInflatesToMoreThanItDeclares_allocatesWhatItDeclares(int kind) {
        Compression compression = kind == 1 ? Compression.zstd() : Compression.lz4();
        byte[] huge = compression.wrap(new byte[32 << 20]);
        byte[] payload = Arrays.copyOfRange(huge, 11 + 4, huge.length);
        for (int declared : new int[] {0, 1, 1000, (32 << 20) - 1, (32 << 20) + 1}) {
            byte[] bomb = ForeignFrame.of(kind, ForeignFrame.varint(declared), payload)
                    .bytes();
            if (declared <= 1000) {
                assertThat(allocatedBy(bomb)).isInstanceOf(Frame.Unreadable.class);
            } else {
                assertThat(Frame.read(bomb, LIMIT)).isInstanceOf(Frame.Unreadable.class);
            }
        }
        assertThat(Frame.read(
                        ForeignFrame.of(kind, ForeignFrame.varint(32 << 20), payload)
                                .bytes(),
                        LIMIT))
                .isEqualTo(new Frame.Payload(new byte[32 << 20]));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void read_payloadThatIsNotCompressed_isUnreadable(int kind) {
        for (byte[] payload : new byte[][] {{}, {0}, VALUE, Samples.noise(2000, 7)}) {
            assertThat(Frame.read(
                            ForeignFrame.of(kind, ForeignFrame.varint(500), payload)
                                    .bytes(),
                            LIMIT))
                    .isInstanceOf(Frame.Unreadable.class);
        }
    }

    @Test
    void read_limitOfZeroOrBelow_refusesWhatIsCompressed() {
        for (int limit : new int[] {0, -1, Integer.MIN_VALUE}) {
            assertThat(Frame.read(Compression.zstd().wrap(VALUE), limit)).isInstanceOf(Frame.Unreadable.class);
            assertThat(Frame.read(VALUE, limit)).isEqualTo(new Frame.Payload(VALUE));
        }
    }

    @Test
    void toString_ofAnything_showsNoBytes() {
        assertThat(new Frame.Payload(VALUE)).hasToString("Payload[3000 bytes]");
        assertThat(new Frame.Lease(new byte[] {1, 2})).hasToString("Lease[2 bytes]");
    }

    /** What it is, read in little memory. */
    private static Frame allocatedBy(byte[] raw) {
        Frame unused = Frame.read(raw, LIMIT); // loads and links
        long before = MEMORY.getCurrentThreadAllocatedBytes();
        Frame read = Frame.read(raw, LIMIT);
        assertThat(MEMORY.getCurrentThreadAllocatedBytes() - before).isLessThan(16 * 1024);
        return read;
    }

    private static byte[] hex(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
