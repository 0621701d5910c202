package dev.millrace.tools.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersistenceCheckTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "appendonly=no;save= | PROBLEM appendonly, save: are off: whatever the server holds is lost",
                "info.role=slave;appendonly=no;save= | WARNING appendonly, save: are off on a replica",
                "appendonly=no;save=3600 1 | WARNING appendonly: is no: a crash loses what was written since the last"
                        + " snapshot (save 3600 1",
                "appendonly=yes;appendfsync=no | WARNING appendfsync: is no",
                "info.rdb_last_bgsave_status=err | PROBLEM rdb_last_bgsave_status: the last snapshot failed",
                "info.aof_last_write_status=err | PROBLEM aof_last_write_status: the append-only file can't be written",
                "info.aof_last_bgrewrite_status=err | WARNING aof_last_bgrewrite_status: the append-only file could not"
            })
    void look_risky_isFound(String facts, String finding) {
        assertThat(Told.found(new PersistenceCheck(false), Told.by(facts)))
                .singleElement()
                .asString()
                .startsWith(finding);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "appendonly=no", // whether snapshots are made is not known
                "appendonly=yes;appendfsync=everysec;save=",
                "appendonly=yes;appendfsync=always",
                "info.rdb_last_bgsave_status=ok;info.aof_last_write_status=ok"
            })
    void look_fineOrUnknown_findsNothing(String facts) {
        assertThat(Told.found(new PersistenceCheck(false), Told.by(facts))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"appendonly=no;save= | 0", "appendonly=no;save=;info.rdb_last_bgsave_status=err | 1"})
    void look_cache_needsNoPersistenceButNoErrorsEither(String facts, int findings) {
        assertThat(Told.found(new PersistenceCheck(true), Told.by(facts))).hasSize(findings);
    }
}
