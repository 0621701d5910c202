package dev.millrace.tools.server.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The actors, each on a virtual thread, until their time is over. One for whom a route is missing does not act.
 *
 * <p>Confined to the thread that runs it.
 */
final class Demo {
    private static final Duration LAST_REQUESTS = Duration.ofSeconds(5);

    private final Stage stage;
    private final List<Actor> acting = new ArrayList<>();
    private final Map<String, String> missing = new LinkedHashMap<>();

    /** @param routes that the server has, such as {@code GET /api/rooms} */
    Demo(Stage stage, List<Actor> actors, Set<String> routes) {
        this.stage = stage;
        for (Actor actor : actors) {
            actor.needs().stream()
                    .filter(route -> !routes.contains(route))
                    .findFirst()
                    .ifPresentOrElse(route -> missing.put(actor.name(), route), () -> acting.add(actor));
        }
    }

    /** Who does not act, each with a route that the server does not have. */
    Map<String, String> missing() {
        return missing;
    }

    /**
     * Runs until the pace ends, then waits a few seconds for the last requests.
     *
     * @param look called about once a second
     */
    void run(Duration lasting, Runnable look) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (Actor actor : acting) {
            threads.add(Thread.ofVirtual().name("millrace-demo-" + actor.name()).start(() -> act(actor)));
        }
        long start = System.nanoTime();
        long left = lasting.toNanos();
        while (left > 0 && !stage.pace().awaitEnd(Duration.ofNanos(Math.min(left, 1_000_000_000L)))) {
            look.run();
            left = lasting.toNanos() - (System.nanoTime() - start);
        }
        stage.pace().end();
        long end = System.nanoTime() + LAST_REQUESTS.toNanos();
        for (Thread thread : threads) {
            if (!thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
                thread.interrupt();
            }
        }
    }

    private void act(Actor actor) {
        try {
            actor.act(stage);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            stage.tally().failed(actor.name(), e.toString());
        }
    }
}
