package dev.millrace.bench.client;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.bench.workload.Cell;
import dev.millrace.command.Strings;
import dev.millrace.metrics.Statistics;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Millrace with its defaults: one client that all callers share; explicit batches. */
final class MillracePeer implements PeerClient {
    private final Millrace redis;
    private final Reply<?>[] replies;

    MillracePeer(ServerAddress server, Cell cell) {
        redis = Millrace.connect(options(server));
        replies = new Reply<?>[Math.max(1, cell.batch())];
    }

    /** How it is set up, here and behind its queue. */
    static MillraceOptions options(ServerAddress server) {
        MillraceOptions.Builder options = MillraceOptions.builder(server.toString());
        String password = server.password();
        if (password != null) {
            options.credentials(server.user(), password);
        }
        return options.build();
    }

    @Override
    public @Nullable String get(String key) {
        return redis.run(Strings.get(key));
    }

    @Override
    public void set(String key, String value) {
        redis.run(Strings.set(key, value));
    }

    @Override
    public CompletionStage<@Nullable String> getAsync(String key) {
        return redis.start(Strings.get(key));
    }

    @Override
    public void getBatch(String[] keys, @Nullable String[] values) {
        Batch batch = redis.batch();
        for (int i = 0; i < keys.length; i++) {
            replies[i] = batch.add(Strings.get(keys[i]));
        }
        batch.run();
        for (int i = 0; i < keys.length; i++) {
            values[i] = (String) replies[i].get();
        }
    }

    @Override
    public void setBatch(String[] keys, String[] values) {
        Batch batch = redis.batch();
        for (int i = 0; i < keys.length; i++) {
            replies[i] = batch.add(Strings.set(keys[i], values[i]));
        }
        batch.run();
        for (int i = 0; i < keys.length; i++) {
            // Throws what the command failed with.
            replies[i].get();
        }
    }

    @Override
    public WireCount wireCount() {
        Statistics statistics = redis.statistics();
        return new WireCount(statistics.commands(), statistics.writes());
    }

    @Override
    public void close() {
        redis.close();
    }
}
