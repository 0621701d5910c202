package dev.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.command.ServerError;
import dev.millrace.connection.Endpoint;
import dev.millrace.connection.Tls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectTest {
    private static final Endpoint.Tcp FROM = new Endpoint.Tcp("10.0.0.1", 6379, null);

    @Test
    void of_moved_hasSlotAndAddress() {
        assertThat(Redirect.of(ServerError.of("MOVED 3999 127.0.0.1:6381"), FROM))
                .isEqualTo(new Redirect(3999, new Endpoint.Tcp("127.0.0.1", 6381, null)));
        assertThat(Redirect.of(ServerError.of("ASK 0 redis-2.example:7002"), FROM))
                .isEqualTo(new Redirect(0, new Endpoint.Tcp("redis-2.example", 7002, null)));
    }

    @Test
    void of_ipv6_isWhatStandsBeforeTheLastColon() {
        assertThat(Redirect.of(ServerError.of("MOVED 1 2001:db8::7:6381"), FROM))
                .isEqualTo(new Redirect(1, new Endpoint.Tcp("2001:db8::7", 6381, null)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"MOVED 3999 :6381", "MOVED 3999 ?:6381"})
    void of_hostUnknownToTheServer_isTheHostItWasReachedAt(String answer) {
        assertThat(Redirect.of(ServerError.of(answer), FROM))
                .isEqualTo(new Redirect(3999, new Endpoint.Tcp("10.0.0.1", 6381, null)));
    }

    @Test
    void of_securedNode_keepsTls() {
        Tls tls = Tls.ofDefaults();
        Redirect redirect = Redirect.of(ServerError.of("MOVED 5 h:1"), new Endpoint.Tcp("x", 1, tls));
        assertThat(redirect).isEqualTo(new Redirect(5, new Endpoint.Tcp("h", 1, tls)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MOVED",
                "MOVED 3999",
                "MOVED x h:1",
                "MOVED 16384 h:1",
                "MOVED -1 h:1",
                "MOVED 1 h",
                "MOVED 1 h:0",
                "MOVED 1 h:65536",
                "MOVED 1 h:x"
            })
    void of_whatCantBeFollowed_isNone(String answer) {
        assertThat(Redirect.of(ServerError.of(answer), FROM)).isNull();
    }
}
