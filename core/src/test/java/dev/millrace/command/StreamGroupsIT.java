package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.OnEveryTopology;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@OnEveryTopology
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {3, 2})
final class StreamGroupsIT {
    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    private static final StreamConsumer ALICE = new StreamConsumer("g", "alice");
    private static final StreamConsumer BOB = new StreamConsumer("g", "bob");
    private static final XReadGroupOptions PLAIN = XReadGroupOptions.ofDefaults();
    private static final StreamId ONE = new StreamId(1, 0);
    private static final StreamId TWO = new StreamId(2, 0);
    private static final StreamId THREE = new StreamId(3, 0);

    private static StreamEntry<String> entry(StreamId id, String value) {
        return new StreamEntry<>(id, Map.of("f", value));
    }

    /** Three entries in two streams, each with the group g, which has read nothing. */
    @BeforeEach
    void fill() {
        for (StreamId id : List.of(ONE, TWO, THREE)) {
            XAddOptions options = XAddOptions.ofDefaults().withId(id);
            run(Streams.xadd("s", options, Map.of("f", "v" + id.millis())));
            run(Streams.xadd(KEY, options, Map.of("f", Binary.ONE)));
        }
        run(StreamGroups.xgroupCreate("s", "g", ReadFrom.beginning()));
        run(StreamGroups.xgroupCreate(KEY, "g", ReadFrom.beginning(), XGroupOptions.ofDefaults()));
    }

    private void deliverAll() {
        run(StreamGroups.xreadGroup(ALICE, PLAIN, "s", ReadFrom.undelivered()));
        run(StreamGroups.xreadGroup(ALICE, PLAIN, KEY, ReadFrom.undelivered()));
    }

