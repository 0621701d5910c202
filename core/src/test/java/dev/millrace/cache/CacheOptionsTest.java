package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.cache.codec.Codec;
import dev.millrace.cache.codec.Compression;
import dev.millrace.command.NotSent;
import dev.millrace.command.OutcomeUnknown;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Options, classes of times to live, entries and outcomes: what they accept, and what they say of the rest. */
class CacheOptionsTest {
    private static CacheOptions.Builder<String, String> texts() {
        return CacheOptions.ofStrings("texts");
    }

    private static void refused(ThrowingCallable call, String... words) {
        assertThatIllegalArgumentException()
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    // ---- entries ----

    @Test
    @SuppressWarnings("NullAway") // what it is about
    void entry_withoutKeyOrValue_isRefused() {
        assertThatExceptionOfType(NullPointerException.class)
                .isThrownBy(() -> CacheEntry.of(null, "value"))
                .withMessageContaining("key");
        assertThatExceptionOfType(NullPointerException.class)
                .isThrownBy(() -> CacheEntry.of("key", null))
                .withMessageContaining("invalidate");
    }

    // ---- options ----

    @Test
    void defaults_areAsTheyAreDocumented() {
        CacheOptions<String, String> options = texts().build();
        assertThat(options.prefix()).isEqualTo("texts:");
        assertThat(options.bound()).isEqualTo(new CacheOptions.Bound(10_000, false));
        assertThat(options.beta()).isEqualTo(1);
        assertThat(options.negative()).isEqualTo(Duration.ofSeconds(5));
        assertThat(options.outage()).isEqualTo(OutagePolicy.load());
        assertThat(options.times().memory()).isEqualTo(Duration.ofHours(1));
        assertThat(options.times().untracked()).isEqualTo(Duration.ofSeconds(1));
        assertThat(options.times().load()).isEqualTo(Duration.ofSeconds(30));
        assertThat(options.times().lease()).isEqualTo(Duration.ofSeconds(10));
        assertThat(options.tags().apply("a")).isEmpty();
        assertThat(options.broadcast()).isFalse();
        assertThat(options.warm()).isZero();
        assertThat(options.loader()).isNull();
    }

    @Test
    void build_outOfRange_namesTheOption() {
        refused(() -> CacheOptions.ofStrings(" ").build(), "name");
        refused(() -> texts().prefix("").build(), "prefix");
        refused(() -> texts().maxEntries(0).build(), "0 entries", "TTL to zero");
        refused(() -> texts().maxBytes(-1).build(), "-1 bytes");
        for (double beta : new double[] {-0.1, 100.1, Double.NaN}) {
            refused(() -> texts().beta(beta).build(), "beta of " + beta);
        }
        refused(() -> texts().warm(-1).build(), "warm of -1");
        refused(() -> texts().negative(Duration.ofSeconds(-1)).build(), "negative");
        refused(() -> texts().ttl(Duration.ofDays(4_000)).build(), "ten years");
    }

    @Test
    void times_outOfRange_sayWhich() {
        Duration second = Duration.ofSeconds(1);
        Duration zero = Duration.ZERO;
        refused(() -> new CacheOptions.Times(zero, second, second, second), "the time in memory is PT0S");
        refused(() -> new CacheOptions.Times(second, zero, second, second), "without tracking");
        refused(() -> new CacheOptions.Times(second, second, second.negated(), second), "wait for a load");
        refused(() -> new CacheOptions.Times(second, second, second, second.negated()), "lease of PT-1S");
        refused(() -> new CacheOptions.Times(second, second, second, Duration.ofNanos(5)), "lease", "1 ms");
        assertThat(new CacheOptions.Times(second, second, second, zero).lease()).isZero();
    }

    @Test
    void as_anotherName_keepsAllElse() {
        Loader<String, String> loader = key -> key;
        CacheOptions<String, String> options = texts().loader(loader)
                .bulkLoader(keys -> Map.of())
                .ttl(Duration.ofMinutes(7))
                .ttl(TtlClass.named("patient"), Duration.ofMinutes(9))
                .maxBytes(77)
                .outage(OutagePolicy.fail())
                .compression(Compression.lz4())
                .tags(Set::of)
                .beta(2)
                .negative(Duration.ofSeconds(3))
                .times(new CacheOptions.Times(
                        Duration.ofHours(2), Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ZERO))
                .broadcast()
                .warm(5)
                .build();

        CacheOptions<String, String> other = options.as("other", "o:").build();

        assertThat(other.name()).isEqualTo("other");
        assertThat(other.prefix()).isEqualTo("o:");
        assertThat(other)
                .usingRecursiveComparison()
                .ignoringFields("name", "prefix")
                .isEqualTo(options);
    }

    @Test
    void values_anotherCodec_replacesTheFirst() {
        Codec<String> codec = Codec.of(text -> new byte[0], bytes -> "same");
        assertThat(texts().values(codec).build().values()).isSameAs(codec);
    }

    // ---- times to live ----

    @Test
    void ttls_defaults_areOneFiveAndThirtyMinutes() {
        Ttls ttls = new Ttls(Map.of());
        assertThat(ttls.of(TtlClass.DEFAULT)).isEqualTo(Duration.ofMinutes(5));
        assertThat(ttls.of(TtlClass.SHORT)).isEqualTo(Duration.ofMinutes(1));
        assertThat(ttls.of(TtlClass.MEDIUM)).isEqualTo(Duration.ofMinutes(5));
        assertThat(ttls.of(TtlClass.LONG)).isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void ttls_own_replaceAndAddAndChange() {
        TtlClass patient = TtlClass.named("patient");
        Ttls ttls = new Ttls(Map.of(TtlClass.SHORT, Duration.ofSeconds(1), patient, Duration.ofHours(1)));
        assertThat(ttls.of(TtlClass.SHORT)).isEqualTo(Duration.ofSeconds(1));
        assertThat(ttls.of(TtlClass.named("patient"))).isEqualTo(Duration.ofHours(1));
        ttls.set(patient, Duration.ZERO);
        assertThat(ttls.of(patient)).isZero();
    }

    @Test
    void ttls_unknownClass_saysHowToSayIt() {
        refused(() -> new Ttls(Map.of()).of(TtlClass.named("patient")), "patient", "TtlClass.named(\"patient\")");
        refused(() -> TtlClass.named(" "), "name");
    }

    @Test
    void ttls_checked_boundsAreExact() {
        Duration tenYears = Duration.ofDays(3650);
        assertThat(List.of(Ttls.checked(Duration.ZERO), Ttls.checked(Duration.ofMillis(1)), Ttls.checked(tenYears)))
                .containsExactly(Duration.ZERO, Duration.ofMillis(1), tenYears);
        refused(() -> Ttls.checked(Duration.ofNanos(-1)), "negative");
        refused(() -> Ttls.checked(Duration.ofNanos(999_999)), "shorter than a millisecond");
        refused(() -> Ttls.checked(tenYears.plusNanos(1)), "ten years");
    }

    // ---- entries and outcomes ----

    @Test
    void entry_tags_areCopied() {
        Set<String> tags = new HashSet<>(Set.of("a"));
        CacheEntry<String, String> entry = new CacheEntry<>("k", "v", TtlClass.DEFAULT, null, tags);
        tags.add("b");
        assertThat(entry.tags()).containsExactly("a");
        assertThat(CacheEntry.of("k", "v", TtlClass.LONG).tagged("x", "y"))
                .isEqualTo(new CacheEntry<>("k", "v", TtlClass.LONG, null, Set.of("x", "y")));
        refused(() -> CacheEntry.of("k", "v", Duration.ofNanos(1)), "millisecond");
    }

    @Test
    void written_ofEachOutcome_tellsWhatTheServerHas() {
        OutcomeUnknown unknown = new OutcomeUnknown("no answer");
        NotSent notSent = new NotSent("no connection");
        assertThat(Written.of(null).isOk()).isTrue();
        assertThat(Written.of("OK")).isEqualTo(new Written(Written.Status.OK, null));
        assertThat(Written.of(unknown)).isEqualTo(new Written(Written.Status.UNKNOWN, unknown));
        assertThat(Written.of(notSent)).isEqualTo(new Written(Written.Status.FAILED, notSent));
        assertThat(Written.of(notSent).isOk()).isFalse();
        Written.of(null).orThrow();
        assertThatExceptionOfType(NotSent.class)
                .isThrownBy(() -> Written.of(notSent).orThrow());
        assertThatExceptionOfType(OutcomeUnknown.class)
                .isThrownBy(() -> Written.of(unknown).orThrow());
    }

    @Test
    void outagePolicy_staleAge_isPositive() {
        refused(() -> OutagePolicy.staleOk(Duration.ZERO), "positive");
        assertThat(OutagePolicy.staleOk(Duration.ofSeconds(2)).staleNanos()).isEqualTo(2_000_000_000L);
        assertThat(OutagePolicy.load().staleNanos()).isZero();
    }
}
