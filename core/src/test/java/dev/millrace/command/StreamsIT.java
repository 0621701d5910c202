package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.ONE;
import static dev.millrace.command.Binary.OTHER_KEY;
import static dev.millrace.command.Binary.TWO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.OnEveryTopology;
import dev.millrace.testkit.Await;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {3, 2})
final class StreamsIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    private static final Range<StreamId> ALL = Range.all();

    private StreamId add(String key, long id, String value) {
        XAddOptions options = XAddOptions.ofDefaults().withId(new StreamId(id, 0));
        return SERVER.value(protocol, Streams.xadd(key, options, Map.of("f", value)));
    }

    private static StreamEntry<String> entry(long id, String value) {
        return new StreamEntry<>(new StreamId(id, 0), Map.of("f", value));
    }

    @Test
    void add_eachForm_answersTheId() {
        StreamId first = SERVER.value(protocol, Streams.xadd("s", Map.of("f", "1")));
        StreamId second = SERVER.value(protocol, Streams.xaddBytes("s", Map.of("f", ONE)));
        assertThat(second).isGreaterThan(first);
        XAddOptions chosen = XAddOptions.ofDefaults().withId(new StreamId(5, 7));
        assertThat(run(Streams.xaddBytes("b", chosen, Map.of("f", TWO)))).isEqualTo(new StreamId(5, 7));
        assertThat(run(Streams.xadd(KEY, Map.of("f", ONE)))).isNotNull();
        assertThat(run(Streams.xadd("none", XAddOptions.ofDefaults().ifPresent(), Map.of("f", "1"))))
                .isNull();

        assertThat(run(Streams.xlen("s"))).isEqualTo(2);
        assertThat(run(Streams.xlen(KEY))).isEqualTo(1);
        StreamEntry<byte[]> entry =
                SERVER.value(protocol, Streams.xrangeBytes("b", ALL)).getFirst();
        assertThat(entry.id()).isEqualTo(new StreamId(5, 7));
        assertThat(entry.fields()).containsEntry("f", TWO);
        SERVER.needs(7);
        assertThat(run(Streams.xadd(OTHER_KEY, XAddOptions.ofDefaults().withMillis(9), Map.of("f", ONE))))
                .isEqualTo(new StreamId(9, 0));
    }

    @Test
    void add_severalFields_keepsTheirOrder() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("z", "1");
        fields.put("a", "2");
        run(Streams.xadd("s", fields));
        List<StreamEntry<String>> all = SERVER.value(protocol, Streams.xrange("s", ALL));
        assertThat(all.getFirst().fields().keySet()).containsExactly("z", "a");
    }

    @Test
    void trim_eachForm_leavesTheNewest() {
        for (int i = 1; i <= 10; i++) {
            add("s", i, "v");
            run(Streams.xadd(KEY, XAddOptions.ofDefaults().withId(new StreamId(i, 0)), Map.of("f", ONE)));
        }
        XAddOptions cutting = XAddOptions.ofDefaults().trimming(StreamTrim.maxLength(8));
        run(Streams.xadd("s", cutting, Map.of("f", "v")));
        assertThat(run(Streams.xlen("s"))).isEqualTo(8);
        assertThat(run(Streams.xtrim("s", StreamTrim.minId(new StreamId(6, 0)))))
                .isEqualTo(2);
        assertThat(run(Streams.xtrim(
                        "s", StreamTrim.maxLength(1).approximately().limited(100))))
                .isZero();
        assertThat(run(Streams.xtrim(KEY, StreamTrim.maxLength(3)))).isEqualTo(7);
    }

    @Test
    void del_ids_answersHowManyThereWere() {
        StreamId one = add("s", 1, "a");
        StreamId two = add("s", 2, "b");
        StreamId bytes = SERVER.value(protocol, Streams.xadd(KEY, Map.of("f", ONE)));
        assertThat(run(Streams.xdel("s", one, new StreamId(9, 9)))).isEqualTo(1);
        assertThat(run(Streams.xdel("s", List.of(two)))).isEqualTo(1);
        assertThat(run(Streams.xdel(KEY, bytes))).isEqualTo(1);
        assertThat(run(Streams.xsetId("s", new StreamId(100, 0)))).isEqualTo("OK");
        assertThat(run(Streams.xsetId(KEY, new StreamId(Long.MAX_VALUE, 0)))).isEqualTo("OK");
        assertThatThrownBy(() -> add("s", 50, "late")).isInstanceOf(ServerError.class);
        assertThatThrownBy(() -> Streams.xdel("s", List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void range_eachForm_answersEntriesInOrder() {
        for (int i = 1; i <= 4; i++) {
            add("s", i, "v" + i);
        }
        run(Streams.xadd(KEY, XAddOptions.ofDefaults().withId(new StreamId(1, 0)), Map.of("f", ONE)));
        Range<StreamId> inner = Range.openClosed(new StreamId(1, 0), new StreamId(3, 0));

        assertThat(run(Streams.xrange("s", inner))).containsExactly(entry(2, "v2"), entry(3, "v3"));
        assertThat(run(Streams.xrange("s", ALL, 1))).containsExactly(entry(1, "v1"));
        assertThat(run(Streams.xrange("none", ALL))).isEmpty();
        assertThat(run(Streams.xrevRange("s", inner))).containsExactly(entry(3, "v3"), entry(2, "v2"));
        assertThat(run(Streams.xrevRange("s", ALL, 1))).containsExactly(entry(4, "v4"));
        assertThat(run(Streams.xrangeBytes("s", ALL, 2))).hasSize(2);
        assertThat(run(Streams.xrevRangeBytes("s", ALL))).hasSize(4);
        assertThat(run(Streams.xrevRangeBytes("s", ALL, 3))).hasSize(3);
        assertThat(SERVER.value(protocol, Streams.xrange(KEY, ALL)).getFirst().fields())
                .containsEntry("f", ONE);
        assertThat(run(Streams.xrange(KEY, ALL, 1))).hasSize(1);
        assertThat(run(Streams.xrevRange(KEY, ALL))).hasSize(1);
        assertThat(run(Streams.xrevRange(KEY, ALL, 1))).hasSize(1);
    }

    @Test
    void read_entriesThere_answersThemByStream() {
        add("s", 1, "a");
        add("s", 2, "b");
        add("STREAMS", 1, "c");
        run(Streams.xadd(KEY, Map.of("f", ONE)));
        XReadOptions plain = XReadOptions.ofDefaults();

        assertThat(run(Streams.xread(plain, "s", ReadFrom.after(new StreamId(1, 0)))))
                .containsExactly(entry(2, "b"));
        assertThat(run(Streams.xread(plain.counting(1), "s", ReadFrom.beginning())))
                .containsExactly(entry(1, "a"));
        assertThat(run(Streams.xread(plain, "none", ReadFrom.beginning()))).isEmpty();
        assertThat(run(Streams.xreadBytes(plain, "s", ReadFrom.beginning()))).hasSize(2);
        List<StreamEntry<byte[]>> bytes = SERVER.value(protocol, Streams.xread(plain, KEY, ReadFrom.beginning()));
        assertThat(bytes.getFirst().fields()).containsEntry("f", ONE);
        assertThat(run(Streams.xread(
                        plain,
                        Map.of(
                                "s",
                                ReadFrom.beginning(),
                                "STREAMS",
                                ReadFrom.beginning(),
                                "none",
                                ReadFrom.beginning()))))
                .containsOnly(
                        Map.entry("s", List.of(entry(1, "a"), entry(2, "b"))),
                        Map.entry("STREAMS", List.of(entry(1, "c"))));
        assertThat(run(Streams.xreadBytes(plain, Map.of("s", ReadFrom.beginning()))))
                .containsOnlyKeys("s");
    }

    @Test
    void read_blocking_waitsForAnEntry() throws Exception {
        XReadOptions patient =
                XReadOptions.ofDefaults().blocking(Duration.ofSeconds(5)).counting(1);
        Command<List<StreamEntry<String>>> read = Streams.xread(patient, "s", ReadFrom.newEntries());
        var waiting = SERVER.client(protocol).start(read).toCompletableFuture();
        Await.until(
                Duration.ofSeconds(5),
                () -> SERVER.deployment().sum("clients", "blocked_clients") == 1,
                "no client waits");
        add("s", 7, "new");
        assertThat(waiting.get(5, TimeUnit.SECONDS)).containsExactly(entry(7, "new"));
    }

    @Test
    void read_blockingAndNothingInTime_isEmpty() {
        XReadOptions hasty = XReadOptions.ofDefaults().blocking(Duration.ofMillis(20));
        assertThat(run(Streams.xread(hasty, "s", ReadFrom.newEntries()))).isEmpty();
        assertThat(run(Streams.xread(hasty, Map.of("s", ReadFrom.newEntries()))))
                .isEmpty();
    }

    @Test
    void info_stream_tellsItsEnds() {
        add("s", 1, "a");
        add("s", 2, "b");
        run(Streams.xadd(KEY, Map.of("f", ONE)));
        StreamInfo info = SERVER.value(protocol, Streams.xinfoStream("s"));
        assertThat(info.length()).isEqualTo(2);
        assertThat(info.groups()).isZero();
        assertThat(info.lastGeneratedId()).isEqualTo(new StreamId(2, 0));
        assertThat(info.firstEntry()).isEqualTo(entry(1, "a"));
        assertThat(info.lastEntry()).isEqualTo(entry(2, "b"));
        assertThat(info.radixTreeKeys()).isEqualTo(1);
        assertThat(info.radixTreeNodes()).isPositive();
        if (SERVER.isAtLeast(7, 0)) {
            assertThat(info.entriesAdded()).isEqualTo(2);
            assertThat(info.maxDeletedId()).isEqualTo(StreamId.ZERO);
        }
        assertThat(SERVER.value(protocol, Streams.xinfoStream(KEY)).length()).isEqualTo(1);
        assertThat(SERVER.value(protocol, Streams.xinfoStreamFull("s", 1)).asList())
                .isNotEmpty();
        run(Streams.xdel("s", new StreamId(1, 0), new StreamId(2, 0)));
        assertThat(SERVER.value(protocol, Streams.xinfoStream("s")).firstEntry())
                .isNull();
    }
}
