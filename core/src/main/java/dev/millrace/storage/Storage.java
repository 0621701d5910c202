package dev.millrace.storage;

import com.google.errorprone.annotations.ThreadSafe;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.cache.Cache;
import dev.millrace.cache.CacheOptions;
import dev.millrace.cache.OutagePolicy;
import dev.millrace.command.Command;
import dev.millrace.command.MillraceException;
import dev.millrace.topology.Dispatch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Storage for plugins, by room: {@code redis.storage()}. One per client is enough; it holds the memory that {@link
 * PluginStorage#cached} and {@link RoomPlugins} answer from.
 *
 * <p>Thread-safe. It lives until it or its client is closed.
 */
@ThreadSafe
@SuppressWarnings("ThreadSafe") // its parts are
public final class Storage implements AutoCloseable {
    private final StorageOptions options;
    private final Dispatch dispatch;
    private final Cache<String, String> memory;
    private final Failures failures = new Failures(LoggerFactory.getLogger(Storage.class), System::nanoTime);
    private final Failures componentFailures =
            new Failures(LoggerFactory.getLogger(RoomPlugins.class), System::nanoTime);
    private final LongAdder operations = new LongAdder();
    private final LongAdder components = new LongAdder();

    /** A storage over a client's dispatch and caches; {@code Millrace.storage} makes them. Nothing is sent yet. */
    public Storage(
            StorageOptions options,
            Dispatch dispatch,
            Function<CacheOptions<String, String>, Cache<String, String>> caches) {
        this.options = options;
        this.dispatch = dispatch;
        CacheOptions.Times times = CacheOptions.Times.ofDefaults();
        this.memory = caches.apply(CacheOptions.ofStrings("storage")
                .prefix(options.prefix())
                .maxEntries(options.maxEntries())
                .ttl(options.memory())
                .negative(options.memory())
                .times(new CacheOptions.Times(options.memory(), times.untracked(), times.load(), times.lease()))
                .outage(OutagePolicy.fail())
                .build());
    }

    /**
     * The keys of a plugin in a room.
     *
     * @throws IllegalArgumentException if a name is empty, longer than 512 bytes, or no text that UTF-8 can hold
     */
    public PluginStorage plugin(String room, String plugin) {
        return new PluginStorage(this, Namespace.of(room, plugin));
    }

    /** What it has counted. */
    public StorageStatistics statistics() {
        return new StorageStatistics(
                operations.sum(), failures.count(), components.sum(), componentFailures.count(), memory.statistics());
    }

    /** The options it was made with. */
    public StorageOptions options() {
        return options;
    }

    /** The whole key of an address. */
    String key(String address) {
        return options.prefix() + address;
    }

    /** Runs operations in one trip, each with an answer of its own. */
    List<Answer<?>> run(Namespace namespace, List<? extends Operation<?>> all) {
        List<Command<?>> commands = new ArrayList<>(all.size());
        List<String> written = new ArrayList<>();
        for (Operation<?> operation : all) {
            commands.add(operation.command(key -> key(namespace.address(key))));
            operation.written().forEach(key -> written.add(namespace.address(key)));
        }
        List<Answer<?>> answers = changing(written, () -> run(commands));
        operations.add(all.size());
        for (int i = 0; i < answers.size(); i++) {
            MillraceException error = answers.get(i).error();
            if (error != null) {
                failures.failed("an operation (" + all.get(i) + ") of a plugin", error);
            }
        }
        return answers;
    }

    private List<Answer<?>> run(List<Command<?>> commands) {
        if (commands.isEmpty()) {
            return List.of();
        }
        Batch batch = new Batch(dispatch::run, options.within());
        List<Reply<?>> replies = new ArrayList<>(commands.size());
        commands.forEach(command -> replies.add(batch.add(command)));
        batch.run();
        List<Answer<?>> answers = new ArrayList<>(replies.size());
        for (Reply<?> reply : replies) {
            MillraceException error = reply.error();
            answers.add(error != null ? Answer.failed(error) : Answer.of(reply.get()));
        }
        return answers;
    }

    /** Runs a script of a plugin, which changes the keys at these addresses. */
    <T> Answer<T> change(String what, List<String> written, Command<T> command) {
        operations.increment();
        Answer<T> answer = changing(written, () -> {
            try {
                return Answer.of(dispatch.run(command, options.within().toNanos()));
            } catch (MillraceException e) {
                return Answer.failed(e);
            }
        });
        MillraceException error = answer.error();
        if (error != null) {
            failures.failed(what, error);
        }
        return answer;
    }

    /** Memory forgets what is changed: before, so that nobody joins an older read, and after, whatever came of it. */
    private <T> T changing(List<String> written, Supplier<T> change) {
        written.forEach(memory::forget);
        try {
            return change.get();
        } finally {
            written.forEach(memory::forget);
        }
    }

    @Nullable
    String cached(String address) {
        operations.increment();
        try {
            return memory.get(address);
        } catch (MillraceException e) {
            failures.failed("a read of a plugin", e);
            return null;
        }
    }

    /**
     * What a room's components are made of, by address; in one trip for what memory does not have.
     *
     * @param count how many components these are
     */
    Answer<Map<String, String>> components(int count, Collection<String> addresses) {
        components.add(count);
        try {
            return Answer.of(memory.getAll(addresses));
        } catch (MillraceException e) {
            for (int i = 0; i < count; i++) {
                componentFailures.failed("the read of a room's components", e);
            }
            return Answer.failed(e);
        }
    }

    /** A component could not be made of what was read. */
    void componentFailed(MillraceException error) {
        componentFailures.failed("a component of a room", error);
    }

    /** Forgets what memory holds and refuses reads from memory from then on; keys stay as they are. Twice does nothing. */
    @Override
    public void close() {
        memory.close();
    }
}
