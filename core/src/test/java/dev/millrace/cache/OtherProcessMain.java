package dev.millrace.cache;

import dev.millrace.Millrace;
import dev.millrace.command.Keys;
import dev.millrace.command.Strings;
import dev.millrace.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What runs in an {@link OtherProcess}: takes one order a line, answers in lines, and ends with the stream it is given
 * orders by.
 *
 * <pre>
 *   read NAME SETUP          → reading · any number of lines for a {@link CoherenceLedger}
 *   stop                     → stopped
 *   load CALLERS LEASE SETUP → loading · answered TIMES VALUE … · loaded
 * </pre>
 *
 * A loader counts its calls in the key {@code loads}, and answers when there is a key {@code go}.
 */
final class OtherProcessMain {
    static final String HOT = "hot";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<AutoCloseable> open = new ArrayList<>();

    private OtherProcessMain() {}

    public static void main(String[] none) throws Exception {
        OtherProcessMain process = new OtherProcessMain();
        try (BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String order = orders.readLine(); order != null; order = orders.readLine()) {
                process.obey(order);
            }
        } catch (IOException e) {
            // Nobody gives orders any more.
        }
        Runtime.getRuntime().halt(0);
    }

    private void obey(String order) throws Exception {
        String[] words = order.split(" ", 3);
        switch (words[0]) {
            case "read" -> read(words[1], CacheSetup.parse(words[2]));
            case "stop" -> stop();
            case "load" -> {
                String[] rest = words[2].split(" ", 2);
                load(Integer.parseInt(words[1]), Duration.ofMillis(Long.parseLong(rest[0])), CacheSetup.parse(rest[1]));
            }
            default -> throw new IllegalArgumentException(order);
        }
    }

    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
        }
    }

    private void read(String name, CacheSetup setup) {
        Millrace redis = setup.connect();
        Cache<String, String> cache = redis.cache(setup.cache().build());
        open.addAll(CacheReader.ofEveryWay(name, cache, setup, OtherProcessMain::say));
        open.add(redis);
        say("reading");
    }

    private void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        open.clear();
        say("stopped");
    }

    private static void load(int callers, Duration lease, CacheSetup setup) throws InterruptedException {
        CacheOptions.Times times = CacheOptions.Times.ofDefaults();
        try (Millrace redis = setup.connect();
                Cache<String, String> cache = redis.cache(setup.cache()
                        .times(new CacheOptions.Times(times.memory(), times.untracked(), PATIENCE, lease))
                        .loader(key -> {
                            Long load = redis.run(Strings.incr("loads"));
                            Await.until(PATIENCE, () -> Boolean.TRUE.equals(redis.run(Keys.exists("go"))), "go");
                            return "loaded-" + load;
                        })
                        .build())) {
            Map<String, Integer> answers = new ConcurrentHashMap<>();
            List<Thread> threads = new ArrayList<>();
            say("loading");
            for (int i = 0; i < callers; i++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    String answer;
                    try {
                        answer = String.valueOf(cache.get(HOT));
                    } catch (RuntimeException e) {
                        answer = e.toString().replace(' ', '_');
                    }
                    answers.merge(answer, 1, Integer::sum);
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            new TreeMap<>(answers).forEach((answer, times1) -> say("answered " + times1 + " " + answer));
            say("loaded");
        }
    }
}
