package dev.millrace;

import static dev.millrace.command.Keys.scan;
import static dev.millrace.command.Sets.sscan;
import static dev.millrace.command.Strings.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.batch.Batch;
import dev.millrace.command.Command;
import dev.millrace.command.Scan;
import dev.millrace.command.ScanOptions;
import dev.millrace.command.ServerError;
import dev.millrace.testkit.NoLeakedThreads;
import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** On all topologies every time, unless one is asked for. */
@OnEveryTopology
@NoLeakedThreads
@ParameterizedClass
@MethodSource("dev.millrace.TestDeployment#everyKind")
class ScanIT {
    private static final Duration PATIENT = Duration.ofSeconds(30);
    private static TestDeployment server;

    @Parameter
    TestDeployment.Kind kind;

    @BeforeParameterizedClassInvocation
    static void start(TestDeployment.Kind kind) {
        server = TestDeployment.start(kind);
    }

    @AfterParameterizedClassInvocation
    static void stop() {
        server.close();
    }

    @BeforeEach
    void empty() {
        server.ask("FLUSHALL");
    }

    private static Millrace connect() {
        return connect(server.options(), 3);
    }

    private static Millrace connect(MillraceOptions.Builder options, int protocol) {
        return Millrace.connect(
                options.commandTimeout(PATIENT).protocol(protocol).build());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void scan_fiveThousandKeys_seesEachAtLeastOnce(int protocol) {
        try (Millrace redis = connect(server.options(), protocol)) {
            Set<String> wanted = fill(redis, 5_000);
            Set<String> seen = new HashSet<>();
            int count = 0;
            for (String key : redis.scan(scan(ScanOptions.ofDefaults()))) {
                seen.add(key);
                count++;
            }
            assertThat(seen).isEqualTo(wanted);
            assertThat(count).isGreaterThanOrEqualTo(5_000);
        }
    }

    @Test
    void scan_pattern_passesOverEmptyPages() {
        try (Millrace redis = connect()) {
            fill(redis, 2_000);
            redis.run(set("needle", "v"));
            assertThat(redis.scan(scan(ScanOptions.ofDefaults().matching("needle"))))
                    .containsOnly("needle");
            assertThat(redis.scan(scan(ScanOptions.ofDefaults().matching("nothing*"))))
                    .isEmpty();
            redis.run(Command.of("LPUSH", "list", "x"));
            assertThat(redis.scan(scan(ScanOptions.ofDefaults().ofType("list"))))
                    .containsOnly("list");
        }
    }

    @Test
    void scan_count_spendsFewerTrips() {
        try (Millrace redis = connect()) {
            fill(redis, 2_000);
            long before = redis.statistics().commands();
            assertThat(redis.scan(scan(ScanOptions.ofDefaults().counting(1_000))))
                    .hasSizeGreaterThanOrEqualTo(2_000);
            assertThat(redis.statistics().commands() - before)
                    .as("two or three pages of a server, one or two of each of three masters")
                    .isBetween(2L, 6L);
        }
    }

    @Test
    void scan_set_seesItsMembers() {
        try (Millrace redis = connect()) {
            Batch batch = redis.batch();
            IntStream.range(0, 3_000).forEach(i -> batch.add(Command.of("SADD", "s", "member:" + i)));
            batch.run();
            Set<String> seen = new HashSet<>();
            redis.scan(sscan("s", ScanOptions.ofDefaults())).forEach(seen::add);
            assertThat(seen).hasSize(3_000);
            assertThat(redis.scan(sscan("absent", ScanOptions.ofDefaults()))).isEmpty();
        }
    }

    @Test
    void scan_iteratedTwiceAndTwoAtOnce_beginsAnewEachTime() {
        try (Millrace redis = connect()) {
            Set<String> wanted = fill(redis, 300);
            Iterable<String> keys = redis.scan(scan(ScanOptions.ofDefaults()));
            Iterator<String> one = keys.iterator();
            Iterator<String> other = keys.iterator();
            Set<String> seenByOne = new HashSet<>();
            Set<String> seenByOther = new HashSet<>();
            while (one.hasNext() || other.hasNext()) {
                if (one.hasNext()) {
                    seenByOne.add(one.next());
                }
                if (other.hasNext()) {
                    seenByOther.add(other.next());
                }
            }
            assertThat(seenByOne).isEqualTo(wanted);
            assertThat(seenByOther).isEqualTo(wanted);
            assertThatThrownBy(one::next).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    void scan_empty_isEmptyAndLazy() {
        try (Millrace redis = connect()) {
            Iterable<String> keys = redis.scan(scan(ScanOptions.ofDefaults()));
            assertThat(redis.statistics().commands())
                    .as("nothing is sent before it is asked for")
                    .isZero();
            assertThat(keys).isEmpty();
        }
    }

    @Test
    void scan_keyOfAnotherType_throwsWhereItIsIterated() {
        try (Millrace redis = connect()) {
            redis.run(set("text", "v"));
            Iterable<String> members = redis.scan(sscan("text", ScanOptions.ofDefaults()));
            Iterator<String> iterator = members.iterator();
            assertThatThrownBy(iterator::hasNext).isInstanceOf(ServerError.WrongType.class);
        }
    }

    @Test
    void scan_connectionCutBetweenPages_goesOnWhereItWas() {
        try (TestProxies proxy = server.proxies();
                Millrace redis = connect(server.options(proxy), 3)) {
            Set<String> wanted = fill(redis, 1_000);
            Set<String> seen = new HashSet<>();
            int count = 0;
            for (String key : redis.scan(scan(ScanOptions.ofDefaults().counting(50)))) {
                seen.add(key);
                if (++count % 200 == 0) {
                    proxy.cut();
                }
            }
            assertThat(seen).isEqualTo(wanted);
        }
    }

    @Test
    void next_cursorOfOnesOwn_isOnePage() {
        try (Millrace redis = connect()) {
            fill(redis, 100);
            Scan<String> keys = scan(ScanOptions.ofDefaults().counting(10));
            var first = redis.run(keys.next(Scan.START));
            assertThat(first).isNotNull();
            assertThat(first.items()).isNotEmpty().hasSizeLessThan(100);
            assertThat(redis.run(keys.next(first.cursor()))).isNotNull();
            assertThatThrownBy(() -> keys.next("x")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static Set<String> fill(Millrace redis, int count) {
        Batch batch = redis.batch();
        Set<String> keys = IntStream.range(0, count).mapToObj(i -> "key:" + i).collect(Collectors.toSet());
        keys.forEach(key -> batch.add(set(key, "v")));
        batch.run();
        return keys;
    }
}
