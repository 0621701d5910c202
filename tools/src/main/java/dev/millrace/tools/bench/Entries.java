package dev.millrace.tools.bench;

import static dev.millrace.command.Strings.get;
import static dev.millrace.command.Strings.set;

import dev.millrace.Millrace;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The string keys of one trial, what they must hold and what was found there. Not thread-safe, except that different
 * places may be read and written by different threads.
 */
final class Entries {
    private static final int CHUNK = 500;

    private final List<String> keys;
    private String[] values = {};
    private @Nullable String[] found = {};

    /** So many keys of that name. */
    Entries(KeySpace space, String name, int count) {
        keys = space.numbered(name, count);
    }

    int count() {
        return keys.size();
    }

    /** The whole key of a place. */
    String key(int place) {
        return keys.get(place);
    }

    /** What this run writes there, or must find. */
    String value(int place) {
        return values[place];
    }

    /** Notes what was found there. */
    void found(int place, @Nullable String value) {
        found[place] = value;
    }

    /** Makes this run's values and forgets what was found. */
    void prepare(Run run) {
        values = Values.of(run, keys.size());
        found = new String[keys.size()];
    }

    /** Makes this run's values and puts them on the server. */
    void prepareFilled(Run run, Millrace redis) {
        prepare(run);
        for (int from = 0; from < keys.size(); from += CHUNK) {
            writeBatch(redis, from, Math.min(from + CHUNK, keys.size()));
        }
    }

    /** SET, and waits for the answer. */
    void writeOne(Millrace redis, int place) {
        redis.run(set(keys.get(place), values[place]));
    }

    /** GET, and waits for the answer. */
    void readOne(Millrace redis, int place) {
        found[place] = redis.run(get(keys.get(place)));
    }

    /** SET, without waiting. */
    CompletionStage<?> startWrite(Millrace redis, int place) {
        return redis.start(set(keys.get(place), values[place]));
    }

    /** GET, without waiting; complete when what was found is noted. */
    CompletionStage<?> startRead(Millrace redis, int place) {
        return redis.start(get(keys.get(place))).thenAccept(value -> found[place] = value);
    }

    /** SETs in one batch, places {@code from} to before {@code to}. */
    void writeBatch(Millrace redis, int from, int to) {
        Batch batch = redis.batch();
        List<Reply<String>> replies = new ArrayList<>(to - from);
        for (int place = from; place < to; place++) {
            replies.add(batch.add(set(keys.get(place), values[place])));
        }
        batch.run();
        replies.forEach(Reply::get);
    }

    /** GETs in one batch, places {@code from} to before {@code to}. */
    void readBatch(Millrace redis, int from, int to) {
        Batch batch = redis.batch();
        List<Reply<String>> replies = new ArrayList<>(to - from);
        for (int place = from; place < to; place++) {
            replies.add(batch.add(get(keys.get(place))));
        }
        batch.run();
        for (int i = 0; i < replies.size(); i++) {
            found[from + i] = replies.get(i).get();
        }
    }

    /** Compares what was found with what must be there, and forgets both, for many trials wait for their next run. */
    Optional<String> difference() {
        Optional<String> difference = Values.difference("key", values, found);
        values = new String[0];
        found = new String[0];
        return difference;
    }

    /** Reads everything back by another client, and compares. */
    Optional<String> differenceOnServer(Millrace redis) {
        found = new String[keys.size()];
        for (int from = 0; from < keys.size(); from += CHUNK) {
            readBatch(redis, from, Math.min(from + CHUNK, keys.size()));
        }
        return difference();
    }
}
