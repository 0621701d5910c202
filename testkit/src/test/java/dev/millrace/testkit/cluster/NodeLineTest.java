package dev.millrace.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NodeLineTest {

    private static final String ID = "07c37dfeb235213a872192d90877d0cd55635b91";
    private static final String OTHER = "e7d1eecce10fd6bb5eb35b9f99a514335d9ba9ca";

    @Test
    void parse_masterOfRedis62_hasAddressEpochAndSlots() {
        NodeLine line = NodeLine.parse(
                ID + " 127.0.0.1:30001@40001 myself,master - 0 1426238317239 7 connected 0-5460 5462 16383");

        assertThat(line.id()).isEqualTo(ID);
        assertThat(line.port()).isEqualTo(30001);
        assertThat(line.hostname()).isEmpty();
        assertThat(line.isMyself()).isTrue();
        assertThat(line.isMaster()).isTrue();
        assertThat(line.masterId()).isNull();
        assertThat(line.epoch()).isEqualTo(7);
        assertThat(line.isSound()).isTrue();
        assertThat(line.slots().cardinality()).isEqualTo(5463);
        assertThat(line.slots().get(5461)).isFalse();
        assertThat(line.slots().get(16_383)).isTrue();
    }

    @Test
    void parse_replicaOfRedis7_hasItsMasterAndHostname() {
        NodeLine line = NodeLine.parse(
                ID + " 127.0.0.1:30004@31004,hostname4,shard-id=69bc slave " + OTHER + " 0 1426238317239 4 connected");

        assertThat(line.isReplica()).isTrue();
        assertThat(line.masterId()).isEqualTo(OTHER);
        assertThat(line.hostname()).isEqualTo("hostname4");
        assertThat(line.slots().isEmpty()).isTrue();
    }

    @Test
    void parse_slotsOnTheirWay_areNotCounted() {
        NodeLine line = NodeLine.parse(
                ID + " :0@0 myself,master - 0 0 1 connected 10-11 [77->-" + OTHER + "] [93-<-" + OTHER + "]");

        assertThat(line.slots().cardinality()).isEqualTo(2);
    }

    @Test
    void isSound_failedSuspectedStrangeOrCutOff_isFalse() {
        assertThat(withFlags("master,fail", "connected").isSound()).isFalse();
        assertThat(withFlags("master,fail?", "connected").isSound()).isFalse();
        assertThat(withFlags("handshake", "connected").isSound()).isFalse();
        assertThat(withFlags("master", "disconnected").isSound()).isFalse();
        assertThat(withFlags("master", "connected").isSound()).isTrue();
    }

    @Test
    void parse_somethingElse_saysWhat() {
        assertThatThrownBy(() -> NodeLine.parse("ERR not a cluster"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ERR not a cluster");
    }

    private static NodeLine withFlags(String flags, String link) {
        return NodeLine.parse("%s 127.0.0.1:1@2 %s - 0 0 0 %s".formatted(ID, flags, link));
    }
}
