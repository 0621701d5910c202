package dev.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.command.UnexpectedReply;
import dev.millrace.command.Value;
import dev.millrace.connection.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SentinelViewTest {
    private static final Endpoint.Tcp ASKED = new Endpoint.Tcp("sentinel", 26379, null);

    private static Value texts(String... texts) {
        return new Value.Items(Stream.of(texts)
                .<Value>map(text -> new Value.Bytes(text.getBytes(StandardCharsets.UTF_8)))
                .toList());
    }

    private static Value replica(String port, String flags, String role) {
        return texts("ip", "10.0.0.7", "port", port, "flags", flags, "role-reported", role);
    }

    @Test
    void address_ofAMaster_isReadWithTheTlsOfTheSentinel() {
        assertThat(SentinelView.address(texts("10.0.0.7", "6379"), ASKED))
                .isEqualTo(new Endpoint.Tcp("10.0.0.7", 6379, null));
        assertThat(SentinelView.address(new Value.Null(), ASKED)).isNull();
    }

    @Test
    void address_strangeAnswers_areRefusedOrNothing() {
        assertThatThrownBy(() -> SentinelView.address(texts("10.0.0.7"), ASKED))
                .isInstanceOf(UnexpectedReply.class)
                .hasMessageContaining("wanted a host and a port");
        assertThat(SentinelView.address(texts("10.0.0.7", "0"), ASKED)).isNull();
        assertThat(SentinelView.address(texts("10.0.0.7", "99999"), ASKED)).isNull();
        assertThat(SentinelView.address(texts("10.0.0.7", "-1"), ASKED)).isNull();
        assertThat(SentinelView.address(texts("", "6379"), ASKED)).isNull();
    }

    @Test
    void replicas_thoseThatAreDownOrMastersOfTheirOwn_areNotUsable() {
        Value reply = new Value.Items(List.of(
                replica("1", "slave", "slave"),
                replica("2", "s_down,slave", "slave"),
                replica("3", "o_down,slave", "slave"),
                replica("4", "slave,disconnected", "slave"),
                replica("5", "slave", "master"),
                texts("ip", "10.0.0.7")));
        assertThat(SentinelView.replicas(reply, ASKED))
                .extracting(replica -> replica.endpoint().port() + " " + replica.usable())
                .containsExactly("1 true", "2 false", "3 false", "4 false", "5 false");
    }

    @Test
    void others_withoutAnId_areKnownByTheirAddress() {
        Value reply = new Value.Items(List.of(
                texts("ip", "10.0.0.1", "port", "26379", "runid", "abc"), texts("ip", "10.0.0.2", "port", "26379")));
        assertThat(SentinelView.others(reply, ASKED))
                .extracting(SentinelView.Peer::id)
                .containsExactly("abc", "10.0.0.2:26379");
    }

    @Test
    void epoch_numberOrNone_isReadOrZero() {
        assertThat(SentinelView.epoch(texts("name", "main", "config-epoch", "42")))
                .isEqualTo(42);
        assertThat(SentinelView.epoch(texts("name", "main", "config-epoch", "many")))
                .isZero();
        assertThat(SentinelView.epoch(new Value.Null())).isZero();
    }
}
