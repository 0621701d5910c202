package dev.millrace.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StreamsTest {
    private static final StreamConsumer CONSUMER = new StreamConsumer("g", "c");
    private static final StreamId FIVE = new StreamId(5, 1);

    @Test
    void id_text_isReadAndWrittenAsRedisDoes() {
        assertThat(StreamId.parse("5-1")).isEqualTo(FIVE).hasToString("5-1");
        assertThat(StreamId.parse("5")).isEqualTo(new StreamId(5, 0));
        StreamId last = StreamId.parse("18446744073709551615-18446744073709551615");
        assertThat(last)
                .hasToString("18446744073709551615-18446744073709551615")
                .isGreaterThan(FIVE);
        assertThat(FIVE.next()).hasToString("5-2");
        assertThat(StreamId.parse("5-18446744073709551615").next()).hasToString("6-0");
        assertThatIllegalStateException().isThrownBy(last::next);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "a", "5-", "5-b", "-5-1", "5-1-1", "18446744073709551616"})
    void id_otherText_isRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StreamId.parse(text))
                .withMessageContaining("1692632086370-0");
    }

    @Test
    void add_options_standBeforeTheId() {
        Map<String, String> field = Map.of("f", "v");
        XAddOptions options = XAddOptions.ofDefaults();
        assertThat(Sent.words(Streams.xadd("s", field))).isEqualTo("XADD s * f v");
        assertThat(Sent.words(Streams.xadd("s", options.withId(FIVE).ifPresent(), field)))
                .isEqualTo("XADD s NOMKSTREAM 5-1 f v");
        StreamTrim trim = StreamTrim.maxLength(100).approximately().limited(10);
        assertThat(Sent.words(Streams.xadd("s", options.withMillis(7).trimming(trim), field)))
                .isEqualTo("XADD s MAXLEN ~ 100 LIMIT 10 7-* f v");
        assertThat(Sent.words(Streams.xtrim("s", StreamTrim.minId(FIVE)))).isEqualTo("XTRIM s MINID 5-1");
        assertThatIllegalArgumentException().isThrownBy(() -> new XAddOptions("now", false, null));
    }

    @Test
    void trim_contradictions_areRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> StreamTrim.maxLength(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StreamTrim.maxLength(1).limited(5))
                .withMessageContaining("approximately()");
        assertThatIllegalArgumentException().isThrownBy(() -> new StreamTrim(1L, FIVE, false, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new StreamTrim(null, null, false, null));
    }

    @Test
    void read_severalStreams_namesKeysThenPlaces() {
        Map<String, ReadFrom> streams = new LinkedHashMap<>();
        streams.put("STREAMS", ReadFrom.after(FIVE));
        streams.put("t", ReadFrom.newEntries());
        Command<?> plain = Streams.xread(XReadOptions.ofDefaults().counting(3), streams);
        assertThat(Sent.words(plain)).isEqualTo("XREAD COUNT 3 STREAMS STREAMS t 5-1 $");
        assertThat(Sent.keys(plain)).containsExactly("STREAMS", "t");
        assertThat(plain.verb().isBlocking()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Streams.xread(XReadOptions.ofDefaults(), "s", ReadFrom.undelivered()))
                .withMessageContaining("xreadGroup");
    }

    @Test
    void read_blocking_waitsAtLeastAMillisecond() {
        Command<?> hasty =
                Streams.xread(XReadOptions.ofDefaults().blocking(Duration.ofNanos(1)), "s", ReadFrom.lastEntry());
        assertThat(Sent.words(hasty)).isEqualTo("XREAD BLOCK 1 STREAMS s +");
        assertThat(hasty.verb().isBlocking()).isTrue();
        Command<?> endless =
                Streams.xread(XReadOptions.ofDefaults().blocking(Duration.ZERO), "s", ReadFrom.newEntries());
        assertThat(Sent.words(endless)).isEqualTo("XREAD BLOCK 0 STREAMS s $");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> XReadOptions.ofDefaults().blocking(Duration.ofSeconds(-1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> XReadOptions.ofDefaults().counting(0));
    }

    @Test
    void readGroup_groupNamedStreams_findsItsKeys() {
        XReadGroupOptions options = XReadGroupOptions.ofDefaults()
                .counting(2)
                .blocking(Duration.ofSeconds(1))
                .acknowledging();
        Command<?> read =
                StreamGroups.xreadGroup(new StreamConsumer("STREAMS", "STREAMS"), options, "s", ReadFrom.undelivered());
        assertThat(Sent.words(read)).isEqualTo("XREADGROUP GROUP STREAMS STREAMS COUNT 2 BLOCK 1000 NOACK STREAMS s >");
        assertThat(Sent.keys(read)).containsExactly("s");
        assertThat(read.verb().isReadOnly()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StreamGroups.xreadGroup(CONSUMER, options, "s", ReadFrom.newEntries()))
                .withMessageContaining("undelivered()");
    }

    @Test
    void claim_options_followTheIds() {
        XClaimOptions options = XClaimOptions.ofDefaults();
        assertThat(Sent.words(StreamGroups.xclaim("s", CONSUMER, Duration.ofSeconds(2), options, FIVE)))
                .isEqualTo("XCLAIM s g c 2000 5-1");
        XClaimOptions all = options.withIdle(Duration.ofMillis(9))
                .withDeliveries(3)
                .forcing()
                .withLastId(FIVE);
        assertThat(Sent.words(StreamGroups.xclaimJustId("s", CONSUMER, Duration.ZERO, all, FIVE)))
                .isEqualTo("XCLAIM s g c 0 5-1 IDLE 9 RETRYCOUNT 3 FORCE LASTID 5-1 JUSTID");
        XClaimOptions timed = all.withDeliveredAt(Instant.ofEpochMilli(77));
        assertThat(timed.idle()).isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> options.withIdle(Duration.ofMillis(-1)));
        assertThatIllegalArgumentException().isThrownBy(() -> options.withDeliveries(-1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new XClaimOptions(Duration.ZERO, Instant.EPOCH, null, false, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StreamGroups.xclaim("s", CONSUMER, Duration.ofMillis(-1), options, FIVE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StreamGroups.xautoClaim("s", CONSUMER, Duration.ZERO, StreamId.ZERO, 0));
    }

    @Test
    void pending_options_choose() {
        XPendingOptions options = XPendingOptions.first(10);
        assertThat(Sent.words(StreamGroups.xpending("s", "g", options))).isEqualTo("XPENDING s g - + 10");
        assertThat(Sent.words(StreamGroups.xpending(
                        "s",
                        "g",
                        options.within(Range.openClosed(FIVE, new StreamId(9, 0)))
                                .of("c")
                                .idleAtLeast(Duration.ofSeconds(1)))))
                .isEqualTo("XPENDING s g IDLE 1000 (5-1 9-0 10 c");
        assertThatIllegalArgumentException().isThrownBy(() -> XPendingOptions.first(0));
        assertThatIllegalArgumentException().isThrownBy(() -> options.idleAtLeast(Duration.ofSeconds(-1)));
    }

    @Test
    void group_options_followThePlace() {
        XGroupOptions options = XGroupOptions.ofDefaults().makingStream().withEntriesRead(4);
        assertThat(Sent.words(StreamGroups.xgroupCreate("s", "g", ReadFrom.newEntries(), options)))
                .isEqualTo("XGROUP CREATE s g $ MKSTREAM ENTRIESREAD 4");
        assertThatIllegalArgumentException().isThrownBy(() -> options.withEntriesRead(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new ReadFrom("somewhere"));
    }
}
