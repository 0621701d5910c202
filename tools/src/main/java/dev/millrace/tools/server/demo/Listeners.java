package dev.millrace.tools.server.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** Rooms into which many come at the same moment; they vote on what plays, and most of them go again. Immutable. */
final class Listeners implements Actor {
    private static final String ROOMS = "/api/rooms";
    private static final List<String> NAMES = List.of("lobby", "cellar", "rooftop");
    private static final List<String> TRACKS =
            List.of("Autobahn", "Blue Monday", "Clair de lune", "Da Funk", "Equinoxe 5", "Fade to Grey", "Go");
    private static final int CROWD = 40;
    private static final int CONFLICT = 409;
    private static final int NOT_FOUND = 404;

    Listeners() {}

    @Override
    public String name() {
        return "rooms";
    }

    @Override
    public List<String> needs() {
        return List.of(
                "POST /api/rooms",
                "POST /api/rooms/{room}/listeners",
                "POST /api/rooms/{room}/track",
                "POST /api/rooms/{room}/votes",
                "POST /api/rooms/{room}/skip");
    }

    @Override
    public void act(Stage stage) throws InterruptedException {
        for (String room : NAMES) {
            Caller.Answer unused = stage.caller().send(name(), "POST", ROOMS, Map.of("room", room), CONFLICT);
        }
        int round = 0;
        do {
            round(stage, NAMES.get(round % NAMES.size()), round);
            round++;
        } while (stage.pace().rest(2_500));
    }

    private void round(Stage stage, String room, int round) throws InterruptedException {
        String path = ROOMS + "/" + room;
        List<String> crowd =
                IntStream.rangeClosed(1, CROWD).mapToObj(i -> "guest-" + i).toList();
        each(stage, crowd, guest -> {
            Caller.Answer unused = stage.caller().send("joins", "POST", path + "/listeners", Map.of("listener", guest));
        });
        String track = TRACKS.get(round % TRACKS.size());
        Caller.Answer unused = stage.caller().send(name(), "POST", path + "/track", Map.of("track", track));
        // Not everybody dislikes it, so that some tracks are skipped and others play on.
        int voters = CROWD / 4 + ThreadLocalRandom.current().nextInt(CROWD / 2);
        each(stage, crowd.subList(0, voters), guest -> {
            Caller.Answer vote = stage.caller()
                    .send("votes", "POST", path + "/votes", Map.of("listener", guest, "track", track), CONFLICT);
        });
        if (round % 4 == 3) {
            unused = stage.caller().send("skips", "POST", path + "/skip", Map.of(), CONFLICT);
        }
        each(stage, crowd.subList(CROWD / 4, CROWD), guest -> {
            Caller.Answer left = stage.caller().delete(name(), path + "/listeners/" + guest, NOT_FOUND);
        });
    }

    private interface ForOne {
        void run(String guest) throws InterruptedException;
    }

    private void each(Stage stage, List<String> guests, ForOne deed) throws InterruptedException {
        List<Stage.Deed> deeds = new ArrayList<>();
        guests.forEach(guest -> deeds.add(() -> deed.run(guest)));
        stage.atOnce(name(), deeds);
    }
}
