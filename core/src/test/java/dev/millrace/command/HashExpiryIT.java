package dev.millrace.command;

import static dev.millrace.command.Binary.KEY;
import static dev.millrace.command.Binary.ONE;
import static dev.millrace.command.Binary.THREE;
import static dev.millrace.command.Binary.TWO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.OnEveryTopology;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** On a server that does not know these commands, only that it says so. */
@OnEveryTopology
@ParameterizedClass(name = "RESP{0}")
@ValueSource(ints = {3, 2})
final class HashExpiryIT {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration ODD = Duration.ofMillis(3_600_001);

    @RegisterExtension
    static final CatalogueServer SERVER = new CatalogueServer();

    @Parameter
    int protocol;

    private <T> @Nullable T run(Command<T> command) {
        return SERVER.run(protocol, command);
    }

    private boolean knows(String command) {
        return SERVER.value(protocol, Server.commandInfo(command)).getFirst() != null;
    }

    @Test
    void everyCommand_serverTooOld_saysWhichItDoesNotKnow() {
        assumeTrue(!knows("hexpire"), "the server knows HEXPIRE");

        assertThatThrownBy(() -> run(HashExpiry.hexpire("h", HOUR, "a")))
                .isInstanceOf(ServerError.class)
                .hasMessageContaining("unknown command");
        assertThatThrownBy(() -> run(HashExpiry.httl("h", "a"))).hasMessageContaining("unknown command");
        assertThatThrownBy(() -> run(HashExpiry.hgetDel("h", "a"))).hasMessageContaining("unknown command");
    }

    @Test
    void expire_eachCase_tellsWhatBecameOfEachField() {
        assumeTrue(knows("hexpire"), "the server does not know HEXPIRE");
        run(Hashes.hset("h", Map.of("a", "1", "b", "2", "c", "3", "d", "4")));
        run(Hashes.hset(KEY, Map.of(ONE, ONE, TWO, TWO)));

        assertThat(run(HashExpiry.hexpire("h", HOUR, "a", "none")))
                .containsExactly(FieldExpiry.SET, FieldExpiry.NO_FIELD);
        assertThat(run(HashExpiry.hexpire("h", ODD, ExpireCondition.NO_EXPIRY, "a", "b")))
                .containsExactly(FieldExpiry.NOT_MET, FieldExpiry.SET);
        assertThat(run(HashExpiry.hexpireAt("h", Instant.ofEpochSecond(1), "c")))
                .containsExactly(FieldExpiry.DELETED);
        Instant later = Instant.ofEpochMilli(4_102_444_800_123L);
        assertThat(run(HashExpiry.hexpireAt("h", later, ExpireCondition.LATER, "a")))
                .containsExactly(FieldExpiry.SET);

        List<TimeToLive> rough = SERVER.value(protocol, HashExpiry.httl("h", "b", "d", "none"));
        assertThat(rough.get(0).remaining()).isBetween(HOUR.minusMinutes(1), HOUR.plusSeconds(1));
        assertThat(rough.get(1)).isEqualTo(new TimeToLive(true, null));
        assertThat(rough.get(2)).isEqualTo(new TimeToLive(false, null));
        List<TimeToLive> fine = SERVER.value(protocol, HashExpiry.hpttl("h", "b"));
        assertThat(fine.getFirst().remaining()).isBetween(HOUR.minusMinutes(1), ODD);
        assertThat(run(HashExpiry.hpexpireTime("h", "a", "d")))
                .containsExactly(new ExpireTime(true, later), new ExpireTime(true, null));
        assertThat(SERVER.value(protocol, HashExpiry.hexpireTime("h", "a"))
                        .getFirst()
                        .at())
                .isBetween(later.minusSeconds(1), later.plusSeconds(1));
        assertThat(run(HashExpiry.hpersist("h", "a", "d", "none"))).containsExactly(true, false, false);

        assertThat(run(HashExpiry.hexpire(KEY, HOUR, ONE))).containsExactly(FieldExpiry.SET);
        assertThat(run(HashExpiry.hexpire(KEY, HOUR, ExpireCondition.HAS_EXPIRY, ONE, TWO)))
                .containsExactly(FieldExpiry.SET, FieldExpiry.NOT_MET);
        assertThat(run(HashExpiry.hexpireAt(KEY, later, ONE))).containsExactly(FieldExpiry.SET);
        assertThat(run(HashExpiry.hexpireAt(KEY, later, ExpireCondition.EARLIER, ONE)))
                .containsExactly(FieldExpiry.NOT_MET);
        assertThat(SERVER.value(protocol, HashExpiry.httl(KEY, ONE)).getFirst().exists())
                .isTrue();
        assertThat(SERVER.value(protocol, HashExpiry.hpttl(KEY, THREE))
                        .getFirst()
                        .exists())
                .isFalse();
        assertThat(run(HashExpiry.hpexpireTime(KEY, ONE))).containsExactly(new ExpireTime(true, later));
        assertThat(run(HashExpiry.hexpireTime(KEY, TWO))).containsExactly(new ExpireTime(true, null));
        assertThat(run(HashExpiry.hpersist(KEY, ONE))).containsExactly(true);
    }

    @Test
    void valuesAndExpiry_together_areWrittenAndRead() {
        assumeTrue(knows("hsetex"), "the server does not know HSETEX");
        HSetOptions options = HSetOptions.ofDefaults().expiringIn(ODD);

        assertThat(run(HashExpiry.hsetEx("h", options.ifAbsent(), Map.of("a", "1"))))
                .isTrue();
        assertThat(run(HashExpiry.hsetEx("h", options.ifAbsent(), Map.of("a", "2", "b", "2"))))
                .isFalse();
        assertThat(run(HashExpiry.hsetExBytes("h", options.ifPresent(), Map.of("a", TWO))))
                .isTrue();
        assertThat(run(HashExpiry.hsetEx(KEY, options, Map.of(ONE, TWO)))).isTrue();

        assertThat(run(HashExpiry.hgetEx("h", Expiry.never(), "none"))).containsExactly((String) null);
        assertThat(run(HashExpiry.hgetExBytes("h", Expiry.in(HOUR), "a"))).containsExactly(TWO);
        assertThat(run(HashExpiry.hgetEx(KEY, Expiry.kept(), ONE))).containsExactly(TWO);
        assertThat(SERVER.value(protocol, HashExpiry.httl("h", "a")).getFirst().remaining())
                .isNotNull();
        assertThat(run(HashExpiry.hgetDelBytes("h", "a"))).containsExactly(TWO);
        assertThat(run(HashExpiry.hgetDel("h", "a"))).containsExactly((String) null);
        assertThat(run(HashExpiry.hgetDel(KEY, ONE))).containsExactly(TWO);
    }
}
