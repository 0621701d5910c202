package dev.millrace.tools.doctor.facts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.command.UnexpectedReply;
import dev.millrace.command.Value;
import dev.millrace.connection.Endpoint;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterMapTest {
    private static final Endpoint.Tcp ASKED = new Endpoint.Tcp("asked", 7000, null);

    @Test
    void of_ranges_areSummedByMaster() {
        Value slots = list(
                list(number(0), number(99), node("a", 1, "A"), node("b", 1, "B")),
                list(number(200), number(299), node("a", 1, "A"), node("b", 1, "B")),
                list(number(100), number(199), node("c", 1, "C")));

        ClusterMap map = ClusterMap.of(slots, "", ASKED);

        assertThat(map.layout().shards())
                .containsExactly(new Layout.Shard("a:1", List.of("b:1"), 200), new Layout.Shard("c:1", List.of(), 100));
        assertThat(map.layout().covered()).isEqualTo(300);
        assertThat(map.endpoints()).extracting(Endpoint.Tcp::name).containsExactly("a:1", "c:1", "b:1");
    }

    @Test
    void of_nodes_completesWhatSlotsLeaveOut() {
        Value slots = list(list(number(0), number(16_383), node("", 7000, "A")));
        String nodes = """
                A :7000@17000 myself,master - 0 0 1 connected 0-16383 [77->-D]
                B 10.0.0.2:7001@17001,host slave A 0 0 1 connected
                C 10.0.0.3:7002@17002 slave,fail A 0 0 1 disconnected
                D 10.0.0.4:7003@17003 master - 0 0 2 connected
                E :0@0 master,fail?,noaddr - 0 0 3 disconnected
                """;

        ClusterMap map = ClusterMap.of(slots, nodes, ASKED);

        assertThat(map.layout())
                .isEqualTo(new Layout.Cluster(
                        List.of(new Layout.Shard("asked:7000", List.of("10.0.0.2:7001"), 16_384)),
                        List.of("10.0.0.3:7002", "asked:0"),
                        List.of("10.0.0.4:7003"),
                        1));
    }

    @Test
    void of_unknownAddressOrShortReply_isLeftOutOrRefused() {
        assertThat(ClusterMap.of(list(list(number(0), number(1), node("?", 1, "A"))), "garbage", ASKED)
                        .endpoints())
                .isEmpty();
        assertThatThrownBy(() -> ClusterMap.of(list(list(number(0), number(1), list(text("a")))), "", ASKED))
                .isInstanceOf(UnexpectedReply.class);
    }

    private static Value node(String host, int port, String id) {
        return list(text(host), number(port), text(id));
    }

    private static Value list(Value... items) {
        return new Value.Items(Arrays.asList(items));
    }

    private static Value number(long number) {
        return new Value.Number(number);
    }

    private static Value text(String text) {
        return new Value.Bytes(text.getBytes(UTF_8));
    }
}
