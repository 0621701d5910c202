package dev.millrace.bench.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ServerAddressTest {
    @Test
    void parse_everyPart_isFound() {
        assertThat(ServerAddress.parse("rediss://us%40er:p%3Aa+ss@cache.example:6380/3"))
                .isEqualTo(new ServerAddress("cache.example", 6380, true, "us@er", "p:a+ss", 3));
    }

    @Test
    void parse_hostAlone_takesTheDefaults() {
        assertThat(ServerAddress.parse("redis://localhost")).isEqualTo(ServerAddress.of("localhost", 6379));
    }

    @Test
    void parse_passwordAlone_isTheDefaultUsers() {
        assertThat(ServerAddress.parse("redis://:secret@localhost:1/"))
                .isEqualTo(new ServerAddress("localhost", 1, false, null, "secret", 0));
    }

    @Test
    void parse_addressOfVersionSix_losesItsBrackets() {
        ServerAddress address = ServerAddress.parse("redis://[::1]:7000");

        assertThat(address.host()).isEqualTo("::1");
        assertThat(address).hasToString("redis://[::1]:7000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:6379",
                "http://:secret@localhost",
                "unix:///run/secret.sock",
                "redis://",
                "redis://:secret@",
                "redis://:secret@local host",
                "redis://:secret@localhost:99999",
                "redis://:secret@localhost:0",
                "redis://secret@localhost",
                "redis://:secret@localhost/zero",
                "redis://:secret@localhost/-1",
                ""
            })
    void parse_malformed_isOneLineWithoutThePassword(String url) {
        assertThatThrownBy(() -> ServerAddress.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .startsWith("the server's ")
                .doesNotContain("secret")
                .hasLineCount(1);
    }

    @Test
    void toString_withPassword_hidesIt() {
        assertThat(ServerAddress.parse("redis://app:secret@localhost:6379/2")).hasToString("redis://localhost:6379/2");
    }
}
