package dev.millrace.cache.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.millrace.cache.codec.CodecException;
import dev.millrace.cache.codec.Seed;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Bytes that nobody wrote. Reading them ends in rows or in one exception, in memory that their number bounds. */
class RowCodecFuzzTest {
    private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 100_000;

    private final RowCodec codec = new RowCodec(10_000, 1 << 20);

    @Test
    void decode_randomBytes_endInRowsOrACodecException() {
        long seed = Seed.next("RowCodecFuzzTest");
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            for (int at = 0; at < bytes.length; at++) {
                // Small numbers lead deeper in than random ones.
                bytes[at] = (byte) (random.nextInt(3) > 0 ? random.nextInt(18) : random.nextInt(256));
            }
            if (bytes.length > 0) {
                bytes[0] = 1;
            }
            decode(bytes, seed, i);
        }
    }

    @Test
    void decode_damagedResults_endInRowsOrACodecException() {
        long seed = Seed.next("RowCodecFuzzTest, damaged");
        SplittableRandom random = new SplittableRandom(seed);
        byte[] whole = codec.encode(rows(random, 5));
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes =
                    random.nextInt(8) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length * 2)) : whole.clone();
            for (int change = random.nextInt(4); change > 0 && bytes.length > 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            decode(bytes, seed, i);
        }
    }

    @Test
    void encode_randomRows_comeBack() {
        long seed = Seed.next("RowCodecFuzzTest, rows");
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2_000; i++) {
            Rows rows = rows(random, random.nextInt(20));
            Rows back = codec.decode(codec.encode(rows));
            assertThat(back.rows()).as("seed %d, round %d", seed, i).isEqualTo(rows.rows());
        }
    }

    private static Rows rows(SplittableRandom random, int count) {
        List<Object> values = RowCodecTest.values();
        List<String> names = new ArrayList<>();
        for (int i = random.nextInt(8); i >= 0; i--) {
            names.add("c" + random.nextInt(100));
        }
        Columns columns = new Columns(names);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Object[] row = new Object[names.size()];
            for (int column = 0; column < row.length; column++) {
                row[column] = random.nextInt(5) == 0 ? null : values.get(random.nextInt(values.size()));
            }
            rows.add(new Row(columns, row));
        }
        return new Rows(columns, rows);
    }

    private void decode(byte[] bytes, long seed, int round) {
        long before = MEMORY.getCurrentThreadAllocatedBytes();
        try {
            Rows rows = codec.decode(bytes);
            assertThat(rows.rows().size()).as("seed %d, round %d", seed, round).isLessThanOrEqualTo(bytes.length);
        } catch (CodecException e) {
            assertThat(e).hasMessageNotContaining("\n");
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed + ", round " + round + ": " + Arrays.toString(bytes), e);
        }
        long allocated = MEMORY.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated).as("seed %d, round %d", seed, round).isLessThan(100L * bytes.length + 512 * 1024);
    }
}
