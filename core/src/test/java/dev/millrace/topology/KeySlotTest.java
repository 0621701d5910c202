package dev.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.command.Command;
import dev.millrace.command.Keys;
import dev.millrace.command.Server;
import dev.millrace.command.Strings;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeySlotTest {
    /** The first from the cluster specification, the others as CLUSTER KEYSLOT of Redis 7.0 answers them. */
    @ParameterizedTest
    @CsvSource({"123456789,12739", "foo,12182", "bar,5061", "'',0", "user1000,3443", "foo{}{bar},8363"})
    void of_knownKey_isTheServersSlot(String key, int slot) {
        assertThat(KeySlot.of(key)).isEqualTo(slot);
        assertThat(KeySlot.of(key.getBytes(StandardCharsets.UTF_8))).isEqualTo(slot);
    }

    @ParameterizedTest
    @CsvSource({
        "{user1000}.following,user1000",
        "{user1000}.followers,user1000",
        "foo{bar}{zap},bar",
        "foo{{bar}}zap,{bar",
        "a}b{c}d,c"
    })
    void of_hashTag_isTheSlotOfThePartInBraces(String key, String tag) {
        assertThat(KeySlot.of(key)).isEqualTo(KeySlot.of(tag));
        assertThat(KeySlot.of(key.getBytes(StandardCharsets.UTF_8))).isEqualTo(KeySlot.of(tag));
    }

    @ParameterizedTest
    @CsvSource({"foo{}bar", "foo{bar", "foo}bar", "{}"})
    void of_noTagInBraces_isTheSlotOfTheWhole(String key) {
        int crc = 0;
        for (byte octet : key.getBytes(StandardCharsets.UTF_8)) {
            crc ^= (octet & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            }
        }
        assertThat(KeySlot.of(key)).isEqualTo(crc & 0x3fff);
    }

    @Test
    void of_textAndItsBytes_areTheSameSlot() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            String key = random.ints(random.nextInt(20), 1, 0x700)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .append(random.nextBoolean() ? "{tag}" : "{")
                    .toString();
            assertThat(KeySlot.of(key)).isEqualTo(KeySlot.of(key.getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void of_command_isThatOfItsKeys() {
        assertThat(KeySlot.of(Strings.get("foo"))).isEqualTo(12182);
        assertThat(KeySlot.of(Strings.mget("{foo}a", "{foo}b"))).isEqualTo(12182);
        assertThat(KeySlot.of(Keys.del("foo", "bar"))).isEqualTo(KeySlot.SEVERAL);
        assertThat(KeySlot.of(Server.ping())).isEqualTo(KeySlot.NONE);
        assertThat(KeySlot.of(Command.of("PING"))).isEqualTo(KeySlot.NONE);
        assertThat(KeySlot.of(Strings.mset(Map.of("foo", "1", "{foo}", "2")))).isEqualTo(12182);
    }
}
