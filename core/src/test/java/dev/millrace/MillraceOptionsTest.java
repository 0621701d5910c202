package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.connection.ConnectionOptions;
import dev.millrace.connection.Credentials;
import dev.millrace.connection.Endpoint;
import dev.millrace.connection.Limits;
import dev.millrace.connection.Login;
import dev.millrace.connection.Timeouts;
import dev.millrace.connection.Tls;
import dev.millrace.metrics.ClientListener;
import dev.millrace.resilience.Reconnection;
import dev.millrace.resilience.Retry;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MillraceOptionsTest {
    @Test
    void ofDefaults_isWhatTheDocumentationSays() {
        MillraceOptions options = MillraceOptions.ofDefaults();
        ConnectionOptions connection = options.connection();
        assertThat(connection.endpoint()).isEqualTo(new Endpoint.Tcp("localhost", 6379, null));
        assertThat(connection.timeouts())
                .isEqualTo(new Timeouts(
                        Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(2)));
        assertThat(connection.limits()).isEqualTo(new Limits(16_384, 64 << 20, 512 << 20, 4, 64, 64 << 10));
        assertThat(connection.reconnection())
                .isEqualTo(new Reconnection(Duration.ofMillis(20), Duration.ofSeconds(2), Duration.ofSeconds(2)));
        assertThat(options.retry()).isEqualTo(new Retry(3, Duration.ofMillis(100)));
        assertThat(options.listener()).isSameAs(ClientListener.NONE);
        assertThat(connection.login().credentials().get()).isNull();
        assertThat(connection.login().protocol()).isEqualTo(3);
        assertThat(connection.login().database()).isZero();
        assertThat(connection.login().clientName()).isNull();
    }

    @Test
    void build_optionsOfTheUrl_areTaken() {
        Login login = MillraceOptions.builder("redis://ann:s3cret@host/4?client_name=jobs&protocol=2")
                .build()
                .connection()
                .login();
        assertThat(login.credentials().get()).isEqualTo(new Credentials("ann", "s3cret"));
        assertThat(login.database()).isEqualTo(4);
        assertThat(login.clientName()).isEqualTo("jobs");
        assertThat(login.protocol()).isEqualTo(2);
    }

    @Test
    void build_optionsGiven_replaceThoseOfTheUrl() {
        Reconnection reconnection = new Reconnection(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ZERO);
        Limits limits = new Limits(1, 1024, 1024, 0, 1, 4096);
        MillraceOptions options = MillraceOptions.builder("redis://ann:s3cret@host/4?client_name=jobs&protocol=2")
                .credentials("bob", "other")
                .database(5)
                .clientName("named")
                .protocol(3)
                .commandTimeout(Duration.ofMillis(1))
                .connectTimeout(Duration.ofMillis(2))
                .keepAlive(Duration.ofMillis(3))
                .closeTimeout(Duration.ZERO)
                .retry(new Retry(0, Duration.ZERO))
                .reconnection(reconnection)
                .limits(limits)
                .build();
        ConnectionOptions connection = options.connection();
        assertThat(connection.login().credentials().get()).isEqualTo(new Credentials("bob", "other"));
        assertThat(connection.login().database()).isEqualTo(5);
        assertThat(connection.login().clientName()).isEqualTo("named");
        assertThat(connection.login().protocol()).isEqualTo(3);
        assertThat(connection.timeouts())
                .isEqualTo(
                        new Timeouts(Duration.ofMillis(2), Duration.ofMillis(1), Duration.ofMillis(3), Duration.ZERO));
        assertThat(connection.reconnection()).isEqualTo(reconnection);
        assertThat(connection.limits()).isEqualTo(limits);
        assertThat(options.retry().tries()).isZero();
    }

    @Test
    void tls_ofATcpEndpoint_isTaken() {
        Tls unverified = new Tls(Tls.ofDefaults().context(), false);
        MillraceOptions options =
                MillraceOptions.builder("redis://host:1").tls(unverified).build();
        assertThat(options.connection().endpoint()).isEqualTo(new Endpoint.Tcp("host", 1, unverified));
    }

    @Test
    void tls_ofAUnixSocket_isRefused() {
        MillraceOptions.Builder builder = MillraceOptions.builder("unix:///run/redis.sock");
        assertThatThrownBy(() -> builder.tls(Tls.ofDefaults()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a Unix domain socket has no TLS; use a redis:// or rediss:// URL");
    }

    @Test
    void build_valuesOutOfRange_areRefusedInOneLineThatNamesThem() {
        refused(builder -> builder.commandTimeout(Duration.ZERO), "command timeout");
        refused(builder -> builder.commandTimeout(Duration.ofDays(400)), "command timeout");
        refused(builder -> builder.connectTimeout(Duration.ofMillis(-1)), "connect timeout");
        refused(builder -> builder.keepAlive(Duration.ZERO), "keep-alive");
        refused(builder -> builder.closeTimeout(Duration.ofMillis(-1)), "close timeout");
        refused(builder -> builder.database(-1), "database -1");
        refused(builder -> builder.protocol(4), "protocol 4");
        refused(builder -> builder.clientName("with blanks"), "client name");
        refused(builder -> builder.clientName("line\nend"), "client name");
        refused(builder -> builder.clientName(""), "client name");
        refused(builder -> builder.credentials(" ", "x"), "user name");
        refused(builder -> builder.limits(new Limits(0, 1024, 1024, 0, 1, 4096)), "queued calls of 0");
        refused(builder -> builder.limits(new Limits(1, 1023, 1024, 0, 1, 4096)), "queued bytes of 1023");
        refused(builder -> builder.limits(new Limits(1, 1024, 1023, 0, 1, 4096)), "reply bytes of 1023");
        refused(builder -> builder.limits(new Limits(1, 1024, 1024, 65, 1, 4096)), "direct connections of 65");
        refused(builder -> builder.limits(new Limits(1, 1024, 1024, 0, 0, 4096)), "dedicated connections of 0");
        refused(builder -> builder.limits(new Limits(1, 1024, 1024, 0, 1, 4095)), "write buffer of 4095");
        refused(builder -> builder.retry(new Retry(-1, Duration.ZERO)), "-1 tries");
        refused(builder -> builder.retry(new Retry(1, Duration.ofDays(1_000_000))), "a pause of");
        Duration eternity = Duration.ofSeconds(Long.MAX_VALUE);
        Duration second = Duration.ofSeconds(1);
        refused(builder -> builder.reconnection(new Reconnection(Duration.ZERO, second, second)), "reconnection waits");
        refused(
                builder -> builder.reconnection(new Reconnection(second, Duration.ofMillis(1), second)),
                "reconnection waits");
        refused(builder -> builder.reconnection(new Reconnection(second, eternity, second)), "reconnection waits");
        refused(builder -> builder.reconnection(new Reconnection(second, second, eternity)), "a patience of");
        refused(builder -> builder.reconnection(new Reconnection(second, second, second.negated())), "a patience of");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://ann:s3cret@host", "rediss://:s3cret@host/1", "unix://a:s3cret@/run/redis.sock"})
    void toString_ofOptions_holdsNoCredentials(String url) {
        MillraceOptions options = MillraceOptions.builder(url).build();
        assertThat(options.toString()).doesNotContain("s3cret");
        assertThat(MillraceOptions.builder("redis://host")
                        .credentials("ann", "s3cret")
                        .build()
                        .toString())
                .doesNotContain("s3cret");
        assertThat(new Credentials("ann", "s3cret")).hasToString("Credentials[ann]");
        assertThat(new Credentials(null, "s3cret")).hasToString("Credentials[default]");
    }

    private static void refused(UnaryOperator<MillraceOptions.Builder> option, String what) {
        assertThatThrownBy(() ->
                        option.apply(MillraceOptions.builder("redis://host")).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(what)
                .message()
                .hasLineCount(1);
    }
}
