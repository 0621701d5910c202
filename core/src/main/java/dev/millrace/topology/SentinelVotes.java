package dev.millrace.topology;

import dev.millrace.connection.Endpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What several Sentinels said, counted: each has one vote for the address it names. The address that most of them name
 * is believed if they are a majority of all Sentinels there are, or if no majority has answered: a Sentinel that is cut
 * off from the others still names the old master after a failover.
 *
 * <p>Before that, an address of a newer configuration is tried: no Sentinel can make one without the votes of a majority,
 * and only once the new master has said that it is one. The others are late to hear of it, and every write the old master
 * takes meanwhile is lost.
 *
 * <p>Confined to one thread.
 */
final class SentinelVotes {
    private record Votes(Endpoint.Tcp address, long count, long epoch) {}

    private final Set<Endpoint.Tcp> seeds;
    private final Map<String, SentinelView> views = new LinkedHashMap<>();

    /** @param seeds the Sentinels that are asked always */
    SentinelVotes(Collection<Endpoint.Tcp> seeds) {
        this.seeds = Set.copyOf(seeds);
    }

    /** Counts a view; a Sentinel that was reached by two addresses has one vote. */
    void add(SentinelView view) {
        views.merge(view.id(), view, (one, other) -> seeds.contains(other.asked()) ? other : one);
    }

    /** How many Sentinels there are, by those that answered. */
    int known() {
        int most = views.size();
        for (SentinelView view : views.values()) {
            most = Math.max(most, view.others().size() + 1);
        }
        return most;
    }

    /** How many have answered. */
    int answered() {
        return views.size();
    }

    /** Whether one knows the master by its name. */
    boolean isMasterKnown() {
        return views.values().stream().anyMatch(view -> view.master() != null);
    }

    /** Whether a majority of all names one address: then the others need not be heard. */
    boolean isDecided() {
        List<Votes> ranked = ranked();
        return !ranked.isEmpty() && isMajority(ranked.getFirst().count());
    }

    private boolean isMajority(long count) {
        return 2 * count > known();
    }

    private List<Votes> ranked() {
        Map<Endpoint.Tcp, Votes> byAddress = new LinkedHashMap<>();
        for (SentinelView view : views.values()) {
            Endpoint.Tcp address = view.master();
            if (address != null) {
                byAddress.merge(
                        address,
                        new Votes(address, 1, view.epoch()),
                        (one, other) ->
                                new Votes(address, one.count() + other.count(), Math.max(one.epoch(), other.epoch())));
            }
        }
        List<Votes> ranked = new ArrayList<>(byAddress.values());
        ranked.sort(Comparator.comparingLong(Votes::count)
                .thenComparingLong(Votes::epoch)
                .reversed());
        return ranked;
    }

    /** The addresses to try, the one to believe first; empty where the Sentinels do not agree. */
    List<Endpoint.Tcp> candidates() {
        List<Votes> ranked = ranked();
        List<Endpoint.Tcp> candidates = new ArrayList<>();
        Votes newest = newest(ranked);
        if (newest != null) {
            candidates.add(newest.address());
        }
        if (!ranked.isEmpty()
                && (isMajority(ranked.getFirst().count()) || !isMajority(answered()))
                && !candidates.contains(ranked.getFirst().address())) {
            candidates.add(ranked.getFirst().address());
        }
        return candidates;
    }

    /** The address of a configuration that is newer than every other; null where none is. */
    private static @Nullable Votes newest(List<Votes> ranked) {
        long highest = ranked.stream().mapToLong(Votes::epoch).max().orElse(0);
        List<Votes> newest =
                ranked.stream().filter(votes -> votes.epoch() == highest).toList();
        return newest.size() == 1 ? newest.getFirst() : null;
    }

    /** The votes in words. */
    String describe() {
        return ranked().stream()
                .map(votes -> votes.address().name() + " by " + votes.count())
                .collect(Collectors.joining(", "));
    }

    /** The replicas of a master that most of the Sentinels which name it find usable. */
    List<Endpoint.Tcp> replicasOf(Endpoint.Tcp master) {
        Map<Endpoint.Tcp, Integer> usable = new LinkedHashMap<>();
        for (SentinelView view : views.values()) {
            if (Objects.equals(view.master(), master)) {
                for (SentinelView.Replica replica : view.replicas()) {
                    usable.merge(replica.endpoint(), replica.usable() ? 1 : -1, Integer::sum);
                }
            }
        }
        usable.remove(master);
        return usable.entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The Sentinels to ask in the next look besides the seeds, each by one address if it told its id. */
    Set<Endpoint.Tcp> learned() {
        Set<Endpoint.Tcp> learned = new LinkedHashSet<>();
        for (SentinelView view : views.values()) {
            learned.add(view.asked());
            for (SentinelView.Peer peer : view.others()) {
                if (!views.containsKey(peer.id())) {
                    learned.add(peer.endpoint());
                }
            }
        }
        learned.removeAll(seeds);
        return learned;
    }
}
