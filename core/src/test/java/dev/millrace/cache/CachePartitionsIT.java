package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.cache.codec.Codec;
import dev.millrace.command.Misuse;
import dev.millrace.command.Strings;
import dev.millrace.testkit.NoLeakedThreads;
import dev.millrace.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Partitions under users of Redis who may touch nothing beyond: all of them, and one alone. */
@NoLeakedThreads
@SuppressWarnings("NullAway.Init") // set by JUnit's callbacks
class CachePartitionsIT {
    private static final String SECRET = "s3cret";

    private static RedisServer server;
    private Millrace redis;

    @BeforeAll
    static void startServer() {
        server = RedisServer.builder()
                .user("all", "on", ">" + SECRET, "~tenants:*", "&*", "+@all")
                .user("acme", "on", ">" + SECRET, "~tenants:acme%3A:*", "&*", "+@all")
                .start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void connect() {
        server.ask("FLUSHALL");
        redis = client("all");
    }

    @AfterEach
    void disconnect() {
        redis.close();
    }

    private static Millrace client(String user) {
        return Millrace.connect(
                MillraceOptions.builder(server.url().replace("redis://", "redis://" + user + ":" + SECRET + "@"))
                        .build());
    }

    private static CacheOptions.Builder<String, String> tenants() {
        return CacheOptions.ofStrings("tenants").maxEntries(100);
    }

    private static void hold(Cache<String, String> cache, int keys) {
        for (int i = 0; i < keys; i++) {
            String key = "k" + i;
            cache.set(key, "v");
            assertThat(cache.get(key)).isEqualTo("v");
        }
    }

    @Test
    void of_noisyPartition_evictsNothingOfAnother() {
        try (CachePartitions<String, String> tenants =
                redis.cachePartitions(PartitionOptions.of(tenants().build()))) {
            Cache<String, String> quiet = tenants.of("quiet");
            hold(quiet, 50);

            hold(tenants.of("noisy"), 2_000);

            assertThat(tenants.statistics().get("noisy").evictions()).isPositive();
            assertThat(tenants.statistics().get("noisy").totalEntries()).isLessThanOrEqualTo(100);
            assertThat(tenants.statistics().get("quiet").evictions()).isZero();
            for (int i = 0; i < 50; i++) {
                assertThat(quiet.getIfCached("k" + i)).isEqualTo("v");
            }
            assertThat(tenants.names()).containsExactly("noisy", "quiet");
            assertThat(tenants.of("quiet")).isSameAs(quiet);
        }
    }

    @Test
    void of_namesAndKeysOfAnyCharacters_stayApart() {
        List<String> odd = List.of(
                "",
                ":",
                "::",
                "a",
                "a:",
                ":a",
                "a:b",
                "b",
                "~",
                "~~",
                "~t:",
                "~r:",
                "~h",
                "%",
                "%3A",
                "%253A",
                "{a}",
                "{",
                "}",
                "*",
                "?",
                "[ab]",
                "\\",
                " ",
                "\n",
                "\0",
                "ü",
                "\uD83D\uDE00",
                "A",
                ".",
                "_",
                "-");
        PartitionOptions<String, String> options =
                PartitionOptions.of(tenants().tags(key -> Set.of("tag", "~t:")).build());
        try (CachePartitions<String, String> tenants = redis.cachePartitions(options)) {
            for (String partition : odd) {
                for (String key : odd) {
                    assertThat(tenants.of(partition)
                                    .set(key, partition + "|" + key)
                                    .isOk())
                            .isTrue();
                }
            }
            for (String partition : odd) {
                for (String key : odd) {
                    assertThat(tenants.of(partition).get(key)).isEqualTo(partition + "|" + key);
                }
            }
            for (int i = 0; i < odd.size(); i++) {
                assertThat(tenants.of(odd.get(i)).invalidateTag("tag"))
                        .as("all of its own, and none of another: %s", odd.get(i))
                        .isEqualTo(odd.size());
                for (int j = 0; j < odd.size(); j++) {
                    boolean left = tenants.of(odd.get(j))
                                    .pipelineGet(List.of("a"))
                                    .get("a")
                                    .value()
                            != null;
                    assertThat(left).as("%s after %s", odd.get(j), odd.get(i)).isEqualTo(j > i);
                }
            }
        }
    }

    /** Reads, loads under leases, tags, early refreshing and noting hot keys all stay within the partition's pattern. */
    @Test
    void of_userConfinedToOnePartition_canDoEverythingThereAndNothingBeyond() {
        AtomicInteger loads = new AtomicInteger();
        PartitionOptions<String, String> options = PartitionOptions.of(tenants()
                .tags(key -> Set.of("table"))
                .loader(key -> "loaded " + loads.incrementAndGet())
                .beta(100)
                .warm(10)
                .build());
        try (Millrace confined = client("acme")) {
            try (CachePartitions<String, String> tenants = confined.cachePartitions(options)) {
                Cache<String, String> own = tenants.of("acme:");
                assertThat(own.get("a")).isEqualTo("loaded 1");
                assertThat(own.set("~t:{table}", "mine").isOk()).isTrue();
                assertThat(own.getAll(List.of("a", "~t:{table}")))
                        .isEqualTo(Map.of("a", "loaded 1", "~t:{table}", "mine"));
                own.noteHotKeys();
                assertThat(own.invalidateTag("table")).isEqualTo(2);
                assertThat(own.get("a")).isEqualTo("loaded 2");
                assertThat(own.statistics().readFailures()).isZero();
                assertThat(own.statistics().writeFailures()).isZero();

                for (String beyond : List.of("acme", "other", "")) {
                    assertThat(tenants.of(beyond).set("a", "taken").isOk())
                            .as("writes into %s", beyond)
                            .isFalse();
                }
            }
        }
        assertThat(redis.run(Strings.get("tenants:acme:a"))).isNull();
    }

    @Test
    void override_ofOnePartition_isItsOwn() {
        Codec<String> loud = Codec.of(
                text -> ("!" + text).getBytes(StandardCharsets.UTF_8),
                bytes -> new String(bytes, StandardCharsets.UTF_8).substring(1));
        PartitionOptions<String, String> options = PartitionOptions.of(tenants().build())
                .override(
                        "large",
                        own -> own.maxBytes(1 << 20)
                                .ttl(Duration.ofHours(1))
                                .values(loud)
                                .prefix("elsewhere:")
                                .outage(OutagePolicy.fail()))
                .override((name, own) -> own.negative(Duration.ofSeconds(name.length())));
        try (CachePartitions<String, String> tenants = redis.cachePartitions(options)) {
            Cache<String, String> large = tenants.of("large");
            large.set("a", "1");
            tenants.of("b").set("a", "1");

            assertThat(redis.run(Strings.get("tenants:large:a"))).isEqualTo("!1");
            assertThat(redis.run(Strings.get("tenants:b:a"))).isEqualTo("1");
            assertThat(large.get("a")).isEqualTo("1");
            assertThat(large.options().bound()).isEqualTo(new CacheOptions.Bound(1 << 20, true));
            assertThat(large.options().outage()).isEqualTo(OutagePolicy.fail());
            assertThat(large.options().negative()).isEqualTo(Duration.ofSeconds(5));
            assertThat(large.options().name()).isEqualTo("tenants/large");
            assertThat(tenants.of("b").options().bound()).isEqualTo(new CacheOptions.Bound(100, false));
        }
    }

    @Test
    void of_moreThanAreAllowed_isRefusedUntilOneIsClosed() {
        PartitionOptions<String, String> options =
                PartitionOptions.of(tenants().build()).atMost(2);
        CachePartitions<String, String> tenants = redis.cachePartitions(options);
        tenants.of("a").set("k", "v");
        tenants.of("b");
        assertThatExceptionOfType(Misuse.class)
                .isThrownBy(() -> tenants.of("c"))
                .withMessageContaining("all 2 partitions of tenants are open");
        assertThat(tenants.of("b")).isNotNull();

        assertThat(tenants.close("b")).isTrue();
        assertThat(tenants.close("b")).isFalse();

        assertThat(tenants.of("c").get("k")).isNull();
        assertThat(tenants.close("a")).isTrue();
        assertThat(tenants.of("a").get("k")).as("Redis kept it").isEqualTo("v");
        tenants.close();
        assertThatExceptionOfType(Misuse.class)
                .isThrownBy(() -> tenants.of("a"))
                .withMessageContaining("closed");
        assertThat(tenants.statistics()).isEmpty();
    }

    @Test
    void of_whatIsNoName_isRefused() {
        try (CachePartitions<String, String> tenants =
                redis.cachePartitions(PartitionOptions.of(tenants().build()))) {
            assertThatIllegalArgumentException().isThrownBy(() -> tenants.of("half \uD800"));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PartitionOptions.of(tenants().build()).atMost(0));
    }
}
