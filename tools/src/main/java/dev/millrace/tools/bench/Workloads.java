package dev.millrace.tools.bench;

import dev.millrace.tools.BadInput;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The workloads there are, in the order in which they run. */
final class Workloads {
    static final List<Workload> ALL = Stream.of(
                    List.<Workload>of(
                            new ConnectWorkload(),
                            new BatchesWorkload(),
                            new ConcurrentWorkload(),
                            new FlightsWorkload(),
                            new MigrateWorkload(),
                            CacheBatchesWorkload.set(10),
                            CacheBatchesWorkload.set(100),
                            CacheBatchesWorkload.get(10),
                            CacheBatchesWorkload.get(100),
                            new CacheStampedeWorkload(),
                            new CacheApiWorkload(),
                            new CacheZipfWorkload(),
                            new CacheInvalidationWorkload(),
                            new QueueEnqueueWorkload(),
                            new QueueSettleWorkload(),
                            new QueueMixedWorkload(),
                            new QueueCallersWorkload(),
                            new QueueBacklogWorkload(),
                            new QueueFlightsWorkload(),
                            new QueuePointsWorkload(),
                            new QueueLiveWorkload(),
                            new JoinsWorkload()),
                    StateWorkload.all(),
                    List.<Workload>of(new StateBroadcastWorkload(100), new StateBroadcastWorkload(10_000)))
            .flatMap(List::stream)
            .toList();

    private Workloads() {}

    /**
     * The workloads with these names, in the order of the list; all of them if no name is given.
     *
     * @throws BadInput if a name is unknown
     */
    static List<Workload> named(List<String> names) {
        if (names.isEmpty()) {
            return ALL;
        }
        List<Workload> chosen = new ArrayList<>();
        for (String name : names) {
            Workload workload = ALL.stream()
                    .filter(candidate -> candidate.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new BadInput("there is no workload '" + name + "'; choose from "
                            + ALL.stream().map(Workload::name).collect(Collectors.joining(", "))));
            if (!chosen.contains(workload)) {
                chosen.add(workload);
            }
        }
        return chosen;
    }
}
