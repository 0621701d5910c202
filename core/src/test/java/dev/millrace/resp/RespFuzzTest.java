package dev.millrace.resp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.millrace.command.Command;
import dev.millrace.command.Keys;
import dev.millrace.command.Lists;
import dev.millrace.command.MillraceException;
import dev.millrace.command.ScanOptions;
import dev.millrace.command.ServerError;
import dev.millrace.command.Sets;
import dev.millrace.command.Strings;
import dev.millrace.command.UnexpectedReply;
import dev.millrace.command.Value;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What can come over the wire and is not what a server would say. Whatever it is, reading it ends in a value or in one
 * of two exceptions, in bounded memory, and the same way however the bytes were cut.
 */
class RespFuzzTest {
    private static final ThreadMXBean MEMORY = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int LIMIT = 1 << 20;

    /** Decoders of every shape: each meets replies it was not made for. */
    private static final List<Command<?>> COMMANDS = List.of(
            Strings.get("k"),
            Strings.getBytes("k"),
            Strings.incr("k"),
            Strings.incrByFloat("k", 1),
            Strings.mget("a", "b"),
            Keys.exists("k"),
            Keys.ttl("k"),
            Keys.scan(ScanOptions.ofDefaults()).next("0"),
            Lists.lrange("k", 0, -1),
            Sets.smembers("k"),
            Sets.sismember("k", "m"),
            Sets.sscan("k", ScanOptions.ofDefaults()).next("0"),
            Command.of("ANY"));

    @Test
    void read_validStreams_fixedSeed_givesWhatWasWrittenHoweverItIsCut() {
        valid(42, 300);
    }

    @Test
    void read_validStreams_randomSeed_givesWhatWasWrittenHoweverItIsCut() {
        valid(randomSeed(), 300);
    }

    @Test
    void read_damagedStreams_fixedSeed_endsInAValueOrATypedErrorInBoundedMemory() {
        damaged(4711, 20_000);
    }

    @Test
    void read_damagedStreams_randomSeed_endsInAValueOrATypedErrorInBoundedMemory() {
        damaged(randomSeed(), 20_000);
    }

    @Test
    @Tag("stress")
    void read_damagedStreams_manySeeds_endsInAValueOrATypedErrorInBoundedMemory() {
        for (int i = 0; i < Integer.getInteger("millrace.fuzz.seeds", 50); i++) {
            damaged(randomSeed(), 20_000);
        }
    }

