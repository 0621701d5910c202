package dev.millrace.tools.load;

import dev.millrace.Millrace;
import dev.millrace.command.Keys;
import dev.millrace.command.SetOptions;
import dev.millrace.command.Strings;
import dev.millrace.queue.Queues;
import java.time.Duration;

/**
 * How far the loading of one content into one queue has come, as a key on the queue's own server. It is in the queue's
 * hash slot and written after the jobs, so it can't be there without them: a server that has lost the jobs has lost the
 * key, and a replica that has the key has them. Confined to one thread.
 */
final class Checkpoint {
    private final Millrace redis;
    private final String key;
    private final Duration kept;

    /**
     * @param content hash of the file's content
     * @param kept how long it is known after it was last moved
     */
    Checkpoint(Millrace redis, String queue, String content, Duration kept) {
        this.redis = redis;
        this.key = "millrace:load:{" + Queues.escaped(queue) + "}:" + content;
        this.kept = kept;
    }

    /**
     * A place in the file.
     *
     * @param line number of the last line that is known to be loaded; 0 if none is
     * @param jobs how many jobs stand up to there
     */
    record Position(long line, long jobs) {}

    Position position() {
        String text = redis.run(Strings.get(key));
        if (text == null) {
            return new Position(0, 0);
        }
        int gap = text.indexOf(' ');
        return new Position(Long.parseLong(text.substring(0, gap)), Long.parseLong(text.substring(gap + 1)));
    }

    void moveTo(Position position) {
        String text = position.line() + " " + position.jobs();
        redis.run(Strings.set(key, text, SetOptions.ofDefaults().expiringIn(kept)));
    }

    void remove() {
        redis.run(Keys.unlink(key));
    }
}
