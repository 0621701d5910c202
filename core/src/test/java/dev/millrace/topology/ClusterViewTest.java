package dev.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.command.UnexpectedReply;
import dev.millrace.command.Value;
import dev.millrace.connection.Endpoint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterViewTest {
    private static final Endpoint.Tcp ASKED = new Endpoint.Tcp("seed.example", 7000, null);
    private static final String FINE =
            "cluster_state:ok\r\ncluster_slots_assigned:16384\r\ncluster_current_epoch:6\r\n";

    private static Value text(String text) {
        return new Value.Bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Value number(long number) {
        return new Value.Number(number);
    }

    private static Value items(Value... items) {
        return new Value.Items(Arrays.asList(items));
    }

    private static Value node(String host, int port) {
        return items(text(host), number(port), text("id"), items());
    }

    private static Endpoint.Tcp at(String host, int port) {
        return new Endpoint.Tcp(host, port, null);
    }

    @Test
    void of_mastersAndReplicas_areRanges() {
        Value slots = items(
                items(number(0), number(5460), node("a", 1), node("b", 2)),
                items(number(5461), number(16383), node("c", 3)));
        ClusterView view = ClusterView.of(slots, FINE, ASKED);
        assertThat(view.ranges())
                .containsExactly(
                        new ClusterView.Range(0, 5460, at("a", 1), List.of(at("b", 2))),
                        new ClusterView.Range(5461, 16383, at("c", 3), List.of()));
        assertThat(view.serving()).isTrue();
        assertThat(view.epoch()).isEqualTo(6);
        assertThat(view.covered()).isEqualTo(16384);
    }

    @Test
    void of_hostLeftOut_isTheHostThatWasAsked() {
        Value slots = items(
                items(number(0), number(1), items(new Value.Null(), number(1), text("id"))),
                items(number(2), number(3), items(text(""), number(2), text("id"))));
        assertThat(ClusterView.of(slots, FINE, ASKED).ranges())
                .extracting(ClusterView.Range::master)
                .containsExactly(at("seed.example", 1), at("seed.example", 2));
    }

    @Test
    void of_hostNameUnknown_isTheAddressBesideIt() {
        Value slots = items(items(
                number(0),
                number(1),
                items(text("?"), number(1), text("id"), items(text("ip"), text("10.0.0.9"))),
                items(text("?"), number(2), text("id"), items())));
        assertThat(ClusterView.of(slots, FINE, ASKED).ranges())
                .containsExactly(new ClusterView.Range(0, 1, at("10.0.0.9", 1), List.of()));
    }

    @Test
    void of_slotsWithoutMaster_areLeftOut() {
        assertThat(ClusterView.of(items(items(number(0), number(1))), FINE, ASKED)
                        .ranges())
                .isEmpty();
        assertThat(ClusterView.of(items(), null, ASKED).serving()).isFalse();
    }

    @Test
    void of_slotBeyondTheLast_isRefused() {
        Value slots = items(items(number(0), number(16384), node("a", 1)));
        assertThatThrownBy(() -> ClusterView.of(slots, FINE, ASKED))
                .isInstanceOf(UnexpectedReply.class)
                .hasMessageContaining("16384");
    }

    @Test
    void isBetterThan_servingThenEpochThenCoverage_decide() {
        ClusterView.Range all = new ClusterView.Range(0, 16383, at("a", 1), List.of());
        ClusterView.Range half = new ClusterView.Range(0, 8000, at("a", 1), List.of());
        ClusterView cutOff = new ClusterView(List.of(all), false, 9);
        ClusterView old = new ClusterView(List.of(all), true, 6);
        ClusterView newer = new ClusterView(List.of(half), true, 7);
        ClusterView whole = new ClusterView(List.of(all), true, 7);
        assertThat(old.isBetterThan(cutOff)).isTrue();
        assertThat(cutOff.isBetterThan(old)).isFalse();
        assertThat(newer.isBetterThan(old)).isTrue();
        assertThat(whole.isBetterThan(newer)).isTrue();
        assertThat(newer.isBetterThan(whole)).isFalse();
    }
}