    @Test
    void read_randomBytes_endsInAValueOrATypedErrorInBoundedMemory() {
        long seed = randomSeed();
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            bytes = Stream.join(new byte[] {(byte) "+-:$*_#,(!=%~>|".charAt(random.nextInt(15))}, bytes);
            consume(bytes, random, seed, i);
        }
    }

    @Test
    void read_announcedLengths_allocateNothingBeforeTheBytesAreThere() {
        for (String header : List.of("$1000000", "*300000", "%100000", "~300000", ">300000", "|100000", "=900000")) {
            byte[] bytes = Stream.wire((header + "␍").repeat(3) + "$5␍hello␍");
            consume(bytes, new SplittableRandom(1), 1, 0); // warms up
            long before = MEMORY.getCurrentThreadAllocatedBytes();
            consume(bytes, new SplittableRandom(1), 1, 0);
            assertThat(MEMORY.getCurrentThreadAllocatedBytes() - before)
                    .as(header)
                    .isLessThan(16 * 1024);
        }
    }

    @Test
    void decode_arraysOfNulls_allocateInProportionToTheBytes() throws IOException {
        // The smallest element takes three bytes on the wire: the worst case for a list that is made for its count.
        byte[] bytes = Stream.wire("*200000␍" + "_␍".repeat(200_000));
        for (Command<?> command : List.of(Strings.mget("k"), Command.of("ANY"), Lists.lrange("k", 0, -1))) {
            RespReader reader = new RespReader(64, LIMIT);
            Stream stream = Stream.whole(bytes);
            boolean more = true;
            while (more) {
                more = reader.fill(stream);
            }
            assertThat(reader.next()).isTrue();
            long before = MEMORY.getCurrentThreadAllocatedBytes();
            assertThat(command.decode(reader)).isNotNull();
            assertThat(MEMORY.getCurrentThreadAllocatedBytes() - before)
                    .as(command.toString())
                    .isLessThan(16L * bytes.length);
        }
    }

    private static long randomSeed() {
        long seed = ThreadLocalRandom.current().nextLong();
        System.out.println("RespFuzzTest: seed " + seed);
        return seed;
    }

    private static void valid(long seed, int streams) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < streams; i++) {
            RandomReplies replies = new RandomReplies(random.split()).fill(20);
            byte[] bytes = replies.bytes();
            int size = 1 + random.nextInt(64);
            int at = random.nextInt(bytes.length);
            String where = "seed " + seed + ", stream " + i;
            same(Stream.whole(bytes).replies(), replies.shown(), where);
            same(Stream.pieces(bytes, size).replies(), replies.shown(), where + " in pieces of " + size);
            same(Stream.splitAt(bytes, at).replies(), replies.shown(), where + " split at " + at);
        }
    }

    /** Replies can be long and binary: a difference is shown by its first place only. */
    private static void same(List<String> replies, List<String> wanted, String where) {
        for (int i = 0; i < Math.min(replies.size(), wanted.size()); i++) {
            assertThat(replies.get(i).equals(wanted.get(i)))
                    .as(
                            "%s, reply %d: %.200s instead of %.200s",
                            where,
                            i,
                            replies.get(i).replaceAll("[^ -~]", "?"),
                            wanted.get(i).replaceAll("[^ -~]", "?"))
                    .isTrue();
        }
        assertThat(replies).as(where).hasSameSizeAs(wanted);
    }

    private static void damaged(long seed, int times) {
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(120), () -> damagedAll(seed, times), () -> "an endless loop, seed " + seed);
    }

    private static void damagedAll(long seed, int times) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] whole = {};
        for (int i = 0; i < times; i++) {
            if (i % 50 == 0) {
                whole = new RandomReplies(random.split())
                        .fill(1 + random.nextInt(8))
                        .bytes();
            }
            byte[] bytes = RandomReplies.damaged(whole, random);
            long before = MEMORY.getCurrentThreadAllocatedBytes();
            consume(bytes, random, seed, i);
            long allocated = MEMORY.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated)
                    .as("bytes allocated for %d bytes of stream, seed %d, round %d", bytes.length, seed, i)
                    .isLessThan(256 * 1024 + 200L * bytes.length);
            if (i % 10 == 0) {
                List<String> inPieces =
                        Stream.pieces(bytes, 1 + random.nextInt(7)).replies();
                same(inPieces, Stream.whole(bytes).replies(), "seed " + seed + ", round " + i);
            }
        }
    }

    private static void consume(byte[] bytes, SplittableRandom random, long seed, int round) {
        RespReader reader = new RespReader(64, LIMIT);
        Stream stream = Stream.pieces(bytes, 1 + random.nextInt(bytes.length + 1));
        int replies = 0;
        try {
            while (reader.fill(stream)) {
                while (reader.next()) {
                    replies++;
                    decode(reader, random);
                }
            }
        } catch (ProtocolException e) {
            assertThat(e.getMessage()).as("seed %d, round %d", seed, round).hasSizeLessThan(300);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw new AssertionError("seed " + seed + ", round " + round + ": " + e, e);
        }
        assertThat(replies).as("seed %d, round %d", seed, round).isLessThanOrEqualTo(bytes.length / 3);
    }

    private static void decode(RespReader reader, SplittableRandom random) {
        int choice = random.nextInt(COMMANDS.size() + 2);
        try {
            if (reader.isError()) {
                ServerError unused = reader.readError();
            } else if (choice == COMMANDS.size()) {
                Value unused = Value.read(reader);
            } else if (choice > COMMANDS.size()) {
                reader.skip();
            } else {
                Object unused = COMMANDS.get(choice).decode(reader);
            }
        } catch (UnexpectedReply | ServerError expected) {
            assertThat((MillraceException) expected).message().hasSizeLessThan(600);
        }
    }
}
