package dev.millrace.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.command.Command;
import dev.millrace.command.Strings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WireLogTest {
    @ParameterizedTest
    @CsvSource({
        "redis*, true",
        "redis:*, true",
        "redis:wire, true",
        "*, true",
        "'http,redis:wire', true",
        "'http redis:wire', true",
        "REDIS*, true",
        "redis:connection, false",
        "http, false",
        "'', false",
        "'redis*,-redis:wire', false",
        "'-redis:wire,redis*', false",
        "'*,-http', true",
        "redis.wire, false"
    })
    void matches_globList_decidesAsTheConventionDoes(String debug, boolean expected) {
        assertThat(WireLog.matches(debug, "redis:wire")).isEqualTo(expected);
    }

    @Test
    void matches_variableNotSet_isOff() {
        assertThat(WireLog.matches(null, "redis:wire")).isFalse();
    }

    @Test
    void describe_keysAndValues_areShownAsSizesOnly() {
        String line = WireLog.describe(Strings.set("patient:12", "très secret"));
        assertThat(line).isEqualTo("SET 1 key, arguments of 10, 12 bytes");
    }

    @Test
    void describe_commandWithCredentials_isItsVerbOnly() {
        assertThat(WireLog.describe(Command.of("AUTH", "user", "hunter2"))).isEqualTo("AUTH");
        assertThat(WireLog.describe(Command.of("CONFIG SET", "requirepass", "hunter2")))
                .isEqualTo("CONFIG SET");
    }

    @Test
    void describe_manyArguments_showsTheFirstFew() {
        Object[] keys = new Object[20];
        java.util.Arrays.fill(keys, "key");
        assertThat(WireLog.describe(Command.of("MGET", keys))).endsWith("3, 3, 3, 3, 3, 3, 3, 3, … (20) bytes");
    }

    @Test
    void print_line_isOneLineWithItsChannel() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new WireLog("redis*", new PrintStream(bytes, true, StandardCharsets.UTF_8))
                .print("wire →", "localhost:6379", "GET 1 key");
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .matches("  redis:wire → localhost:6379 GET 1 key \\+\\d+ms\\R");
    }
}
