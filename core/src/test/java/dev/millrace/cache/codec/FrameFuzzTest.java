package dev.millrace.cache.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Bytes that nobody wrote. Reading them ends in a {@link Frame}, in memory that the limit bounds. */
class FrameFuzzTest {
    private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int LIMIT = 1 << 20;

    @Test
    void read_randomBytes_endInAFrameInBoundedMemory() {
        long seed = Seed.next("FrameFuzzTest");
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            if (i % 4 != 0) {
                // Deeper in: the magic is right, then the version too, then the rest of the header.
                System.arraycopy(Samples.MAGIC, 0, bytes, 0, Math.min(4, bytes.length));
                if (i % 4 > 1 && bytes.length > 6) {
                    bytes[4] = 1;
                    bytes[5] = (byte) (5 + random.nextInt(6));
                    bytes[6] = (byte) random.nextInt(6);
                }
            }
            read(bytes, seed, i);
        }
    }

    /** With a checksum that is right, so that what lies behind it is reached. */
    @Test
    void read_randomFramesWithARightChecksum_endInAFrameInBoundedMemory() {
        long seed = Seed.next("FrameFuzzTest, checksums");
        SplittableRandom random = new SplittableRandom(seed);
        byte[] zstd = payload(Compression.zstd());
        byte[] lz4 = payload(Compression.lz4());
        for (int i = 0; i < 50_000; i++) {
            int kind = random.nextInt(6);
            byte[] payload = kind == 2 ? lz4.clone() : zstd.clone();
            for (int change = random.nextInt(4); change > 0; change--) {
                payload[random.nextInt(payload.length)] = (byte) random.nextInt(256);
            }
            if (random.nextInt(4) == 0) {
                payload = Arrays.copyOf(payload, random.nextInt(payload.length * 2));
            }
            byte[] size = ForeignFrame.varint(
                    switch (random.nextInt(4)) {
                        case 0 -> random.nextLong();
                        case 1 -> random.nextInt(LIMIT);
                        default -> 4000;
                    });
            read(ForeignFrame.of(kind, size, payload).bytes(), seed, i);
        }
    }

    @Test
    void wrap_randomValues_comeBack() {
        long seed = Seed.next("FrameFuzzTest, values");
        SplittableRandom random = new SplittableRandom(seed);
        List<Compression> all = List.of(
                Compression.none(),
                Compression.zstd(1).above(0).savingAtLeast(0),
                Compression.lz4().above(0).savingAtLeast(0));
        for (int i = 0; i < 20_000; i++) {
            byte[] value = Samples.joined(
                    i % 3 == 0 ? Arrays.copyOf(Samples.MAGIC, random.nextInt(5)) : new byte[0],
                    Samples.noise(random.nextInt(60), random.nextLong()),
                    new byte[random.nextInt(60)]);
            Compression compression = all.get(random.nextInt(all.size()));
            assertThat(compression.read(compression.wrap(value)))
                    .as("seed %d, round %d, %s", seed, i, compression)
                    .isEqualTo(new Frame.Payload(value));
        }
    }

    private static byte[] payload(Compression compression) {
        byte[] frame = compression.wrap(Samples.text(4000));
        return Arrays.copyOfRange(frame, 13, frame.length);
    }

    private static void read(byte[] bytes, long seed, int round) {
        long before = MEMORY.getCurrentThreadAllocatedBytes();
        Frame frame;
        try {
            frame = Frame.read(bytes, LIMIT);
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed + ", round " + round, e);
        }
        long allocated = MEMORY.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).as("seed %d, round %d", seed, round).isLessThan(LIMIT + 512 * 1024);
        if (frame instanceof Frame.Unreadable unreadable) {
            assertThat(unreadable.why()).hasSizeLessThan(200).doesNotContain("\n");
        }
    }
}
