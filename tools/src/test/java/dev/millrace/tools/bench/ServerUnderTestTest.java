package dev.millrace.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.FaultProxy;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerUnderTestTest {

    @Test
    void urlThrough_fullUrl_keepsAllButHostAndPort() {
        ServerUnderTest server = ServerUnderTest.at("redis://us%40er:pa%2Fss@[::1]:7000/3?a=b");
        try (FaultProxy proxy = server.delayed(Duration.ofMillis(1)).orElseThrow()) {
            assertThat(server.urlThrough(proxy))
                    .isEqualTo("redis://us%40er:pa%2Fss@127.0.0.1:" + proxy.port() + "/3?a=b");
        }
    }

    @Test
    void urlThrough_shortOrOddUrls_areTakenApartAllTheSame() {
        assertProxied("redis://localhost", "redis://127.0.0.1:PORT");
        assertProxied("redis://", "redis://127.0.0.1:PORT");
        assertProxied("redis://localhost:7?db=1", "redis://127.0.0.1:PORT?db=1");
        assertProxied("redis://u:p@ss/w@localhost/2", "redis://u:p@ss/w@127.0.0.1:PORT/2");
    }

    private static void assertProxied(String url, String expected) {
        ServerUnderTest server = ServerUnderTest.at(url);
        try (FaultProxy proxy = server.delayed(Duration.ofMillis(1)).orElseThrow()) {
            assertThat(server.urlThrough(proxy)).isEqualTo(expected.replace("PORT", "" + proxy.port()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rediss://localhost:6379", "unix:///run/redis.sock", "http://localhost:6379"})
    void delayed_whereNoProxyCanStand_isEmpty(String url) {
        assertThat(ServerUnderTest.at(url).delayed(Duration.ofMillis(1))).isEmpty();
    }
}
