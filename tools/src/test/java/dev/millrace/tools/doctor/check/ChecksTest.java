package dev.millrace.tools.doctor.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.tools.doctor.facts.Facts;
import dev.millrace.tools.doctor.facts.Layout;
import dev.millrace.tools.doctor.facts.NodeFacts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is found in the whole of a deployment, and how findings come together. */
class ChecksTest {
    private static final Layout.Cluster WHOLE = new Layout.Cluster(
            List.of(shard("a:1", 5_462, "d:1"), shard("b:1", 5_461, "e:1"), shard("c:1", 5_461, "f:1")),
            List.of(),
            List.of(),
            0);

    @Test
    void of_fineServer_findsNothing() {
        Facts facts = facts(
                new Layout.OneServer(),
                Told.by("maxmemory=100;maxmemory-policy=noeviction;appendonly=yes;appendfsync=everysec;timeout=0"));

        assertThat(Checks.of(facts, false)).isEmpty();
    }

    @Test
    void of_sameTroubleOnSeveralNodes_isOneFindingTheWorstFirst() {
        Facts facts = facts(
                WHOLE,
                Told.by("a:1", "appendonly=no;save=;timeout=7"),
                Told.by("b:1", "timeout=7"),
                Told.by("c:1", "timeout=8"));

        List<Finding> findings = Checks.of(facts, false);

        assertThat(findings)
                .extracting(Finding::severity)
                .containsExactly(Severity.PROBLEM, Severity.WARNING, Severity.WARNING);
        assertThat(findings)
                .extracting(Finding::nodes)
                .containsExactly(List.of("a:1"), List.of("a:1", "b:1"), List.of("c:1"));
    }

    @Test
    void of_cluster_whole_isFine() {
        assertThat(Checks.of(facts(WHOLE, Told.by("cluster.cluster_state=ok")), false))
                .isEmpty();
    }

    @Test
    void of_clusterInTrouble_isFound() {
        Layout.Cluster broken = new Layout.Cluster(
                List.of(shard("a:1", 5_000), shard("b:1", 5_000, "c:1")), List.of("d:1"), List.of("e:1"), 2);
        NodeFacts node = Told.by("cluster.cluster_state=fail;cluster-require-full-coverage=yes");

        assertThat(told(facts(broken, node)))
                .anyMatch(line -> line.startsWith("PROBLEM slots: 6384 of 16384 slots are served by nobody"))
                .anyMatch(line -> line.startsWith("WARNING slots: 2 slots are marked as being moved"))
                .anyMatch(line -> line.startsWith("PROBLEM failed nodes: d:1 is marked as failed"))
                .anyMatch(line -> line.startsWith("WARNING replicas: a:1 has no replica"))
                .anyMatch(line -> line.startsWith("WARNING masters: there are 2"))
                .anyMatch(line -> line.startsWith("NOTE slots: e:1 serve none"))
                .anyMatch(line -> line.startsWith("PROBLEM cluster_state: is fail"))
                .anyMatch(line -> line.startsWith("WARNING cluster-require-full-coverage: is yes"))
                .hasSize(8);
    }

    @Test
    void of_sentinelsInTrouble_isFound() {
        Layout.Sentinel broken =
                new Layout.Sentinel("orders", "a:1", List.of(), List.of("s:1"), 2, 3, List.of("NOQUORUM"));

        assertThat(told(facts(broken)))
                .anyMatch(line -> line.equals("PROBLEM Sentinels: NOQUORUM"))
                .anyMatch(line -> line.startsWith("PROBLEM quorum: is 3 and there are 2 Sentinels"))
                .anyMatch(line -> line.startsWith("WARNING Sentinels: there are 2"))
                .anyMatch(line -> line.startsWith("PROBLEM replicas: the master has none"))
                .hasSize(4);
        Layout.Sentinel whole = new Layout.Sentinel("orders", "a:1", List.of("b:1"), List.of("s:1"), 3, 2, List.of());
        assertThat(told(facts(whole))).isEmpty();
    }

    @Test
    void of_versionsThatDiffer_areListed() {
        Facts facts = facts(WHOLE, Told.by("a:1", ""), Told.by("b:1", ""), Told.by("c:1", "info.valkey_version=8.1.0"));

        assertThat(told(facts))
                .singleElement()
                .asString()
                .startsWith("WARNING versions: differ (Redis 7.0.15 on 2, Valkey 8.1.0 on 1)");
    }

    @Test
    void of_nodeThatCantBeReached_isAProblem() {
        Facts facts = new Facts(WHOLE, List.of(), Map.of("d:1", "Connection refused"));

        assertThat(told(facts))
                .singleElement()
                .asString()
                .startsWith("PROBLEM d:1: can't be reached from here: Connection refused");
    }

    @Test
    void of_whatCouldNotBeLookedAt_isSaid() {
        NodeFacts node = new NodeFacts(
                "a:1", Map.of(), Map.of(), Map.of(), Map.of(), null, null, List.of("CONFIG GET: NOPERM no way"));

        assertThat(told(facts(new Layout.OneServer(), node)))
                .containsExactly("NOTE CONFIG GET: could not be looked at (NOPERM no way)");
    }

    private static List<String> told(Facts facts) {
        return Checks.of(facts, false).stream()
                .map(finding -> finding.severity() + " " + finding.subject() + ": " + finding.what())
                .toList();
    }

    private static Facts facts(Layout layout, NodeFacts... nodes) {
        return new Facts(layout, List.of(nodes), Map.of());
    }

    private static Layout.Shard shard(String master, int slots, String... replicas) {
        return new Layout.Shard(master, List.of(replicas), slots);
    }
}
