package dev.millrace.tools.server.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Those who read records, some of them far more often than others; one of them writes now and then. Immutable. */
final class Readers implements Actor {
    private static final int READERS = 12;
    private static final int RECORDS = 400;
    private static final int NOT_FOUND = 404;

    private static final List<String> WARDS = List.of("north", "south", "east", "west");

    private final boolean writes;

    /** @param writes whether records may be changed */
    Readers(boolean writes) {
        this.writes = writes;
    }

    @Override
    public String name() {
        return "record reads";
    }

    @Override
    public List<String> needs() {
        return List.of("GET /api/records/{id}", "GET /api/records", "PUT /api/records/{id}");
    }

    @Override
    public void act(Stage stage) throws InterruptedException {
        List<Stage.Deed> deeds = new ArrayList<>(Collections.nCopies(READERS, () -> read(stage)));
        if (writes) {
            deeds.add(() -> write(stage));
        }
        stage.atOnce(name(), deeds);
    }

    private static void write(Stage stage) throws InterruptedException {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        while (stage.pace().rest(1_000)) {
            int id = id(random);
            Map<String, Object> record = Map.of(
                    "name",
                    "Patient " + id,
                    "born",
                    "19" + (40 + random.nextInt(60)) + "-06-15",
                    "ward",
                    WARDS.get(random.nextInt(WARDS.size())),
                    "diagnosis",
                    "under observation");
            Caller.Answer unused = stage.caller().send("record writes", "PUT", "/api/records/" + id, record);
        }
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
