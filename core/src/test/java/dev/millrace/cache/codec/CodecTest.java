package dev.millrace.cache.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodecTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "a", "Grüße", "\uD83D\uDE00", "\uFFFD", "nul \0 in it", "?", "\uFFFD and \uD83D\uDE00"})
    void strings_anyText_comesBack(String text) {
        byte[] bytes = Codec.strings().encode(text);
        assertThat(bytes).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
        assertThat(Codec.strings().decode(bytes)).isEqualTo(text);
    }

    @Test
    void strings_hugeText_comesBack() {
        String text = "Grüße \uD83D\uDE00 ".repeat(400_000);
        assertThat(Codec.strings().decode(Codec.strings().encode(text)).equals(text))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"80", "C3", "61C328", "F54D52FA", "EDA080", "C080", "F4908080", "EFBFBD80", "E282"})
    void strings_malformedBytes_areRefused(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        assertThatThrownBy(() -> Codec.strings().decode(bytes))
                .isInstanceOf(CodecException.class)
                .hasMessage(bytes.length + " bytes are not UTF-8 text");
    }

    @Test
    void strings_halfOfASurrogatePair_isRefused() {
        for (String text :
                new String[] {"\uD83D", "\uDE00", "secret\uD83D", "\uDE00\uD83D", "\uD83Dx", "\uD83D\uD83D\uDE00"}) {
            assertThatThrownBy(() -> Codec.strings().encode(text))
                    .isInstanceOf(CodecException.class)
                    .hasMessageContaining("surrogate")
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void bytes_changedAfterwards_doNotChangeWhatWasTaken() {
        byte[] value = {1, 2, 3};
        byte[] encoded = Codec.bytes().encode(value);
        byte[] decoded = Codec.bytes().decode(encoded);
        value[0] = 9;
        assertThat(encoded).containsExactly(1, 2, 3);
        encoded[0] = 9;
        assertThat(decoded).containsExactly(1, 2, 3);
    }

    @Test
    void bytes_emptyAndHuge_comeBack() {
        for (byte[] value : new byte[][] {{}, Samples.noise(5_000_000, 1)}) {
            assertThat(Codec.bytes().decode(Codec.bytes().encode(value))).isEqualTo(value);
        }
    }

    @Test
    void of_twoFunctions_comesBack() {
        Codec<Integer> codec =
                Codec.of(number -> Integer.toString(number).getBytes(StandardCharsets.US_ASCII), CodecTest::parse);
        assertThat(codec.decode(codec.encode(-17))).isEqualTo(-17);
    }

    @Test
    void of_functionThatThrows_keepsWhatAndWhereAndLeavesOutWhatItSaid() {
        Codec<Integer> codec = Codec.of(
                number -> {
                    throw new IllegalStateException("secret", new ArithmeticException("secret too"));
                },
                CodecTest::parse);
        assertThatThrownBy(() -> codec.decode("secret".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(CodecException.class)
                .hasMessage("cannot decode 6 bytes: java.lang.NumberFormatException")
                .satisfies(CodecTest::saysNothing)
                .satisfies(e -> assertThat(e.getCause().getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("parse")));
        assertThatThrownBy(() -> codec.encode(1))
                .isInstanceOf(CodecException.class)
                .hasMessage("cannot encode a value: java.lang.IllegalStateException")
                .hasStackTraceContaining("java.lang.ArithmeticException")
                .satisfies(CodecTest::saysNothing);
    }

    @Test
    void of_functionThatGivesNull_isRefused() {
        Codec<Integer> codec = Codec.of(number -> null, bytes -> null);
        assertThatThrownBy(() -> codec.encode(1))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("null");
        assertThatThrownBy(() -> codec.decode(new byte[1]))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("null");
    }

    @Test
    void of_functionThatThrowsACodecException_isLeftAlone() {
        CodecException mine = new CodecException("version 7 of a price");
        Codec<Integer> codec = Codec.of(number -> new byte[0], bytes -> {
            throw mine;
        });
        assertThatThrownBy(() -> codec.decode(new byte[0])).isSameAs(mine);
    }

    @Test
    void of_failureWithEndlessCauses_isTold() {
        Codec<Integer> codec = Codec.of(number -> new byte[0], bytes -> {
            RuntimeException first = new IllegalStateException("secret");
            first.initCause(new IllegalArgumentException("secret", first));
            throw first;
        });
        assertThatThrownBy(() -> codec.decode(new byte[0]))
                .isInstanceOf(CodecException.class)
                .satisfies(CodecTest::saysNothing);
    }

    static void saysNothing(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain("secret");
    }

    private static int parse(byte[] bytes) {
        return Integer.parseInt(new String(bytes, StandardCharsets.US_ASCII));
    }
}
