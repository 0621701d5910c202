package dev.millrace.tools.server.demo;

import dev.millrace.tools.server.demo.Recordings.Recording;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Pilots in the air, whose trackers send a few points at a time; each flies a recorded flight again and again. Immutable. */
final class Pilots implements Actor {
    private static final String LIVE = "/api/v2/live/add_live_track_points";
    private static final String FLYMASTER = "/api/v2/flymaster/add_live_track_points";
    private static final int PILOTS = 24;
    private static final int POINTS = 8;

    private final Recordings recordings;

    Pilots(Recordings recordings) {
        this.recordings = recordings;
    }

    @Override
    public String name() {
        return "live points";
    }

    @Override
    public List<String> needs() {
        return List.of("POST " + LIVE, "POST " + FLYMASTER);
    }

    @Override
    public void act(Stage stage) throws InterruptedException {
        List<Stage.Deed> pilots = new ArrayList<>();
        for (int i = 0; i < PILOTS; i++) {
            int number = i;
            Recording recording = recordings.all().get(i % recordings.all().size());
            pilots.add(() -> fly(stage, recording, number));
        }
        stage.atOnce(name(), pilots);
    }

    /** The same id each time: what came before counts as sent twice, and what is stored stays bounded. */
    private void fly(Stage stage, Recording recording, int number) throws InterruptedException {
        String flight = "live-" + recording.name() + "-" + (number + 1);
        String path = number % 3 == 0 ? FLYMASTER : LIVE;
        List<?> points = recording.points();
        int next = 0;
        while (stage.pace().rest(200 + 7L * number)) {
            int end = Math.min(points.size(), next + POINTS);
            Caller.Answer unused = stage.caller()
                    .send(name(), "POST", path, Map.of("flight", flight, "points", recording.body(next, end)));
            next = end == points.size() ? 0 : end;
        }
    }
}
