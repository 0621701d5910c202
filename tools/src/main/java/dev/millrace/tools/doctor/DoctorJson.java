package dev.millrace.tools.doctor;

import dev.millrace.tools.doctor.check.Finding;
import dev.millrace.tools.doctor.facts.Layout;
import dev.millrace.tools.doctor.facts.NodeFacts;
import dev.millrace.tools.doctor.facts.RoundTrips;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A diagnosis for programs. Stateless. */
final class DoctorJson {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private DoctorJson() {}

    static String of(Diagnosis diagnosis) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("looked_at", diagnosis.lookedAt());
        json.put("fine", diagnosis.isFine());
        json.put("topology", topology(diagnosis.facts().layout()));
        json.put(
                "nodes",
                diagnosis.facts().nodes().stream().map(DoctorJson::node).toList());
        json.put("unreachable", diagnosis.facts().unreachable());
        json.put(
                "findings",
                diagnosis.findings().stream().map(DoctorJson::finding).toList());
        return MAPPER.writeValueAsString(json) + System.lineSeparator();
    }

    private static Map<String, Object> topology(Layout layout) {
        Map<String, Object> json = new LinkedHashMap<>();
        switch (layout) {
            case Layout.OneServer one -> json.put("kind", "one");
            case Layout.Cluster cluster -> {
                json.put("kind", "cluster");
                json.put("slots_served", cluster.covered());
                json.put("slots_moving", cluster.moving());
                json.put("masters", cluster.shards());
                json.put("masters_without_slots", cluster.empty());
                json.put("failed", cluster.failing());
            }
            case Layout.Sentinel sentinel -> {
                json.put("kind", "sentinel");
                json.put("master_name", sentinel.masterName());
                json.put("master", sentinel.master());
                json.put("replicas", sentinel.replicas());
                json.put("sentinels", sentinel.sentinels());
                json.put("sentinels_known", sentinel.known());
                json.put("quorum", sentinel.quorum());
            }
        }
        return json;
    }

    private static Map<String, Object> node(NodeFacts node) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", node.name());
        json.put("role", node.isMaster() ? "master" : node.isReplica() ? "replica" : "unknown");
        json.put("version", node.version());
        RoundTrips trips = node.roundTrips();
        if (trips != null) {
            json.put("pings", trips.count());
            json.put("round_trip_median_micros", trips.medianNanos() / 1e3);
            json.put("round_trip_p99_micros", trips.p99Nanos() / 1e3);
        }
        Map<String, String> features = new LinkedHashMap<>();
        node.features()
                .forEach((feature, state) ->
                        features.put(feature.label(), state.name().toLowerCase(Locale.ROOT)));
        json.put("features", features);
        json.put("settings", new TreeMap<>(node.settings()));
        json.put("not_looked_at", node.unseen());
        return json;
    }

    private static Map<String, Object> finding(Finding finding) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        json.put("subject", finding.subject());
        json.put("nodes", List.copyOf(finding.nodes()));
        json.put("what", finding.what());
        json.put("remedy", finding.remedy());
        return json;
    }
}
