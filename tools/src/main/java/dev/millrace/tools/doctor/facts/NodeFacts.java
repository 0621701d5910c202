package dev.millrace.tools.doctor.facts;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one server told. Immutable; what could not be looked at is absent, never guessed.
 *
 * @param name where it was reached, such as {@code localhost:6379}
 * @param info the fields of INFO
 * @param settings what CONFIG GET answered, and what INFO tells of the same where CONFIG is forbidden
 * @param cluster the fields of CLUSTER INFO; empty where it is no node of a cluster
 * @param features what it can do; without what is not known
 * @param roundTrips how far away it is; null if it may not be pinged
 * @param open whether its default user needs no password; null if that is not known
 * @param unseen what could not be looked at, with the reason, one line each
 */
public record NodeFacts(
        String name,
        Map<String, String> info,
        Map<String, String> settings,
        Map<String, String> cluster,
        Map<Feature, Feature.State> features,
        @Nullable RoundTrips roundTrips,
        @Nullable Boolean open,
        List<String> unseen) {

    public NodeFacts {
        info = Map.copyOf(info);
        settings = Map.copyOf(settings);
        cluster = Map.copyOf(cluster);
        features = Collections.unmodifiableMap(features.isEmpty() ? Map.of() : new EnumMap<>(features));
        unseen = List.copyOf(unseen);
    }

    /** A number among the fields of INFO; empty if it is not there. */
    public OptionalLong number(String field) {
        return parsed(info.get(field));
    }

    /** A setting that is a number; empty if it could not be looked at. */
    public OptionalLong numericSetting(String setting) {
        return parsed(settings.get(setting));
    }

    /** Whether a setting could be looked at and is so. */
    public boolean hasSetting(String setting, Predicate<String> so) {
        String value = settings.get(setting);
        return value != null && so.test(value);
    }

    /** Whether INFO has the field with this value. */
    public boolean tells(String field, String value) {
        return value.equals(info.get(field));
    }

    public boolean isMaster() {
        return tells("role", "master");
    }

    public boolean isReplica() {
        return tells("role", "slave");
    }

    /** Product and version, such as {@code Redis 7.0.15}; "unknown" where the server does not tell. */
    public String version() {
        return Stream.of("valkey", "dragonfly", "redis")
                .filter(product -> info.containsKey(product + "_version"))
                .findFirst()
                .map(product -> Character.toUpperCase(product.charAt(0)) + product.substring(1) + " "
                        + info.get(product + "_version"))
                .orElse("unknown");
    }

    /** The same, and one more thing that could not be looked at. */
    NodeFacts without(String what) {
        List<String> more = Stream.concat(unseen.stream(), Stream.of(what)).toList();
        return new NodeFacts(name, info, settings, cluster, features, roundTrips, open, more);
    }

    private static OptionalLong parsed(@Nullable String text) {
        return text != null && text.matches("-?\\d{1,18}")
                ? OptionalLong.of(Long.parseLong(text))
                : OptionalLong.empty();
    }
}
