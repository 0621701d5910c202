package dev.millrace.tools.server.demo;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;

/** Those who want jobs done: of several types, some urgent, some later, some asked for twice, and some that can't end well. Immutable. */
final class Requesters implements Actor {
    private static final String JOBS = "/api/jobs";
    private static final int GROUP = 6;

    /** One of so many can't end well, whatever its type. */
    private static final int FAILS = 60;

    private final List<String> types;

    /** @param types of jobs that the server knows; at least one */
    Requesters(List<String> types) {
        this.types = List.copyOf(types);
    }

    @Override
    public String name() {
        return "jobs";
    }

    @Override
    public List<String> needs() {
        return List.of("POST " + JOBS);
    }

    @Override
    public void act(Stage stage) throws InterruptedException {
        int number = 0;
        while (stage.pace().rest(200)) {
            for (int i = 0; i < GROUP; i++) {
                Caller.Answer unused = stage.caller().send(name(), "POST", JOBS, job(number++));
            }
        }
    }

    private Map<String, Object> job(int number) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        Map<String, Object> job = new TreeMap<>();
        job.put("type", types.get(number % types.size()));
        job.put("priority", random.nextInt(3));
        job.put(
                "payload",
                number % FAILS == FAILS - 1 ? Map.of("number", number, "fail", true) : Map.of("number", number));
        if (number % 5 == 0) {
            job.put("id", "demo-" + number / 10); // asked for twice, done once
        }
        if (number % 9 == 0) {
            job.put("delayMs", 1_000);
        }
        return job;
    }
}
