package dev.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReplicaProbeTest {
    @Test
    void offset_master_isItsOwn() {
        assertThat(ReplicaProbe.offset("# Replication\r\nrole:master\r\nmaster_repl_offset:4711\r\n"))
                .isEqualTo(4711);
    }

    @Test
    void offset_replica_isHowFarItHasRead() {
        assertThat(ReplicaProbe.offset("role:slave\r\nmaster_link_status:up\r\nslave_repl_offset:12\r\n"
                        + "master_repl_offset:15\r\n"))
                .isEqualTo(12);
    }

    @Test
    void offset_linkDownOrNothingSaid_isNone() {
        assertThat(ReplicaProbe.offset("role:slave\r\nmaster_link_status:down\r\nslave_repl_offset:12\r\n"))
                .isEqualTo(-1);
        assertThat(ReplicaProbe.offset("")).isEqualTo(-1);
        assertThat(ReplicaProbe.offset("master_repl_offset:x")).isEqualTo(-1);
    }
}
