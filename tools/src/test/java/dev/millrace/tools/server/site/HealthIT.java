package dev.millrace.tools.server.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.Await;
import dev.millrace.testkit.FaultProxy;
import dev.millrace.testkit.RedisServer;
import dev.millrace.tools.server.OneService;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What health costs, and what it says when Redis is gone. */
class HealthIT {
    private static final Duration SOON = Duration.ofSeconds(15);

    private static RedisServer redis;
    private static FaultProxy proxy;
    private static OneService site;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        proxy = FaultProxy.to(redis);
        site = new OneService(proxy.url(), SiteService::new);
        Await.until(SOON, () -> health().get("status").asString().equals("ok"), "a server that is well");
    }

    @AfterAll
    static void stop() {
        site.close();
        proxy.close();
        redis.close();
    }

    private static JsonNode health() {
        return site.get("/api/health");
    }

    @Test
    void health_askedTwoHundredTimes_isOneCommand() {
        site.switches().change("site.health-interval", "60");
        long before = site.commands("PING");

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                var unused = threads.submit(HealthIT::health);
            }
        }
        for (int i = 0; i < 180; i++) {
            assertThat(health().get("cached").asBoolean()).isTrue();
            assertThat(health().get("status").asString()).isEqualTo("ok");
        }
        JsonNode full = site.send(site.request("/api/health").header("Administrator", "yes"));

        assertThat(full.get("cached").asBoolean()).isTrue();
        assertThat(site.commands("PING") - before).isEqualTo(1);
    }

    @Test
    void health_withoutInterval_asksEachTime() {
        site.switches().change("site.health-interval", "0");
        try {
            assertThat(health().get("cached").asBoolean()).isFalse();
            assertThat(health().get("cached").asBoolean()).isFalse();
        } finally {
            site.switches().change("site.health-interval", "60");
        }
    }

    @Test
    void health_withRedisGone_isDegradedInTimeAndRecovers() {
        proxy.freeze();
        site.switches().change("site.health-interval", "60"); // what was checked is forgotten
        long began = System.nanoTime();
        JsonNode gone = health();
        long millis = (System.nanoTime() - began) / 1_000_000;
        proxy.thaw();

        assertThat(gone.get("status").asString()).isEqualTo("degraded");
        assertThat(millis).isLessThan(2_000);
        Await.until(SOON, () -> health().get("status").asString().equals("ok"), "health after Redis is back");
    }
}
