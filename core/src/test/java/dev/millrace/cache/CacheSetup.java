package dev.millrace.cache;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.resilience.Reconnection;
import dev.millrace.topology.Refresh;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How the caches of one test are made, in whichever process; travels between them as one line.
 *
 * @param kind {@code one}, {@code cluster} or {@code sentinel}
 * @param servers URLs or seeds
 * @param protocol 3 or 2
 * @param freshness the bound on what is served, tracked or not
 * @param keys how many keys are read
 * @param ownWrites whether readers also write
 * @param broadcast whether all changes under the prefix are told of, whoever has read what
 */
record CacheSetup(
        String kind,
        List<String> servers,
        int protocol,
        Duration freshness,
        int keys,
        boolean ownWrites,
        boolean broadcast) {
    /** The name of the master that Sentinels watch, in the test kit. */
    static final String PREFIX = "coherent:";

    static CacheSetup of(String url) {
        return new CacheSetup("one", List.of(url), 3, Duration.ofMillis(500), 8, true, false);
    }

    CacheSetup protocol(int version) {
        return new CacheSetup(kind, servers, version, freshness, keys, ownWrites, broadcast);
    }

    CacheSetup keys(int count) {
        return new CacheSetup(kind, servers, protocol, freshness, count, ownWrites, broadcast);
    }

    CacheSetup broadcasting() {
        return new CacheSetup(kind, servers, protocol, freshness, keys, ownWrites, true);
    }

    List<String> keyNames() {
        return IntStream.range(0, keys).mapToObj(i -> "k" + i).toList();
    }

    String line() {
        return String.join(
                " ",
                kind,
                String.join(",", servers),
                String.valueOf(protocol),
                String.valueOf(freshness.toMillis()),
                String.valueOf(keys),
                String.valueOf(ownWrites),
                String.valueOf(broadcast));
    }

    static CacheSetup parse(String line) {
        String[] parts = line.split(" ");
        return new CacheSetup(
                parts[0],
                Arrays.stream(parts[1].split(",")).collect(Collectors.toList()),
                Integer.parseInt(parts[2]),
                Duration.ofMillis(Long.parseLong(parts[3])),
                Integer.parseInt(parts[4]),
                Boolean.parseBoolean(parts[5]),
                Boolean.parseBoolean(parts[6]));
    }

    /** A client that finds lost servers soon. */
    Millrace connect() {
        String[] all = servers.toArray(String[]::new);
        MillraceOptions.Builder options = switch (kind) {
            case "cluster" -> MillraceOptions.cluster(all);
            case "sentinel" -> MillraceOptions.sentinel(all[0], Arrays.copyOfRange(all, 1, all.length));
            default -> MillraceOptions.builder(all[0]);
        };
        return Millrace.connect(options.freshness(freshness)
                .protocol(protocol)
                .refresh(new Refresh(Duration.ofMillis(250), Duration.ofMillis(50)))
                .reconnection(Reconnection.ofDefaults())
                .build());
    }

    /** A cache that says so when it has no answer, and believes "there is none" as it believes anything else. */
    CacheOptions.Builder<String, String> cache() {
        CacheOptions.Times times = CacheOptions.Times.ofDefaults();
        CacheOptions.Builder<String, String> options = CacheOptions.ofStrings("coherent");
        return (broadcast ? options.broadcast() : options)
                .negative(Duration.ofHours(1))
                .outage(OutagePolicy.fail())
                .times(new CacheOptions.Times(times.memory(), freshness, times.load(), times.lease()));
    }
}
