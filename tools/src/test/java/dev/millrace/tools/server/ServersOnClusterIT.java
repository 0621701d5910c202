package dev.millrace.tools.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.cluster.RedisCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two servers on one Redis cluster, killed in turn while trackers send points to whichever lives: whatever was answered with 202 is
 * stored in the end, and what was not known to be there and sent again is stored once.
 */
@Timeout(900)
class ServersOnClusterIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int TRACKERS = 8;
    private static final int POINTS = 5;

    @TempDir
    Path folder;

    @Test
    @Tag("stress")
    void servers_killedOnceEach_loseNothing() throws Exception {
        servers(2);
    }

    @Test
    @Tag("stress")
    void servers_killedTenTimesEach_loseNothing() throws Exception {
        servers(20);
    }

    private void servers(int kills) throws Exception {
        try (RedisCluster cluster = RedisCluster.start();
                HttpClient client = HttpClient.newBuilder()
                        .connectTimeout(Duration.ofSeconds(2))
                        .build()) {
            List<ServeProcess> servers = new ArrayList<>();
            AtomicReferenceArray<String> urls = new AtomicReferenceArray<>(2);
            try {
                for (int i = 0; i < 2; i++) {
                    servers.add(new ServeProcess(
                                    folder,
                                    "server-" + i,
                                    Map.of(
                                            "REDIS_CLUSTER_NODES",
                                            String.join(",", cluster.seeds()),
                                            "MILLRACE_PROCESS",
                                            "server-" + i,
                                            "MILLRACE_ACCESS_LOG",
                                            "off"))
                            .start());
                    urls.set(i, servers.get(i).url());
                }
                Map<String, Set<Long>> acknowledged = new ConcurrentHashMap<>();
                AtomicInteger round = new AtomicInteger();
                List<Thread> trackers = new ArrayList<>();
                for (int i = 0; i < TRACKERS; i++) {
                    String flight = "tracker-" + i;
                    acknowledged.put(flight, ConcurrentHashMap.newKeySet());
                    trackers.add(Thread.ofVirtual()
                            .start(() -> track(client, urls, flight, acknowledged.get(flight), round, kills)));
                }
                for (int kill = 0; kill < kills; kill++) {
                    int before = total(acknowledged);
                    Await.until(
                            Duration.ofSeconds(60),
                            () -> total(acknowledged) > before + 50 * POINTS,
                            () -> "points are taken: " + total(acknowledged) + " after " + before);
                    ServeProcess victim = servers.get(kill % 2);
                    victim.kill();
                    urls.set(kill % 2, victim.start().url());
                    round.incrementAndGet();
                }
                for (Thread tracker : trackers) {
                    tracker.join();
                }
                acknowledged.forEach((flight, times) -> assertStored(client, urls.get(0), flight, times));
            } finally {
                servers.forEach(ServeProcess::close);
            }
        }
    }

    private static int total(Map<String, Set<Long>> acknowledged) {
        return acknowledged.values().stream().mapToInt(Set::size).sum();
    }

    /** Sends a few points after another; the same again, to the other server, until they are acknowledged. */
    private static void track(
            HttpClient client,
            AtomicReferenceArray<String> urls,
            String flight,
            Set<Long> acknowledged,
            AtomicInteger round,
            int rounds) {
        long time = 1_700_000_000_000L;
        for (int request = 0; round.get() < rounds; request++) {
            StringBuilder points = new StringBuilder();
            List<Long> times = new ArrayList<>();
            for (int i = 0; i < POINTS; i++) {
                time += 1_000;
                times.add(time);
                points.append(i == 0 ? "" : ",")
                        .append("{\"time\":")
                        .append(time)
                        .append(",\"latitude\":47.5,\"longitude\":8.5,\"gnssAltitude\":1000}");
            }
            String body = "{\"flight\":\"" + flight + "\",\"points\":[" + points + "]}";
            for (int attempt = request; round.get() < rounds; attempt++) {
                if (send(client, urls.get(attempt % 2), body)) {
                    acknowledged.addAll(times);
                    break;
                }
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private static boolean send(HttpClient client, String url, String body) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/api/v2/live/add_live_track_points"))
                    .header("Content-Type", "application/json")
                    .timeout(Duration.ofSeconds(10))
                    .POST(BodyPublishers.ofString(body))
                    .build();
            return client.send(request, BodyHandlers.discarding()).statusCode() == 202;
        } catch (IOException killed) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void assertStored(HttpClient client, String url, String flight, Set<Long> acknowledged) {
        Set<Long> stored = new HashSet<>();
        Await.until(
                Duration.ofSeconds(60),
                () -> {
                    stored.clear();
                    List<Long> times = times(client, url, flight);
                    stored.addAll(times);
                    assertThat(times).as("no point is stored twice").hasSameSizeAs(stored);
                    return stored.containsAll(acknowledged);
                },
                () -> {
                    Set<Long> missing = new HashSet<>(acknowledged);
                    missing.removeAll(stored);
                    return flight + ": " + missing.size() + " of " + acknowledged.size() + " acknowledged are missing";
                });
    }

    private static List<Long> times(HttpClient client, String url, String flight) {
        try {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create(url + "/api/v2/flights/" + flight + "/points?limit=100000"))
                    .build();
            HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
            List<Long> times = new ArrayList<>();
            if (answer.statusCode() == 200) {
                for (JsonNode point : JSON.readTree(answer.body()).get("points")) {
                    times.add(point.get("epochMillis").asLong());
                }
            }
            return times;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