    @Test
    void create_group_existsOnce() {
        assertThatThrownBy(() -> run(StreamGroups.xgroupCreate("s", "g", ReadFrom.newEntries())))
                .isInstanceOf(ServerError.GroupExists.class);
        XGroupOptions making = XGroupOptions.ofDefaults().makingStream();
        assertThat(run(StreamGroups.xgroupCreate("new", "g", ReadFrom.newEntries(), making)))
                .isEqualTo("OK");
        assertThat(run(Streams.xlen("new"))).isZero();
        assertThat(run(StreamGroups.xgroupDestroy("new", "g"))).isTrue();
        assertThat(run(StreamGroups.xgroupDestroy("new", "g"))).isFalse();
        assertThat(run(StreamGroups.xgroupDestroy(KEY, "g"))).isTrue();
        assertThatThrownBy(() -> run(StreamGroups.xgroupCreate("s", "h", ReadFrom.undelivered())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void setId_group_goesOnFromThere() {
        assertThat(run(StreamGroups.xgroupSetId("s", "g", ReadFrom.after(TWO)))).isEqualTo("OK");
        assertThat(run(StreamGroups.xreadGroup(ALICE, PLAIN, "s", ReadFrom.undelivered())))
                .containsExactly(entry(THREE, "v3"));
        assertThat(run(StreamGroups.xgroupSetId(KEY, "g", ReadFrom.newEntries())))
                .isEqualTo("OK");
        SERVER.needs(7);
        assertThat(run(StreamGroups.xgroupSetId("s", "g", ReadFrom.after(ONE), 1)))
                .isEqualTo("OK");
        assertThat(SERVER.value(protocol, StreamGroups.xinfoGroups("s")).getFirst())
                .isEqualTo(new StreamGroup("g", 1, 1, ONE, 1L, 2L));
    }

    @Test
    void consumers_madeAndRemoved_areCounted() {
        assertThat(run(StreamGroups.xgroupCreateConsumer("s", ALICE))).isTrue();
        assertThat(run(StreamGroups.xgroupCreateConsumer("s", ALICE))).isFalse();
        assertThat(run(StreamGroups.xgroupCreateConsumer(KEY, BOB))).isTrue();
        deliverAll();
        assertThat(run(StreamGroups.xgroupDelConsumer("s", ALICE))).isEqualTo(3);
        assertThat(run(StreamGroups.xgroupDelConsumer(KEY, BOB))).isZero();
    }

    @Test
    void read_newThenPending_answersTheSameEntries() {
        assertThat(run(StreamGroups.xreadGroup(ALICE, PLAIN.counting(2), "s", ReadFrom.undelivered())))
                .containsExactly(entry(ONE, "v1"), entry(TWO, "v2"));
        assertThat(run(StreamGroups.xreadGroup(ALICE, PLAIN, "s", ReadFrom.beginning())))
                .containsExactly(entry(ONE, "v1"), entry(TWO, "v2"));
        assertThat(run(StreamGroups.xreadGroup(BOB, PLAIN, Map.of("s", ReadFrom.undelivered()))))
                .containsOnly(Map.entry("s", List.of(entry(THREE, "v3"))));
        assertThat(run(StreamGroups.xreadGroup(BOB, PLAIN, "s", ReadFrom.undelivered())))
                .isEmpty();
        assertThat(SERVER.value(protocol, StreamGroups.xreadGroup(BOB, PLAIN, KEY, ReadFrom.undelivered()))
                        .getFirst()
                        .fields())
                .containsEntry("f", Binary.ONE);
        assertThat(run(StreamGroups.xreadGroupBytes(ALICE, PLAIN, "s", ReadFrom.beginning())))
                .hasSize(2);
        assertThat(run(StreamGroups.xreadGroupBytes(ALICE, PLAIN, Map.of("s", ReadFrom.beginning()))))
                .containsOnlyKeys("s");
    }

    @Test
    void read_pendingEntryDeleted_hasNoFields() {
        deliverAll();
        run(Streams.xdel("s", TWO));
        assertThat(run(StreamGroups.xreadGroup(ALICE, PLAIN, "s", ReadFrom.after(ONE))))
                .containsExactly(new StreamEntry<>(TWO, Map.of()), entry(THREE, "v3"));
    }

    @Test
    void read_acknowledging_leavesNothingPending() {
        run(StreamGroups.xreadGroup(ALICE, PLAIN.acknowledging(), "s", ReadFrom.undelivered()));
        PendingSummary summary = SERVER.value(protocol, StreamGroups.xpending("s", "g"));
        assertThat(summary).isEqualTo(new PendingSummary(0, null, null, Map.of()));
    }

    @Test
    void read_namesLikeWordsOfTheCommand_areNames() {
        run(StreamGroups.xgroupCreate("s", "STREAMS", ReadFrom.beginning()));
        StreamConsumer block = new StreamConsumer("STREAMS", "BLOCK");
        XReadGroupOptions patient = PLAIN.blocking(Duration.ofMillis(20));
        Command<List<StreamEntry<String>>> read = StreamGroups.xreadGroup(block, patient, "s", ReadFrom.undelivered());
        assertThat(read.blockingNanos()).isEqualTo(Duration.ofMillis(20).toNanos());
        assertThat(run(read)).hasSize(3);
        assertThat(run(read)).isEmpty();
    }

    @Test
    void ack_entries_areNoLongerPending() {
        deliverAll();
        assertThat(run(StreamGroups.xack("s", "g", ONE, new StreamId(9, 9)))).isEqualTo(1);
        assertThat(run(StreamGroups.xack("s", "g", List.of(TWO)))).isEqualTo(1);
        assertThat(run(StreamGroups.xack(KEY, "g", ONE))).isEqualTo(1);
        assertThat(run(StreamGroups.xpending("s", "g")))
                .isEqualTo(new PendingSummary(1, THREE, THREE, Map.of("alice", 1L)));
        assertThat(SERVER.value(protocol, StreamGroups.xpending(KEY, "g")).count())
                .isEqualTo(2);
    }

    @Test
    void claim_pendingEntries_changeHands() {
        deliverAll();
        XClaimOptions options = XClaimOptions.ofDefaults();
        assertThat(run(StreamGroups.xclaim("s", BOB, Duration.ZERO, options, ONE)))
                .containsExactly(entry(ONE, "v1"));
        assertThat(run(StreamGroups.xclaim("s", BOB, Duration.ofHours(1), options, TWO)))
                .isEmpty();
        assertThat(run(StreamGroups.xclaimBytes("s", BOB, Duration.ZERO, options, ONE)))
                .hasSize(1);
        assertThat(run(StreamGroups.xclaim(KEY, BOB, Duration.ZERO, options, ONE)))
                .hasSize(1);
        XClaimOptions all = options.withIdle(Duration.ofMinutes(1))
                .withDeliveries(7)
                .forcing()
                .withLastId(THREE);
        assertThat(run(StreamGroups.xclaimJustId("s", BOB, Duration.ZERO, all, TWO)))
                .containsExactly(TWO);
        assertThat(run(StreamGroups.xclaimJustId(KEY, BOB, Duration.ZERO, options.withDeliveredAt(Instant.EPOCH), TWO)))
                .containsExactly(TWO);

        List<PendingEntry> pending = SERVER.value(
                protocol,
                StreamGroups.xpending(
                        "s",
                        "g",
                        XPendingOptions.first(10)
                                .of("bob")
                                .within(Range.atLeast(TWO))
                                .idleAtLeast(Duration.ofSeconds(1))));
        assertThat(pending).hasSize(1);
        assertThat(pending.getFirst().id()).isEqualTo(TWO);
        assertThat(pending.getFirst().consumer()).isEqualTo("bob");
        assertThat(pending.getFirst().deliveries()).isEqualTo(7);
        assertThat(pending.getFirst().idle()).isGreaterThanOrEqualTo(Duration.ofMinutes(1));
        assertThat(run(StreamGroups.xpending("s", "g", XPendingOptions.first(1))))
                .hasSize(1);
        assertThat(run(StreamGroups.xpending(KEY, "g", XPendingOptions.first(10))))
                .hasSize(3);
    }

    @Test
    void autoClaim_idleEntries_changeHandsStepByStep() {
        deliverAll();
        AutoClaimed<StreamEntry<String>> step =
                SERVER.value(protocol, StreamGroups.xautoClaim("s", BOB, Duration.ZERO, StreamId.ZERO, 2));
        assertThat(step.claimed()).containsExactly(entry(ONE, "v1"), entry(TWO, "v2"));
        assertThat(step.isLast()).isFalse();
        AutoClaimed<StreamId> rest =
                SERVER.value(protocol, StreamGroups.xautoClaimJustId("s", BOB, Duration.ZERO, step.next(), 2));
        assertThat(rest.claimed()).containsExactly(THREE);
        assertThat(rest.isLast()).isTrue();

        run(Streams.xdel("s", TWO));
        AutoClaimed<StreamEntry<byte[]>> again =
                SERVER.value(protocol, StreamGroups.xautoClaimBytes("s", ALICE, Duration.ZERO, StreamId.ZERO, 9));
        assertThat(again.claimed()).hasSize(2);
        if (SERVER.isAtLeast(7, 0)) {
            assertThat(again.deleted()).containsExactly(TWO);
        }
        assertThat(SERVER.value(protocol, StreamGroups.xautoClaim(KEY, BOB, Duration.ZERO, TWO, 9))
                        .claimed())
                .hasSize(2);
        assertThat(SERVER.value(protocol, StreamGroups.xautoClaimJustId(KEY, BOB, Duration.ZERO, THREE, 9))
                        .claimed())
                .containsExactly(THREE);
    }

    @Test
    void info_groupsAndConsumers_tellWhatIsPending() {
        deliverAll();
        StreamGroup group =
                SERVER.value(protocol, StreamGroups.xinfoGroups("s")).getFirst();
        assertThat(group.name()).isEqualTo("g");
        assertThat(group.consumers()).isEqualTo(1);
        assertThat(group.pending()).isEqualTo(3);
        assertThat(group.lastDeliveredId()).isEqualTo(THREE);
        assertThat(run(StreamGroups.xinfoGroups(KEY))).hasSize(1);
        StreamConsumerInfo consumer =
                SERVER.value(protocol, StreamGroups.xinfoConsumers("s", "g")).getFirst();
        assertThat(consumer.name()).isEqualTo("alice");
        assertThat(consumer.pending()).isEqualTo(3);
        assertThat(consumer.idle()).isBetween(Duration.ZERO, Duration.ofMinutes(1));
        assertThat(run(StreamGroups.xinfoConsumers(KEY, "g"))).hasSize(1);
        assertThatThrownBy(() -> run(StreamGroups.xinfoConsumers("s", "none"))).isInstanceOf(ServerError.NoGroup.class);
    }
}
