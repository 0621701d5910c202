package dev.millrace.cache;

import com.google.errorprone.annotations.Immutable;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * How the partitions of a cache behave: all as the template says, but for what one has of its own. Immutable.
 *
 * <pre>{@code
 * PartitionOptions.of(CacheOptions.ofStrings("tenants").maxEntries(1_000).build())
 *         .override("acme", own -> own.maxEntries(50_000).ttl(Duration.ofHours(1)))
 * }</pre>
 *
 * @param template what each partition begins with; its budget is that of one partition, not of all
 * @param overrides what a partition, named by the first, has of its own. Called each time one is opened; a name and
 *     prefix that it sets are not heeded
 * @param most how many partitions may be open at a time: they and their budgets bound the memory
 */
@Immutable
@SuppressWarnings("Immutable") // the function is the application's
public record PartitionOptions<K, V>(
        CacheOptions<K, V> template, BiConsumer<String, CacheOptions.Builder<K, V>> overrides, int most) {
    private static final int DEFAULT_MOST = 1_000;

    /** @throws IllegalArgumentException if no partition may be open */
    public PartitionOptions {
        Objects.requireNonNull(template);
        Objects.requireNonNull(overrides);
        if (most < 1) {
            throw new IllegalArgumentException("at most " + most + " partitions: it is at least 1");
        }
    }

    /** All alike, at most 1,000 open. */
    public static <K, V> PartitionOptions<K, V> of(CacheOptions<K, V> template) {
        return new PartitionOptions<>(template, (partition, own) -> {}, DEFAULT_MOST);
    }

    /** What one partition has of its own. */
    public PartitionOptions<K, V> override(String partition, Consumer<CacheOptions.Builder<K, V>> own) {
        Objects.requireNonNull(own);
        return override((name, builder) -> {
            if (name.equals(partition)) {
                own.accept(builder);
            }
        });
    }

    /** What partitions have of their own, by their names; after what was said before. */
    public PartitionOptions<K, V> override(BiConsumer<String, CacheOptions.Builder<K, V>> own) {
        return new PartitionOptions<>(template, overrides.andThen(own), most);
    }

    /** How many partitions may be open at a time, at least 1. Default 1,000. */
    public PartitionOptions<K, V> atMost(int partitions) {
        return new PartitionOptions<>(template, overrides, partitions);
    }

    /** The options of one partition. */
    CacheOptions<K, V> of(String partition) {
        String name = template.name() + "/" + partition;
        String prefix = template.prefix() + PartitionName.escaped(partition) + ":";
        CacheOptions.Builder<K, V> own = template.as(name, prefix);
        overrides.accept(partition, own);
        return own.build().as(name, prefix).build();
    }
}
