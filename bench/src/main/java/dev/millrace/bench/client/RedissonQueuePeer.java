package dev.millrace.bench.client;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RPriorityQueue;
import org.redisson.api.RedissonClient;

/** Redisson's RPriorityQueue: what is polled is gone. It knows no batches of additions; polls are of many at once. */
final class RedissonQueuePeer implements QueuePeer {
    private final RedissonClient client;
    private @Nullable RPriorityQueue<String> queue;
    private String name = "";
    private int taken;

    RedissonQueuePeer(ServerAddress server) {
        client = Redisson.create(RedissonPeer.configuration(server));
    }

    private RPriorityQueue<String> queue() {
        return requireNonNull(queue, "no queue was begun");
    }

    @Override
    public void begin(String name) {
        this.name = name;
        taken = 0;
        queue = client.getPriorityQueue(name);
    }

    @Override
    public void enqueue(QueueItem item) {
        boolean unused = queue().add(OrderedText.of(item));
    }

    @Override
    public void enqueueBatch(List<QueueItem> items) {
        boolean unused = queue().addAll(items.stream().map(OrderedText::of).toList());
    }

    /** It is a list in its order. */
    @Override
    public void fill(List<QueueItem> items) {
        boolean unused = client.<String>getList(name)
                .addAll(items.stream()
                        .map(OrderedText::of)
                        .sorted(Comparator.naturalOrder())
                        .toList());
    }

    @Override
    public List<QueueItem> next(int most) {
        List<QueueItem> items =
                queue().poll(most).stream().map(OrderedText::item).toList();
        taken += items.size();
        return items;
    }

    @Override
    public @Nullable String difference(int enqueued, int acknowledged) {
        int left = queue().size();
        return left == enqueued - acknowledged && taken == acknowledged
                ? null
                : enqueued + " jobs were enqueued, " + taken + " taken, " + left + " are left";
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
