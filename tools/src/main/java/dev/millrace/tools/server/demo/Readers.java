package dev.millrace.tools.server.demo;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Those who read records, some of them far more often than others. Immutable. */
final class Readers implements Actor {
    private static final int READERS = 12;
    private static final int RECORDS = 400;
    private static final int NOT_FOUND = 404;

    Readers() {}

    @Override
    public String name() {
        return "record reads";
    }

    @Override
    public List<String> needs() {
        return List.of("GET /api/records/{id}", "GET /api/records");
    }

    @Override
    public void act(Stage stage) throws InterruptedException {
        stage.atOnce(name(), java.util.Collections.nCopies(READERS, () -> read(stage)));
    }

    private void read(Stage stage) throws InterruptedException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        while (stage.pace().rest(40 + random.nextInt(60))) {
            if (random.nextInt(10) == 0) {
                String path = "/api/records?ids=" + id(random) + "," + id(random) + "," + id(random);
                Caller.Answer unused = stage.caller().get(name(), path, NOT_FOUND);
            } else {
                Caller.Answer unused = stage.caller().get(name(), "/api/records/" + id(random), NOT_FOUND);
            }
        }
    }

    /** Low numbers come most often: about one read in five is of the first ten. */
    private static int id(ThreadLocalRandom random) {
        return 1 + (int) (RECORDS * Math.pow(random.nextDouble(), 2.4));
    }
}
