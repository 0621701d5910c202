package dev.millrace.tools.doctor.check;

import static dev.millrace.tools.doctor.check.Severity.NOTE;
import static dev.millrace.tools.doctor.check.Severity.PROBLEM;
import static dev.millrace.tools.doctor.check.Severity.WARNING;

import dev.millrace.tools.doctor.facts.Feature;
import dev.millrace.tools.doctor.facts.NodeFacts;

/** What the server can't do. */
final class FeatureCheck implements Check {

    @Override
    public void look(NodeFacts node, Findings findings) {
        node.features().forEach((feature, state) -> {
            switch (state) {
                case PRESENT -> {}
                case ABSENT ->
                    findings.add(
                            severity(feature),
                            node,
                            feature.label(),
                            "is not known to the server: " + consequence(feature),
                            "upgrade to " + feature.since()
                                    + " or newer, or ask the provider, who may have switched it off");
                case FORBIDDEN ->
                    findings.add(
                            severity(feature),
                            node,
                            feature.label(),
                            "is forbidden to this user: " + consequence(feature),
                            "ACL SETUSER with +client|tracking for the user that connects");
            }
        });
    }

    private static Severity severity(Feature feature) {
        return switch (feature) {
            case RESP3, TRACKING, SCRIPTS, TRANSACTIONS -> PROBLEM;
            case LEASES -> WARNING;
            case SHARDED_PUBSUB, FUNCTIONS, WAIT_AOF, FIELD_EXPIRY -> NOTE;
        };
    }

    private static String consequence(Feature feature) {
        return switch (feature) {
            case RESP3 ->
                "no invalidation messages on the shared connection, so caches in memory can't be kept coherent";
            case TRACKING -> "caches in memory are not told what has changed";
            case SCRIPTS -> "what several steps do as one at the server does not run";
            case TRANSACTIONS -> "transaction() does not run";
            case LEASES -> "these commands are refused";
            case SHARDED_PUBSUB -> "subscribeShard and SPUBLISH are refused";
            case FUNCTIONS -> "FCALL is refused; scripts do the same";
            case WAIT_AOF -> "waiting for the disk is refused; WAIT, for replicas, works";
            case FIELD_EXPIRY -> "fields of a hash can't expire one by one";
        };
    }
}
