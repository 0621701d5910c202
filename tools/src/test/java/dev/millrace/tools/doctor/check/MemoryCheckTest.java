package dev.millrace.tools.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryCheckTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "maxmemory=100;maxmemory-policy=allkeys-lru | PROBLEM maxmemory-policy: is allkeys-lru: when memory is"
                        + " full, queued jobs, sessions",
                "maxmemory=100;maxmemory-policy=volatile-ttl | PROBLEM maxmemory-policy: is volatile-ttl: when memory is"
                        + " full, keys that expire",
                "maxmemory=100;maxmemory-policy=noeviction;info.used_memory=95 | WARNING used_memory: more than 90 %",
                "maxmemory=100;maxmemory-policy=noeviction;info.evicted_keys=1 | PROBLEM evicted_keys: keys have been"
                        + " evicted",
                "maxmemory=100;maxmemory-policy=noeviction;info.total_system_memory=99 | WARNING maxmemory: is more than"
                        + " the machine has",
                "maxmemory=0;maxmemory-policy=noeviction | WARNING maxmemory: is 0, without a limit"
            })
    void look_risky_isFound(String facts, String finding) {
        assertThat(Told.found(new MemoryCheck(false), Told.by(facts)))
                .singleElement()
                .asString()
                .startsWith(finding);
    }

    @Test
    void look_evictionWithoutALimit_isAWarningThatSaysWhy() {
        assertThat(Told.found(new MemoryCheck(false), Told.by("maxmemory=0;maxmemory-policy=allkeys-lru")))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("WARNING maxmemory-policy: is allkeys-lru")
                .endsWith("; not yet, since maxmemory is 0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "maxmemory=100;maxmemory-policy=noeviction;info.used_memory=90;info.total_system_memory=100",
                "maxmemory=100;info.evicted_keys=0"
            })
    void look_fineOrUnknown_findsNothing(String facts) {
        assertThat(Told.found(new MemoryCheck(false), Told.by(facts))).isEmpty();
    }

    @Test
    void look_cache_findsEvictionRightAndNoEvictionNot() {
        MemoryCheck ofCache = new MemoryCheck(true);

        assertThat(Told.found(ofCache, Told.by("maxmemory=100;maxmemory-policy=allkeys-lfu;info.evicted_keys=9")))
                .isEmpty();
        assertThat(Told.found(ofCache, Told.by("maxmemory=100;maxmemory-policy=noeviction;info.used_memory=99")))
                .containsExactly("WARNING maxmemory-policy: is noeviction: a full cache refuses writes instead of"
                        + " making room");
    }
}
