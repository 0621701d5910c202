package dev.millrace.promises;

import static dev.millrace.command.Strings.getBytes;
import static dev.millrace.command.Strings.incr;
import static dev.millrace.command.Strings.mgetBytes;
import static dev.millrace.command.Strings.set;

import dev.millrace.Millrace;
import dev.millrace.MillraceOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sets and gets large values between small commands, in a JVM of its own whose heap is limited: arguments are the URL
 * and the size. Says {@link #DONE} when every value came back as it was set.
 */
final class LargeValues {
    static final String DONE = "all values came back";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int WRITERS = 3;
    private static final int SMALL_CALLERS = 20;

    private final Millrace redis;
    private final int size;
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean finished;

    private LargeValues(Millrace redis, int size) {
        this.redis = redis;
        this.size = size;
    }

    public static void main(String[] arguments) {
        MillraceOptions options =
                MillraceOptions.builder(arguments[0]).commandTimeout(PATIENCE).build();
        Queue<String> failures;
        try (Millrace redis = Millrace.connect(options)) {
            failures = new LargeValues(redis, Integer.parseInt(arguments[1])).run();
            if (redis.statistics().inFlight() + redis.statistics().queued() > 0) {
                failures.add("left over: " + redis.statistics());
            }
        }
        System.out.println(failures.isEmpty() ? DONE : String.join("\n", failures));
        System.exit(failures.isEmpty() ? 0 : 1);
    }

    private Queue<String> run() {
        List<Thread> small = new ArrayList<>();
        for (int i = 0; i < SMALL_CALLERS; i++) {
            String key = "small:" + i;
            small.add(start(Thread.ofVirtual(), () -> count(key)));
        }
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int number = i;
            writers.add(start(i == 0 ? Thread.ofPlatform() : Thread.ofVirtual(), () -> writeAndRead(number)));
        }
        writers.forEach(writer -> Joined.within(PATIENCE, writer));
        finished = true;
        small.forEach(caller -> Joined.within(PATIENCE, caller));
        return failures;
    }

    private Thread start(Thread.Builder builder, Runnable work) {
        return builder.start(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                failures.add(e.toString());
            }
        });
    }

    private void count(String key) {
        for (long i = 1; !finished; i++) {
            Long counted = redis.run(incr(key));
            if (counted == null || counted != i) {
                failures.add("INCR answered " + counted + " for " + i);
            }
        }
    }

    private void writeAndRead(int number) {
        String key = "large:" + number;
        byte[] value = new byte[size];
        Arrays.fill(value, (byte) ('a' + number));
        for (int turn = 0; turn < 2; turn++) {
            value[turn] = (byte) number;
            redis.run(set(key, value));
            check(key, value, redis.run(getBytes(key)));
        }
        // Two at once, from one caller only: its reply is twice as large.
        if (number == 0) {
            List<byte @Nullable []> both = redis.run(mgetBytes(key, key));
            check(key, value, both == null ? null : both.get(0));
            check(key, value, both == null ? null : both.get(1));
        }
    }

    private void check(String key, byte[] value, byte @Nullable [] read) {
        if (!Arrays.equals(value, read)) {
            failures.add(key + " did not come back as it was set");
        }
    }
}
