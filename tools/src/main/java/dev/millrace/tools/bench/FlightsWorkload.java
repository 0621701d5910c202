package dev.millrace.tools.bench;

import static dev.millrace.command.Lists.rpush;

import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.tools.report.ThreadKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Ingestion of flights: every fix is a command of its own, as it comes from a tracker. One by one, in batches of 500, and
 * as plain blocking calls of about a thousand trackers at once, each a virtual thread.
 */
final class FlightsWorkload implements Workload {
    private static final int TRACKERS = 1_000;
    private static final int BATCH = 500;

    @Override
    public String name() {
        return "flights";
    }

    @Override
    public String description() {
        return "ingestion of every fix of the flights: one by one, batched, and blocking from a thousand virtual threads";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        return List.of(oneByOne(setting), batched(setting), blocking(setting));
    }

    private static Trial oneByOne(Setting setting) {
        Tracks all = new Tracks(setting, TRACKERS);
        // On loopback all fixes are affordable; with a delay the first of them stand for the rest.
        int fixes = setting.roundTrip().isZero() && !setting.effort().bounded()
                ? all.fixes()
                : setting.roundTrips(all.fixes());
        Tracks tracks = all.first(fixes);
        Trial trial = trial("one-by-one", tracks, run -> {
            try (Latencies latencies = run.latencies()) {
                for (Tracks.Track track : tracks.tracks()) {
                    for (byte[] fix : track.fixes()) {
                        long start = System.nanoTime();
                        setting.redis().run(rpush(track.key(), fix));
                        latencies.since(start, 1);
                    }
                }
            }
        });
        if (fixes < all.fixes()) {
            trial.remark(result -> "the first %,d of %,d fixes".formatted(fixes, all.fixes()));
        }
        return trial;
    }

    private static Trial batched(Setting setting) {
        Tracks tracks = new Tracks(setting, TRACKERS);
        return trial("batched", tracks, run -> {
                    try (Latencies latencies = run.latencies()) {
                        List<Reply<Long>> replies = new ArrayList<>(BATCH);
                        Batch batch = setting.redis().batch();
                        for (Tracks.Track track : tracks.tracks()) {
                            for (byte[] fix : track.fixes()) {
                                replies.add(batch.add(rpush(track.key(), fix)));
                                if (replies.size() == BATCH) {
                                    send(batch, replies, latencies);
                                    batch = setting.redis().batch();
                                }
                            }
                        }
                        send(batch, replies, latencies);
                    }
                })
                .batch(BATCH);
    }

    private static void send(Batch batch, List<Reply<Long>> replies, Latencies latencies) {
        if (!replies.isEmpty()) {
            long start = System.nanoTime();
            batch.run();
            replies.forEach(Reply::get);
            latencies.since(start, replies.size());
            replies.clear();
        }
    }

    private static Trial blocking(Setting setting) {
        Tracks tracks = new Tracks(setting, TRACKERS);
        int callers = tracks.tracks().size();
        return trial(
                        "blocking",
                        tracks,
                        run -> Callers.run(callers, caller -> {
                            Tracks.Track track = tracks.tracks().get(caller);
                            try (Latencies latencies = run.latencies()) {
                                for (byte[] fix : track.fixes()) {
                                    long start = System.nanoTime();
                                    setting.redis().run(rpush(track.key(), fix));
                                    latencies.since(start, 1);
                                }
                            }
                        }))
                .callers(callers, ThreadKind.VIRTUAL);
    }

    private static Trial trial(String mode, Tracks tracks, Trial.Step perform) {
        return new Trial(mode, tracks.fixes(), perform, run -> tracks.difference())
                .preparedBy(run -> tracks.remove())
                .serverCalls(Map.of("rpush", (long) tracks.fixes()));
    }
}
