package dev.millrace.bench.client;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RScoredSortedSet;
import org.redisson.api.RedissonClient;

/**
 * Redisson's RScoredSortedSet, the fastest that it has for jobs with priorities: added to and polled many at a time. What
 * is polled is gone.
 */
final class RedissonZsetPeer implements QueuePeer {
    private final RedissonClient client;
    private @Nullable RScoredSortedSet<String> set;
    private int taken;

    RedissonZsetPeer(ServerAddress server) {
        client = Redisson.create(RedissonPeer.configuration(server));
    }

    private RScoredSortedSet<String> set() {
        return requireNonNull(set, "no queue was begun");
    }

    @Override
    public void begin(String name) {
        taken = 0;
        set = client.getScoredSortedSet(name);
    }

    /** Members of one score are in the order of their texts, which is that of the jobs. */
    @Override
    public void enqueue(QueueItem item) {
        boolean unused = set().add(-item.priority(), OrderedText.of(item));
    }

    @Override
    public void enqueueBatch(List<QueueItem> items) {
        Map<String, Double> scores = LinkedHashMap.newLinkedHashMap(items.size());
        items.forEach(item -> scores.put(OrderedText.of(item), (double) -item.priority()));
        int unused = set().addAll(scores);
    }

    @Override
    public List<QueueItem> next(int most) {
        List<QueueItem> items =
                set().pollFirst(most).stream().map(OrderedText::item).toList();
        taken += items.size();
        return items;
    }

    @Override
    public @Nullable String difference(int enqueued, int acknowledged) {
        int left = set().size();
        return left == enqueued - acknowledged && taken == acknowledged
                ? null
                : enqueued + " jobs were enqueued, " + taken + " taken, " + left + " are left";
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
