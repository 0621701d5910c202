package dev.millrace.tools.server.demo;

import dev.millrace.tools.server.demo.Recordings.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Pilots who have landed and send their whole flight, one every few seconds; and now and then a competition, when all of them
 * send at the same moment. Immutable.
 */
final class Landings implements Actor {
    private static final String PROCESS = "/api/v2/uploads/process";
    private static final String BATCH = "/api/v2/uploads/batch_process";
    private static final String COMPETITION = "competition starts";
    private static final int COPIES = 3;
    private static final int FIRST_POINTS = 600;
    private static final int UPLOADS_BETWEEN = 10;

    private final Recordings recordings;

    Landings(Recordings recordings) {
        this.recordings = recordings;
    }

    @Override
    public String name() {
        return "uploads";
    }

    @Override
    public List<String> needs() {
        return List.of("POST " + PROCESS, "POST " + BATCH);
    }

    @Override
    public void act(Stage stage) throws InterruptedException {
        List<Recording> all = recordings.all();
        int number = 0;
        while (stage.pace().rest(number == 0 ? 500 : 3_000)) {
            if (number % UPLOADS_BETWEEN == 0) {
                competition(stage);
            }
            upload(stage, name(), all.get(number % all.size()), "upload");
            number++;
        }
    }

    private void competition(Stage stage) throws InterruptedException {
        List<Stage.Deed> deeds = new ArrayList<>();
        for (Recording recording : recordings.all()) {
            for (int copy = 1; copy <= COPIES; copy++) {
                String as = "start-" + copy;
                deeds.add(() -> upload(stage, COMPETITION, recording, as));
            }
        }
        List<Map<String, Object>> first = recordings.all().stream()
                .map(recording -> Map.<String, Object>of(
                        "flight",
                        "start-4-" + recording.name(),
                        "points",
                        recording.body(
                                0, Math.min(FIRST_POINTS, recording.points().size()))))
                .toList();
        deeds.add(() -> {
            Caller.Answer unused = stage.caller().send(COMPETITION, "POST", BATCH, first);
        });
        stage.atOnce(name(), deeds);
    }

    private static void upload(Stage stage, String kind, Recording recording, String as) throws InterruptedException {
        Caller.Answer unused = stage.caller()
                .upload(kind, PROCESS + "?keep=good&flight=" + as + "-" + recording.name(), recording.file());
    }
}
