package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.connection.Epoch;
import dev.millrace.connection.Epochs;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The steps of the protocol one after another: each order that must keep nothing, without any race. */
class CoherenceMemoryTest {
    private static final long LONG = Duration.ofHours(1).toNanos();

    private final Memory<String, String> memory = new Memory<>(10);
    private final Epoch epoch = Epochs.begun(LONG);

    private static Flight<String> flight() {
        return new Flight<>(false);
    }

    private Entry<String> entry(String value) {
        return new Entry<>(value, System.nanoTime() + LONG, 0, 0, 1, false, epoch);
    }

    @Test
    void keep_nothingChanged_isFound() {
        Flight<String> mine = memory.join("a", flight());
        assertThat(memory.keep("a", mine, entry("old"))).isTrue();
        assertThat(memory.find("a")).isNotNull();
        assertThat(memory.flightsUnderWay()).isZero();
    }

    @Test
    void keep_changedMeanwhile_isNot() {
        Flight<String> mine = memory.join("a", flight());
        memory.forget("a");
        assertThat(mine.isMarked()).isTrue();
        assertThat(memory.keep("a", mine, entry("old"))).isFalse();
        assertThat(memory.find("a")).isNull();
    }

    @Test
    void keep_changedMeanwhileAndAskedAnew_isNot() {
        Flight<String> first = memory.join("a", flight());
        memory.forget("a");
        Flight<String> second = memory.join("a", flight());
        assertThat(second).as("who comes after the change asks anew").isNotSameAs(first);
        assertThat(memory.keep("a", first, entry("old"))).isFalse();
        assertThat(memory.keep("a", second, entry("new"))).isTrue();
    }

    @Test
    void keep_groundedMeanwhile_isNot() {
        Flight<String> mine = memory.join("a", flight());
        memory.ground();
        assertThat(memory.keep("a", mine, entry("old"))).isFalse();
        assertThat(memory.join("a", flight())).isNotSameAs(mine);
    }

    @Test
    void keep_withoutAFlight_isNot() {
        assertThat(memory.keep("a", flight(), entry("old"))).isFalse();
        assertThat(memory.find("a")).isNull();
    }

    @Test
    void forget_held_isGone() {
        Flight<String> mine = memory.join("a", flight());
        assertThat(memory.keep("a", mine, entry("old"))).isTrue();
        memory.forget("a");
        assertThat(memory.find("a")).isNull();
    }

    @Test
    void isValid_epochEnds_isNot() {
        Entry<String> held = entry("old");
        assertThat(held.isValid(System.nanoTime())).isTrue();
        Epochs.end(epoch);
        assertThat(held.isValid(System.nanoTime())).isFalse();
    }

    @Test
    void isValid_nothingHeardForTheBound_isNot() {
        assertThat(entry("old").isValid(epoch.freshUntil() - 1)).isTrue();
        assertThat(entry("old").isValid(epoch.freshUntil())).isFalse();
    }

    @Test
    void join_answerMayBeTooOld_replacesIt() {
        Flight<String> old = memory.join("a", new Flight<>(false, 0));
        Flight<String> mine = flight();
        assertThat(memory.join("a", mine)).isSameAs(mine);
        assertThat(old.isMarked()).isTrue();
        assertThat(memory.keep("a", old, entry("old"))).isFalse();
    }

    @Test
    void join_loadBegan_waitsForIt() {
        Flight<String> loading = memory.join("a", new Flight<>(true, 0));
        loading.beginLoad();
        assertThat(memory.join("a", flight())).isSameAs(loading);
    }

    @Test
    void put_loadUnderWay_isNotReplacedByWhatThatBrings() {
        Flight<String> loading = memory.join("a", flight());
        memory.put("a", entry("set"));
        assertThat(memory.keep("a", loading, entry("loaded"))).isFalse();
        Entry<String> held = memory.find("a");
        assertThat(held).isNotNull();
        assertThat(held.value).isEqualTo("set");
    }
}
