package dev.millrace.tools.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicationCheckTest {
    private static final String ONE_REPLICA = "info.connected_slaves=1;info.master_repl_offset=100000000;";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "min-replicas-to-write=0;info.slave0=ip=a,port=1,state=online,offset=99999999,lag=0"
                        + " | WARNING min-replicas-to-write: is 0",
                "min-replicas-to-write=2;info.slave0=ip=a,port=1,state=online,offset=99999999,lag=0"
                        + " | PROBLEM min-replicas-to-write: is 2 and 1 replicas are connected",
                "min-replicas-to-write=1;info.slave0=ip=a,port=1,state=wait_bgsave,offset=0,lag=0"
                        + " | WARNING replica a:1: is not in sync (wait_bgsave)",
                "min-replicas-to-write=1;info.slave0=ip=a,port=1,state=online,offset=99999999,lag=11"
                        + " | WARNING replica a:1: is behind by 1 bytes, last heard of 11 s ago",
                "min-replicas-to-write=1;info.slave0=ip=a,port=1,state=online,offset=1000,lag=1"
                        + " | WARNING replica a:1: is behind by 99999000 bytes"
            })
    void look_masterWithReplicaAtRisk_isFound(String facts, String finding) {
        assertThat(Told.found(new ReplicationCheck(), Told.by(ONE_REPLICA + facts)))
                .singleElement()
                .asString()
                .startsWith(finding);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "info.master_link_status=down | PROBLEM master_link_status: is down",
                "replica-read-only=no | WARNING replica-read-only: is no"
            })
    void look_replicaAtRisk_isFound(String facts, String finding) {
        assertThat(Told.found(new ReplicationCheck(), Told.by("info.role=slave;" + facts)))
                .singleElement()
                .asString()
                .startsWith(finding);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "min-replicas-to-write=0;info.connected_slaves=0;replica-read-only=no",
                "min-replicas-to-write=1;" + ONE_REPLICA + "info.slave0=ip=a,port=1,state=online,offset=99999999,lag=1",
                "info.role=slave;info.master_link_status=up;replica-read-only=yes;min-replicas-to-write=0"
            })
    void look_fineOrUnknown_findsNothing(String facts) {
        assertThat(Told.found(new ReplicationCheck(), Told.by(facts))).isEmpty();
    }
}
