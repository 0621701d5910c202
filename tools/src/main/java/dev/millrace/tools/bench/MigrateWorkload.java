package dev.millrace.tools.bench;

import static dev.millrace.command.Keys.exists;
import static dev.millrace.command.Keys.unlink;
import static dev.millrace.command.Lists.lmoveBytes;
import static dev.millrace.command.Lists.lrangeBytes;
import static dev.millrace.command.Lists.rpush;
import static java.util.Objects.requireNonNull;

import dev.millrace.Millrace;
import dev.millrace.batch.Batch;
import dev.millrace.batch.Reply;
import dev.millrace.command.ListEnd;
import dev.millrace.tools.flight.TrackPoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Migration of 50,000 points from one queue to another, in order: point by point on the server, and in pages of 1,000 of
 * which ten are read in one round trip and written in the next. A page's latency is that of both trips of its ten.
 */
final class MigrateWorkload implements Workload {
    private static final int POINTS = 50_000;
    private static final int PAGE = 1_000;
    private static final int PAGES_PER_TRIP = 10;

    @Override
    public String name() {
        return "migrate-50k";
    }

    @Override
    public String description() {
        return "migration of 50,000 points from one queue to another, point by point and in pages";
    }

    @Override
    public List<Trial> trials(Setting setting) {
        List<byte[]> points = FlightPoints.of(setting, POINTS).stream()
                .map(TrackPoint::toBytes)
                .toList();
        int few = setting.roundTrips(POINTS);
        Queues some = new Queues(setting, points.subList(0, few));
        Queues all = new Queues(setting, points);
        Trial oneByOne = new Trial(
                        "one-by-one", few, run -> some.moveOneByOne(setting.redis(), run), run -> some.difference())
                .preparedBy(run -> some.fill())
                .serverCalls(Map.of("lmove", (long) few));
        Trial paged = new Trial("paged", POINTS, run -> all.movePages(setting.redis(), run), run -> all.difference())
                .batch(PAGE)
                .preparedBy(run -> all.fill())
                .serverCalls(Map.of("lrange", (long) POINTS / PAGE, "rpush", (long) POINTS / PAGE, "unlink", 1L))
                .remark(result -> {
                    Double perSecond = result.operationsPerSecond();
                    return perSecond == null
                            ? "not measured"
                            : String.format(Locale.ROOT, "%,d points in %.3f s", POINTS, POINTS / perSecond);
                });
        return List.of(oneByOne, paged);
    }

    /** The two queues of one trial, each a list in the same slot of a cluster, and what goes from one to the other. */
    private static final class Queues {
        private final Millrace direct;
        private final String source;
        private final String target;
        private final List<byte[]> points;

        Queues(Setting setting, List<byte[]> points) {
            this.direct = setting.direct();
            this.source = setting.keys().key("{migrate}:source");
            this.target = setting.keys().key("{migrate}:target");
            this.points = points;
        }

        void fill() {
            direct.run(unlink(source, target));
            for (int from = 0; from < points.size(); from += PAGE) {
                direct.run(rpush(source, page(from)));
            }
        }

        void moveOneByOne(Millrace redis, Run run) {
            try (Latencies latencies = run.latencies()) {
                for (int i = 0; i < points.size(); i++) {
                    long start = System.nanoTime();
                    redis.run(lmoveBytes(source, target, ListEnd.LEFT, ListEnd.RIGHT));
                    latencies.since(start, 1);
                }
            }
        }

        void movePages(Millrace redis, Run run) {
            try (Latencies latencies = run.latencies()) {
                for (int from = 0; from < points.size(); from += PAGE * PAGES_PER_TRIP) {
                    long start = System.nanoTime();
                    List<Reply<List<byte[]>>> pages = readPages(redis, from);
                    Batch batch = redis.batch();
                    List<Reply<Long>> written = new ArrayList<>(pages.size());
                    for (Reply<List<byte[]>> page : pages) {
                        written.add(batch.add(
                                rpush(target, requireNonNull(page.get()).toArray(byte[][]::new))));
                    }
                    batch.run();
                    written.forEach(Reply::get);
                    latencies.since(start, pages.size() * PAGE);
                }
            }
            redis.run(unlink(source));
        }

        private List<Reply<List<byte[]>>> readPages(Millrace redis, int from) {
            Batch batch = redis.batch();
            List<Reply<List<byte[]>>> pages = new ArrayList<>(PAGES_PER_TRIP);
            for (int page = 0; page < PAGES_PER_TRIP; page++) {
                long first = from + (long) page * PAGE;
                pages.add(batch.add(lrangeBytes(source, first, first + PAGE - 1)));
            }
            batch.run();
            return pages;
        }

        Optional<String> difference() {
            if (!Boolean.FALSE.equals(direct.run(exists(source)))) {
                return Optional.of("the source still holds points");
            }
            int seen = 0;
            while (true) {
                List<byte[]> page = direct.run(lrangeBytes(target, seen, (long) seen + PAGE - 1));
                if (page == null || page.isEmpty()) {
                    break;
                }
                for (byte[] point : page) {
                    if (seen >= points.size() || !Arrays.equals(point, points.get(seen))) {
                        return Optional.of("point " + seen + " is another one");
                    }
                    seen++;
                }
            }
            return seen == points.size()
                    ? Optional.empty()
                    : Optional.of(points.size() + " points sent, " + seen + " found");
        }

        private byte[][] page(int from) {
            return points.subList(from, Math.min(from + PAGE, points.size())).toArray(byte[][]::new);
        }
    }
}
