package dev.millrace.tools.doctor;

import dev.millrace.tools.doctor.check.Finding;
import dev.millrace.tools.doctor.check.Severity;
import dev.millrace.tools.doctor.facts.Feature;
import dev.millrace.tools.doctor.facts.Layout;
import dev.millrace.tools.doctor.facts.NodeFacts;
import dev.millrace.tools.doctor.facts.RoundTrips;
import dev.millrace.tools.report.TextTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A diagnosis for a terminal of 100 columns. Stateless. */
final class DoctorText {
    private static final int WIDTH = 100;
    private static final int INDENT = 11;
    private static final int NODES_NAMED = 4;

    private DoctorText() {}

    static String of(Diagnosis diagnosis) {
        StringBuilder text = new StringBuilder();
        paragraph(text, "looked at", diagnosis.lookedAt());
        layout(text, diagnosis.facts().layout(), diagnosis.facts().nodes());
        text.append('\n');
        nodes(text, diagnosis.facts().nodes());
        features(text, diagnosis.facts().nodes());
        for (Finding finding : diagnosis.findings()) {
            text.append('\n');
            finding(text, finding, diagnosis.facts().nodes().size());
        }
        text.append('\n').append(verdict(diagnosis)).append('\n');
        return text.toString();
    }

    // ---- what there is ----

    private static void layout(StringBuilder text, Layout layout, List<NodeFacts> nodes) {
        switch (layout) {
            case Layout.OneServer one -> paragraph(text, "topology", "one server" + replicas(nodes));
            case Layout.Cluster cluster -> {
                int replicas = cluster.shards().stream()
                        .mapToInt(shard -> shard.replicas().size())
                        .sum();
                paragraph(
                        text,
                        "topology",
                        "a cluster of " + counted(cluster.shards().size(), "master") + " and "
                                + counted(replicas, "replica") + ", " + cluster.covered() + " of "
                                + Layout.Cluster.SLOTS + " slots served");
                for (Layout.Shard shard : cluster.shards()) {
                    paragraph(
                            text,
                            "",
                            shard.master() + " serves " + shard.slots() + " slots"
                                    + (shard.replicas().isEmpty()
                                            ? ", no replica"
                                            : ", replicated by " + String.join(", ", shard.replicas())));
                }
            }
            case Layout.Sentinel sentinel -> {
                paragraph(
                        text,
                        "topology",
                        "the master " + sentinel.masterName() + " at " + sentinel.master() + " and "
                                + counted(sentinel.replicas().size(), "replica") + ", watched by "
                                + counted(sentinel.known(), "Sentinel") + ", quorum " + sentinel.quorum());
                paragraph(text, "", "Sentinels that answered: " + String.join(", ", sentinel.sentinels()));
            }
        }
    }

    private static String replicas(List<NodeFacts> nodes) {
        if (!nodes.isEmpty() && nodes.getFirst().isReplica()) {
            var info = nodes.getFirst().info();
            return ", a replica of " + info.get("master_host") + ":" + info.get("master_port")
                    + ", which was not asked";
        }
        long replicas = nodes.isEmpty()
                ? 0
                : nodes.getFirst().number("connected_slaves").orElse(0);
        return replicas == 0 ? "" : " with " + counted((int) replicas, "replica") + ", not looked at";
    }

    private static void nodes(StringBuilder text, List<NodeFacts> nodes) {
        if (nodes.isEmpty()) {
            return;
        }
        TextTable table = new TextTable()
                .text("node")
                .text("role")
                .text("version")
                .number("memory")
                .number("clients")
                .number("round trip")
                .number("p99");
        for (NodeFacts node : nodes) {
            RoundTrips trips = node.roundTrips();
            table.row(
                    plain(node.name()),
                    node.isMaster() ? "master" : node.isReplica() ? "replica" : "unknown",
                    plain(node.version()),
                    node.number("used_memory").isPresent()
                            ? megabytes(node.number("used_memory").getAsLong())
                            : "–",
                    node.number("connected_clients").isPresent()
                            ? String.valueOf(node.number("connected_clients").getAsLong())
                            : "–",
                    trips == null ? "–" : millis(trips.medianNanos()),
                    trips == null ? "–" : millis(trips.p99Nanos()));
        }
        text.append(table);
        nodes.stream()
                .map(NodeFacts::roundTrips)
                .filter(trips -> trips != null)
                .mapToInt(RoundTrips::count)
                .min()
                .ifPresent(count ->
                        text.append("round trip: median of ").append(count).append(" PINGs, one at a time\n"));
    }

    private static void features(StringBuilder text, List<NodeFacts> nodes) {
        List<String> present = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        List<String> unknown = new ArrayList<>();
        for (Feature feature : Feature.values()) {
            List<Feature.@Nullable State> states =
                    nodes.stream().map(node -> node.features().get(feature)).toList();
            if (states.contains(Feature.State.ABSENT) || states.contains(Feature.State.FORBIDDEN)) {
                missing.add(feature.label() + " (" + feature.since() + ")");
            } else if (states.contains(null)) {
                unknown.add(feature.label());
            } else {
                present.add(feature.label());
            }
        }
        if (!nodes.isEmpty()) {
            text.append('\n');
            listed(text, "features", present);
            listed(text, "missing", missing);
            listed(text, "unknown", unknown);
        }
    }

    private static void listed(StringBuilder text, String heading, List<String> items) {
        if (!items.isEmpty()) {
            paragraph(text, heading, String.join(" · ", items));
        }
    }

    // ---- what is wrong ----

    private static void finding(StringBuilder text, Finding finding, int nodes) {
        String where = nodes == 1 || finding.nodes().isEmpty() ? "" : " on " + where(finding.nodes(), nodes);
        paragraph(text, finding.severity().name().toLowerCase(Locale.ROOT), finding.subject() + where);
        paragraph(text, "", finding.what());
        paragraph(text, "", "→ " + finding.remedy());
    }

    private static String where(List<String> named, int nodes) {
        if (named.size() == nodes) {
            return "all " + nodes + " nodes";
        }
        String first = named.stream().limit(NODES_NAMED).collect(Collectors.joining(", "));
        return named.size() > NODES_NAMED ? first + " and " + (named.size() - NODES_NAMED) + " more" : first;
    }

    private static String verdict(Diagnosis diagnosis) {
        if (diagnosis.findings().isEmpty()) {
            return "Nothing to complain about.";
        }
        String counts = Arrays.stream(Severity.values())
                .filter(severity -> diagnosis.count(severity) > 0)
                .map(severity ->
                        counted((int) diagnosis.count(severity), severity.name().toLowerCase(Locale.ROOT)))
                .collect(Collectors.joining(", "));
        return counts + (diagnosis.isFine() ? "." : ": something would lose data or break a feature.");
    }

    // ---- words ----

    /** A heading and its text, wrapped; what a server said can't move the cursor. */
    private static void paragraph(StringBuilder text, String heading, String words) {
        StringBuilder line = new StringBuilder(heading + " ".repeat(Math.max(1, INDENT - heading.length())));
        boolean empty = true;
        for (String word : plain(words).split(" ", -1)) {
            if (!empty && line.length() + 1 + word.length() > WIDTH) {
                text.append(line).append('\n');
                line = new StringBuilder(" ".repeat(INDENT));
                empty = true;
            }
            line.append(empty ? "" : " ").append(word);
            empty = false;
        }
        text.append(line).append('\n');
    }

    private static String plain(String words) {
        return words.replaceAll("\\p{Cntrl}", "?");
    }

    private static String counted(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.2f ms", nanos / 1e6);
    }
}
