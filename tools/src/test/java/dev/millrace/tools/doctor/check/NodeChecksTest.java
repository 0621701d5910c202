package dev.millrace.tools.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tools.doctor.facts.Feature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Access, connections, tracking and features. */
class NodeChecksTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "* -::*", "0.0.0.0", "127.0.0.1 10.0.0.7", "-fe80::1"})
    void access_openBeyondTheMachine_isAProblem(String bind) {
        assertThat(Told.found(new AccessCheck(), Told.by("open=true;protected-mode=no;bind=" + bind)))
                .singleElement()
                .asString()
                .startsWith("PROBLEM protected-mode: is no, the server listens beyond this machine");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "open=true;protected-mode=yes;bind=*",
                "open=false;protected-mode=no;bind=*",
                "protected-mode=no;bind=*",
                "open=true;protected-mode=no;bind=127.0.0.1 -::1",
                "open=true;protected-mode=no"
            })
    void access_protectedOrUnknown_isFine(String facts) {
        assertThat(Told.found(new AccessCheck(), Told.by(facts))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timeout=60 | WARNING timeout: is 60: a connection that is idle for 60 s is closed",
                "tcp-keepalive=0 | WARNING tcp-keepalive: is 0",
                "info.maxclients=100;info.connected_clients=81 | WARNING maxclients: 81 of 100 connections are taken",
                "info.rejected_connections=3 | NOTE rejected_connections: 3 connections have been turned away",
                "client-output-buffer-limit=normal 0 0 0 slave 1 1 60 pubsub 0 0 0"
                        + " | WARNING client-output-buffer-limit: has no hard limit for pubsub",
                "client-output-buffer-limit=normal 0 0 0 pubsub 1024 512 60"
                        + " | WARNING client-output-buffer-limit: allows a subscriber 1024 bytes"
            })
    void connections_risky_isFound(String facts, String finding) {
        assertThat(Told.found(new ConnectionCheck(), Told.by(facts)))
                .singleElement()
                .asString()
                .startsWith(finding);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "timeout=0;tcp-keepalive=300;info.maxclients=100;info.connected_clients=80;info.rejected_connections=0",
                "client-output-buffer-limit=normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
                "client-output-buffer-limit=pubsub",
                "client-output-buffer-limit=pubsub x 1 1"
            })
    void connections_fineOrUnknown_findsNothing(String facts) {
        assertThat(Told.found(new ConnectionCheck(), Told.by(facts))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tracking-table-max-keys=0 | WARNING tracking-table-max-keys: is 0, without a limit",
                "tracking-table-max-keys=99999 | WARNING tracking-table-max-keys: is 99999: caches in memory",
                "tracking-table-max-keys=1000000;info.tracking_total_keys=950000"
                        + " | WARNING tracking-table-max-keys: 950000 of 1000000 keys are tracked"
            })
    void tracking_risky_isFound(String facts, String finding) {
        assertThat(Told.found(new TrackingCheck(), Told.by(facts)))
                .singleElement()
                .asString()
                .startsWith(finding);
        assertThat(Told.found(new TrackingCheck(), Told.by("tracking-table-max-keys=1000000")))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Feature.class)
    void feature_absent_isNamedWithTheVersionThatHasIt(Feature feature) {
        Findings findings = new Findings();
        new FeatureCheck().look(Told.with(feature, Feature.State.ABSENT), findings);

        assertThat(findings.all()).singleElement().satisfies(finding -> {
            assertThat(finding.subject()).isEqualTo(feature.label());
            assertThat(finding.what()).startsWith("is not known to the server: ");
            assertThat(finding.remedy()).contains(feature.since());
        });
        assertThat(Told.found(new FeatureCheck(), Told.with(feature, Feature.State.PRESENT)))
                .isEmpty();
    }

    @Test
    void feature_severity_isThatOfWhatBreaks() {
        assertThat(Told.found(new FeatureCheck(), Told.with(Feature.RESP3, Feature.State.ABSENT)))
                .allMatch(line -> line.startsWith("PROBLEM"));
        assertThat(Told.found(new FeatureCheck(), Told.with(Feature.FIELD_EXPIRY, Feature.State.ABSENT)))
                .allMatch(line -> line.startsWith("NOTE"));
        assertThat(Told.found(new FeatureCheck(), Told.with(Feature.TRACKING, Feature.State.FORBIDDEN)))
                .containsExactly(
                        "PROBLEM client tracking: is forbidden to this user: caches in memory are not told what"
                                + " has changed");
    }
}
